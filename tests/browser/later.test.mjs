// The page is two modules too (xtask/src/split). It shows itself and the lab
// with one of them; the other comes while the worker is awaited, and is fetched
// at once where it is needed before. Built with --dev, the page is whole, and
// what comes later has nothing in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, started } from "./harness.mjs";
import { press, slider, standsAt, stepTo } from "./player.mjs";
import { inspector } from "./regions.mjs";
import { place } from "./tables.mjs";

const LATER = "page_deferred.wasm";
const REFUSED = ["Failed to load resource", "404: "];
const LACKING = /^A part of this page could not be loaded: page_deferred\.wasm: the server answered 404\. Little can be done without it\./;

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

test("the page and the lab are shown without the later part, once more after a reload", async (t) => {
  const server = counting();
  server.gone = true;
  const page = await open(t, { change: server.change, expected: REFUSED });
  for (const visit of [1, 2]) {
    await page.getByRole("alert").getByText(LACKING).waitFor();
    await slider(page).waitFor();
    await place(page, "laptop").getByText("No images yet").waitFor();
    assert.equal(server.asked, visit);
    await page.reload();
    await started(page);
  }
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
  await page.getByRole("alert").getByText(LACKING).waitFor();
  server.gone = false;
  await stepTo(page, 3);
  await settings(page).click();
  await panel(page).waitFor();
  await press(page, "Next", 4);
});

test("a page that needs what cannot be fetched says so, and goes on from what was saved", async (t) => {
  const server = counting();
  const page = await open(t, { change: server.change, expected: [...REFUSED, "page_deferred.wasm: the server"] });
  await stepTo(page, 2);
  server.gone = true;
  await page.reload();
  const said = page.getByText(/^A part of this page could not be loaded: .*404\.$/);
  // A page that is whole needs nothing more.
  await said.or(settings(page)).waitFor();
  server.gone = false;
  await (await said.isVisible() ? page.getByRole("link", { name: /^Reload/ }).click() : page.reload());
  await started(page);
  await standsAt(page, 2);
  await settings(page).click();
  await panel(page).waitFor();
});
