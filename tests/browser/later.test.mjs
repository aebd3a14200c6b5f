// The page is two modules too (xtask/src/split). It shows itself and goes
// through the lesson with one of them; the other comes while the worker is
// awaited, and is fetched at once where it is needed before. Built with --dev,
// the page is whole, and what comes later has nothing in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, started } from "./harness.mjs";
import { button, press, standsAt, stepTo } from "./player.mjs";
import { inspector } from "./regions.mjs";
import { pick, place } from "./tables.mjs";
import { prompt, run } from "./terminal.mjs";

const LATER = "page_deferred.wasm";
const REFUSED = ["Failed to load resource", "404: "];
const LACKING = /^A part of this page could not be loaded: page_deferred\.wasm: the server answered 404\. The lesson goes on without it\./;

// A server that counts how often the later part is asked for, and may have lost it.
function counting() {
  const server = { asked: 0, gone: false };
  server.change = (path, bytes) => {
    if (!path.endsWith(LATER)) {
      return bytes;
    }
    server.asked += 1;
    return server.gone ? null : bytes;
  };
  return server;
}

const settings = (page) => page.getByRole("button", { name: "Settings of registry.example.com" });
const panel = (page) => inspector(page).getByRole("group", { name: "Access" });

test("the later part is fetched once, unasked", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change });
  await stepTo(page, 1);
  await settings(page).click();
  await panel(page).waitFor();
  assert.equal(server.asked, 1);
});

test("the lesson, its quiz, a reload and the first things at a prompt go without the later part", async (t) => {
  const server = counting();
  server.gone = true;
  const page = await open(t, { change: server.change, expected: REFUSED });
  await page.getByRole("alert").getByText(LACKING).waitFor();
  await button(page, "Play").click();
  await standsAt(page, 5);
  for (const choice of await page.getByRole("radio").all()) {
    const question = choice.locator("xpath=ancestor::form");
    await choice.check();
    await question.getByRole("button", { name: "Check", exact: true }).click();
    await question.getByRole("status").getByRole("paragraph").first().waitFor();
  }
  for (const tab of ["Status tracker", "Images", "Blobs", "Requests", "Process"]) {
    await pick(page, tab);
  }
  await place(page, "registry.example.com").getByRole("button", { name: /manifest/ }).click();
  await inspector(page).getByText("media type").waitFor();
  await press(page, "Back", 4);
  await run(page, "docker imagse");
  await run(page, "docker images");
  await prompt(page).fill("docker p");
  await prompt(page).press("Tab");
  await page.getByRole("list", { name: "Completions" }).waitFor();
  await page.reload();
  await started(page);
  await standsAt(page, 5);
  await page.getByRole("alert").getByText(LACKING).waitFor();
  assert.equal(server.asked, 2, "once by each visit");
});

test("a later part that did not come is fetched again when the learner says so", async (t) => {
  const server = counting();
  server.gone = true;
  const page = await open(t, { change: server.change, expected: REFUSED });
  const alert = page.getByRole("alert");
  await alert.getByText(LACKING).waitFor();
  const refused = page.waitForResponse((response) => response.url().endsWith(LATER));
  await alert.getByRole("button", { name: "Try again" }).click();
  await refused;
  server.gone = false;
  await alert.getByRole("button", { name: "Try again" }).click();
  await alert.getByText(LACKING).waitFor({ state: "detached" });
  await settings(page).click();
  await panel(page).waitFor();
  assert.equal(server.asked, 3);
});

test("what needs the later part before it came has it fetched, and nothing is lost", async (t) => {
  const server = counting();
  server.gone = true;
  const page = await open(t, { change: server.change, expected: REFUSED });
  await stepTo(page, 3);
  server.gone = false;
  await settings(page).click();
  await panel(page).waitFor();
  await press(page, "Next", 4);
});

test("a page that needs what cannot be fetched says so, and goes on from what was saved", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change, expected: [...REFUSED, "page_deferred.wasm: the server"] });
  await standsAt(page, 0);
  server.gone = true;
  await page.reload();
  await started(page);
  await stepTo(page, 2);
  await settings(page).click();
  const said = page.getByText(/^A part of this page could not be loaded: .*404\.$/);
  // A page that is whole needs nothing more.
  await said.or(panel(page)).waitFor();
  server.gone = false;
  await (await said.isVisible() ? page.getByRole("link", { name: /^Reload/ }).click() : page.reload());
  await started(page);
  await standsAt(page, 2);
  await settings(page).click();
  await panel(page).waitFor();
});
