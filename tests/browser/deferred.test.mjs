// The worker is two modules (xtask/src/split). The lesson and what one does
// first need only one of them; the other is fetched once, by the first line
// that needs it; and when it does not come, nothing has happened. This is so of
// the site as it is published: built with --dev, the worker is whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, started } from "./harness.mjs";
import { button, press, standsAt, stepTo } from "./player.mjs";
import { region } from "./regions.mjs";
import { prompt, run } from "./terminal.mjs";

const DEFERRED = "/deferred.wasm"; // The page has one too.
const REFUSED = ["Failed to load resource", "404: "];
const MISSING = "drydock: a part of this program could not be loaded: deferred.wasm: the server answered 404 Not Found";

// What one types first, a mistake too.
const FIRST_LINES = ["docker images", "dokcer images", "ls", "cat Dockerfile"];

// A server that counts how often the deferred part is asked for, and may have lost it.
function counting() {
  const server = { asked: 0, gone: false };
  server.change = (path, bytes) => {
    if (!path.endsWith(DEFERRED)) {
      return bytes;
    }
    server.asked += 1;
    return server.gone ? null : bytes;
  };
  return server;
}

test("the lesson, its quiz, a reload and the first things at a prompt need no deferred part", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change });
  const assertUnasked = (after) => assert.equal(server.asked, 0, `it was asked for by ${after}`);
  await button(page, "Play").click();
  await standsAt(page, 5);
  assertUnasked("the lesson");
  for (const choice of await page.getByRole("radio").all()) {
    const question = choice.locator("xpath=ancestor::form");
    await choice.check();
    await question.getByRole("button", { name: "Check", exact: true }).click();
    await question.getByRole("status").getByRole("paragraph").first().waitFor();
  }
  assertUnasked("the quiz");
  await press(page, "Back", 4);
  await press(page, "Back", 3);
  await press(page, "Redo", 4);
  assertUnasked("undo and redo");
  await page.reload();
  await started(page);
  await standsAt(page, 4);
  assertUnasked("the reload");
  for (const line of FIRST_LINES) {
    await run(page, line);
    assertUnasked(line);
  }
  await prompt(page).fill("docker p");
  await prompt(page).press("Tab");
  await page.getByRole("list", { name: "Completions" }).waitFor();
  await prompt(page).fill("");
  assertUnasked("Tab");
});

test("another line fetches the deferred part, once", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change });
  await stepTo(page, 1);
  assert.equal((await run(page, "docker buildx du")).status, "succeeded");
  assert.equal(server.asked, 1);
  await page.context().setOffline(true);
  for (const line of ["docker system df", "docker history mlmodel:1.0", "docker save -o m.tar mlmodel:1.0"]) {
    assert.equal((await run(page, line)).status, "succeeded", line);
  }
  await page.context().setOffline(false);
  assert.equal(server.asked, 1);
});

test("without the deferred part a line fails and nothing else, as often as it is tried, until it comes", async (t) => {
  const server = counting();
  server.gone = true;
  const page = await open(t, { change: server.change, expected: REFUSED });
  await stepTo(page, 3);
  const tables = region(page, "Tables");
  const before = await tables.innerText();
  for (let times = 1; times <= 20; times += 1) {
    const failed = await run(page, "docker buildx du");
    assert.deepEqual(failed.lines, [MISSING]);
    assert.equal(failed.status, "failed, exit status 126");
    assert.match(failed.hint, /Nothing has changed\./);
    assert.equal(server.asked, times);
  }
  assert.equal(await tables.innerText(), before);
  await press(page, "Next", 4);
  server.gone = false;
  assert.equal((await run(page, "docker buildx du")).status, "succeeded");
  await standsAt(page, 5);
  await press(page, "Next", 6);
});

test("what was saved with the deferred part's help waits until that can be fetched again", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change, expected: REFUSED });
  await stepTo(page, 1);
  await run(page, "docker buildx du");
  await standsAt(page, 2);
  server.gone = true;
  await page.reload();
  await started(page);
  await page.getByRole("alert").getByText(/could not be restored.*the server answered 404/).waitFor();
  await standsAt(page, 0);
  server.gone = false;
  await page.reload();
  await started(page);
  await standsAt(page, 2);
});
