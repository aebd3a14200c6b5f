// A shell and what it starts, in the browser's interpreter: the same as
// natively, and Ctrl-C ends all of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { writeFile } from "./files.mjs";
import { assertAccessible, open, started } from "./harness.mjs";
import { drydock } from "./native.mjs";
import { standsAt } from "./player.mjs";
import { articles, prompt, result, run, terminal } from "./terminal.mjs";

test("scripts do in the browser what they do natively", async (t) => {
  const page = await open(t);
  const typed = [
    "docker run toolbox:1 sh -c 'echo hi | wc -c'",
    "docker run toolbox:1 sh -c 'for i in $(seq 3); do echo n $i; done | sort -r > /out; cat /out; yes | head -n 1'",
    "docker run toolbox:1 sh -c '(sleep 2; echo late) & sleep 1; echo early; wait; exit 3'",
    "docker run --rm toolbox:1 sh -c 'b() { b | b & wait; }; b 2>&1 | head -n 1'",
    "docker ps -a",
  ];
  const shown = [];
  for (const line of typed) {
    shown.push(await run(page, line));
  }
  assert.equal(shown[0].lines.at(-1), "3");
  assert.deepEqual(shown[1].lines, ["n 3", "n 2", "n 1", "y"]);
  assert.deepEqual([shown[2].lines, shown[2].status], [["early", "late"], "failed, exit status 3"]);
  const native = await drydock("shell", "--trace", "json", ...typed.flatMap((line) => ["-c", line]));
  assert.equal(await trace(page), native.trimEnd());
});

test("shell-form RUN really executes", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", "FROM toolbox:1\nWORKDIR /app\nRUN echo built > made && ls -a\nCMD cat made | tr a-z A-Z\n");
  const { lines, status } = await run(page, "docker build -t made .");
  assert.equal(status, "succeeded", lines.join("\n"));
  assert.ok(lines.some((line) => line.includes("# made")), lines.join("\n"));
  assert.deepEqual((await run(page, "docker run made")).lines, ["BUILT"]);
});

test("control C ends a shell and all it started", async (t) => {
  const page = await open(t);
  await prompt(page).fill("docker run toolbox:1 sh -c 'echo started; yes | cat > /dev/null'");
  await prompt(page).press("Enter");
  await articles(page).first().getByText("started", { exact: true }).waitFor();
  await prompt(page).press("Control+c");
  assert.equal((await result(page, 0)).status, "interrupted, exit status 130");
  const { lines } = await run(page, "docker ps -a");
  assert.match(lines.join("\n"), /Exited \(130\)/);
});

test("what is typed goes to the program that reads it, also after a reload", async (t) => {
  const page = await open(t);
  const reads = (text) => terminal(page).getByLabel(text, { exact: true }).waitFor();
  await prompt(page).fill("docker run -it --name shell toolbox:1");
  await prompt(page).press("Enter");
  await reads("shell reads: #");
  await assertAccessible(page);
  await prompt(page).fill("read name; echo hello $name");
  await prompt(page).press("Enter");
  await reads("shell reads:");
  await prompt(page).fill("you");
  await prompt(page).press("Enter");
  await reads("shell reads: #");
  await prompt(page).press("Control+c");
  await articles(page).first().getByText("# ^C", { exact: true }).waitFor();
  await terminal(page).getByRole("button", { name: "End its input" }).click();
  const { lines, status } = await result(page, 0);
  assert.deepEqual([lines.slice(-5), status], [["# read name; echo hello $name", "you", "hello you", "# ^C", "# "], "interrupted, exit status 130"]);
  await page.reload();
  await started(page);
  await standsAt(page, 1);
  assert.deepEqual((await run(page, "docker logs shell")).lines, lines.slice(-5));
});

test("a terminal is left to its program, by two keys or a button", async (t) => {
  const page = await open(t);
  const reads = () => terminal(page).getByLabel("shell reads: #", { exact: true }).waitFor();
  await prompt(page).fill("docker run -it --name shell toolbox:1");
  await prompt(page).press("Enter");
  await reads();
  await prompt(page).press("Control+p");
  await prompt(page).press("Control+q");
  assert.equal((await result(page, 0)).status, "succeeded");
  await prompt(page).fill("docker attach shell");
  await prompt(page).press("Enter");
  await terminal(page).getByLabel("shell reads:", { exact: true }).waitFor();
  await prompt(page).fill("echo still here");
  await prompt(page).press("Enter");
  await reads();
  await terminal(page).getByRole("button", { name: "Leave it running" }).click();
  const { lines, status } = await result(page, 1);
  assert.deepEqual([lines.slice(-3), status], [["still here", "# ", "read escape sequence"], "failed, exit status 1"]);
});

test("the keys that leave a terminal can be chosen", async (t) => {
  const page = await open(t);
  await prompt(page).fill("docker run -it --name shell --detach-keys ctrl-x,q toolbox:1");
  await prompt(page).press("Enter");
  await terminal(page).getByLabel("shell reads: #", { exact: true }).waitFor();
  assert.equal(await terminal(page).getByRole("button", { name: "Leave it running" }).locator("kbd").innerText(), "Ctrl X q");
  await prompt(page).fill("half a line");
  await prompt(page).press("Control+x");
  await prompt(page).press("q");
  assert.equal((await result(page, 0)).status, "succeeded");
  assert.equal(await prompt(page).inputValue(), "");
  assert.deepEqual((await run(page, "docker ps --format '{{.Names}}'")).lines, ["shell"]);
});
