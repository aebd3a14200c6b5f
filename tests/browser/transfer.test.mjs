// Pushes and pulls that take their time, are given up, and leave the lab.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { open, started } from "./harness.mjs";
import { program } from "./native.mjs";
import { standsAt } from "./player.mjs";
import { region } from "./regions.mjs";
import { table } from "./tables.mjs";
import { articles, prompt, result, run } from "./terminal.mjs";

const IMAGE = "registry.example.com/team/m:1";

// A lab with an image and a slow wire between laptop and registry.
async function slow(t, options) {
  const page = await open(t, options);
  await run(page, `docker build -t ${IMAGE} .`);
  const { lines } = await run(page, "wire laptop registry.example.com --bandwidth 20kbit --latency 50ms");
  assert.deepEqual(lines, ["laptop <-> registry.example.com: 20kbit, 50ms (modelled)"]);
  return page;
}

// Types a line and resolves to its article, without waiting for its end.
async function begin(page, line) {
  const at = await articles(page).count();
  await prompt(page).fill(line);
  await prompt(page).press("Enter");
  return { article: articles(page).nth(at), at };
}

test("a slow push shows how far each blob is, Control C ends it, and the next one sends the rest", async (t) => {
  const page = await slow(t);
  const { article, at } = await begin(page, `docker push ${IMAGE}`);
  await article.getByText(/: Pushing \[=+> +\] {2}\d/).first().waitFor();
  await article.getByText(": Pushed").nth(2).waitFor();
  const moving = page.locator(".move.moving");
  await moving.first().waitFor();
  assert.match(await moving.first().innerText(), /\d+ %/);
  await prompt(page).press("Control+c");
  const given = await result(page, at);
  assert.equal(given.status, "interrupted, exit status 130");
  assert.ok(given.lines.some((line) => line.includes("Pushing [")), given.lines.join("\n"));
  const landed = given.lines.filter((line) => line.endsWith(": Pushed")).length;
  assert.deepEqual((await table(page, "Images")).map((row) => row[0]), [IMAGE]);
  const row = (await table(page, "Process")).find((cells) => cells.includes("Push, stopped"));
  assert.match(row.at(-1), /^\d blobs had arrived whole$/);
  const unanswered = (await table(page, "Requests")).filter((cells) => cells.includes("no answer"));
  assert.ok(unanswered.length > 0 && unanswered.every((cells) => cells[1].startsWith("PUT ")));

  await run(page, "wire laptop registry.example.com --reset");
  const again = await run(page, `docker push ${IMAGE}`);
  assert.equal(again.status, "succeeded");
  const there = again.lines.filter((line) => / (Layer a|A)lready exists$/.test(line)).length;
  assert.equal(there, landed);
});

test("what was given up is given up again after a reload", async (t) => {
  const page = await slow(t);
  const { article, at } = await begin(page, `docker push ${IMAGE}`);
  await article.getByText(": Pushed").nth(2).waitFor();
  await prompt(page).press("Control+c");
  await result(page, at);
  const before = await table(page, "Blobs");
  await page.reload();
  await started(page);
  await standsAt(page, 3);
  assert.deepEqual(await table(page, "Blobs"), before);
});

test("the speed of a wire is chosen on the stage, which types the line", async (t) => {
  const page = await open(t);
  const wire = region(page, "Stage").getByRole("list", { name: "Speed of the wires" }).first();
  await wire.locator("summary").first().click();
  await wire.getByRole("button", { name: /On a train/ }).click();
  const { title, lines } = await result(page, 0);
  assert.equal(title, "laptop:~/mlmodel $ wire laptop registry.example.com --bandwidth 1Mbit --latency 300ms");
  assert.deepEqual(lines, ["laptop <-> registry.example.com: 1Mbit, 300ms (modelled)"]);
  await wire.getByText("1Mbit, 300ms, modelled").waitFor();
});

// `drydock serve` on a free port, ended with the test.
async function serveRegistry(t, ...flags) {
  const child = spawn(program[0], [...program.slice(1), "serve", "--addr", "127.0.0.1:0", ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill());
  const [line] = await once(createInterface({ input: child.stderr }), "line");
  return `http://${line.split(" ").at(-1)}`;
}

test("a page whose policy lists no registry is told why it does not get there", async (t) => {
  const real = await serveRegistry(t);
  const page = await open(t, { expected: ["Content Security Policy", "csp"] });
  await run(page, `wire bind localhost:5000 ${real}`);
  const refused = await run(page, "docker pull localhost:5000/team/m:1");
  assert.equal(refused.status, "failed, exit status 1");
  assert.match(refused.lines.at(-1), /failed to do request: Head .*: blocked by the browser/);
  assert.match(refused.hint, /connect-src/);
});

test("a page that is let through pushes to a real registry, and a reload needs no network", async (t) => {
  const real = await serveRegistry(t, "--allow-origin", "*");
  const options = { policy: (text) => text.replace("connect-src 'self'", `connect-src 'self' ${real}`), expected: ["404"] };
  const page = await open(t, options);
  await run(page, "docker build -t localhost:5000/team/m:1 .");
  await run(page, `wire bind localhost:5000 ${real}`);
  const pushed = await run(page, "docker push localhost:5000/team/m:1");
  assert.equal(pushed.status, "succeeded", pushed.lines.join("\n"));
  const digest = pushed.lines.at(-1).match(/sha256:[0-9a-f]{64}/)[0];
  const there = await fetch(`${real}/v2/team/m/manifests/1`, { method: "HEAD" });
  assert.equal(there.headers.get("docker-content-digest"), digest);
  await fetch(`${real}/v2/team/m/manifests/${digest}`, { method: "DELETE" });
  const before = await table(page, "Images");
  await page.reload();
  await started(page);
  await standsAt(page, 3);
  assert.deepEqual(await table(page, "Images"), before);
});
