// The interpreter is fetched by the first run, and by nothing before it. When
// it does not come, docker says so, nothing has changed, and the next run asks
// again. While a program waits the worker is suspended, where the browser can.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { open, started } from "./harness.mjs";
import { standsAt } from "./player.mjs";
import { workerBegins } from "./server.mjs";
import { articles, prompt, result, run } from "./terminal.mjs";

for (const missing of ["runtime_bg.wasm", "runtime.js"]) {
  test(`without ${missing} a run fails with docker's words, and the next one works`, async (t) => {
    const asked = [];
    let gone = true;
    const change = (path, bytes) => {
      if (path.includes("runtime")) {
        asked.push(path);
      }
      return gone && path.endsWith(missing) ? null : bytes;
    };
    const page = await open(t, { change, expected: ["Failed to load", "404"] });
    await run(page, "docker build -t m:1 .");
    assert.deepEqual(asked, [], "a build needs no interpreter");

    const before = await trace(page);
    const failed = await run(page, "docker run m:1");
    assert.equal(failed.status, "failed, exit status 125");
    assert.equal(await trace(page), before);

    gone = false;
    const again = await run(page, "docker run m:1");
    assert.equal(again.status, "succeeded");
  });
}

test("a container in the background goes on line by line and is the same after a reload", async (t) => {
  const page = await open(t);
  await run(page, "docker build -t m:1 .");
  assert.equal((await run(page, "docker run -d --name job m:1")).status, "succeeded");
  const listed = await run(page, "docker ps -a");
  assert.ok(listed.lines.some((line) => line.includes("Exited (0)")), listed.lines.join("\n"));
  const logs = await run(page, "docker logs -n 4 job");
  assert.ok(logs.lines[0].startsWith("prediction: 7"), logs.lines.join("\n"));
  assert.equal((await run(page, "docker start job")).status, "succeeded");
  const before = await trace(page);
  await page.reload();
  await started(page);
  assert.equal(await trace(page), before);
  assert.deepEqual((await run(page, "docker wait job")).lines, ["0"]);
});

const FOREVER = "docker run toolbox:1 sh -c 'echo started; yes > /dev/null'";

// A browser that cannot suspend anything.
function cannotSuspend() {
  delete WebAssembly.Suspending;
  delete WebAssembly.promising;
}

// Every slice of a program answers later, as one does that waits; or breaks down, if the worker is told so.
function answersLater() {
  const { promising } = WebAssembly;
  WebAssembly.promising = (work) => {
    const promised = promising(work);
    return async (...given) => {
      const answer = await promised(...given);
      await new Promise((done) => setTimeout(done, 5));
      if (self.breaksDown) {
        throw new Error("boom");
      }
      return answer;
    };
  };
}

for (const [browser, begins] of [
  ["that can suspend nothing", cannotSuspend],
  ["in which the worker is suspended at every slice", answersLater],
]) {
  test(`in a browser ${browser} programs run and end as ever`, async (t) => {
    const page = await open(t, { change: workerBegins(begins) });
    const { lines, status } = await run(page, "docker run toolbox:1 sh -c 'echo hi; seq 3 | wc -l; exit 3'");
    assert.deepEqual([lines.slice(-2), status], [["hi", "3"], "failed, exit status 3"]);
    await prompt(page).fill(FOREVER);
    await prompt(page).press("Enter");
    await articles(page).nth(1).getByText("started", { exact: true }).waitFor();
    await prompt(page).press("Control+c");
    assert.equal((await result(page, 1)).status, "interrupted, exit status 130");
    assert.match((await run(page, "docker ps -a")).lines.join("\n"), /Exited \(130\)[^]*Exited \(3\)/);
  });
}

test("a program that breaks down while the worker is suspended takes it down, and it is started again", async (t) => {
  const page = await open(t, { change: workerBegins(answersLater) });
  await run(page, "docker pull toolbox:1");
  await prompt(page).fill(FOREVER);
  await prompt(page).press("Enter");
  await articles(page).nth(1).getByText("started", { exact: true }).waitFor();
  await page.workers().at(-1).evaluate(() => {
    self.breaksDown = true;
  });
  await page.getByRole("alert").getByText(/^The engine stopped \(.*boom.*\)\. It was started again/).waitFor();
  await standsAt(page, 1);
  await prompt(page).fill("docker run toolbox:1 echo again");
  await prompt(page).press("Enter");
  await standsAt(page, 2);
});
