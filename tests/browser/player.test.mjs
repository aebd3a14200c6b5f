// The player: every way to move in the history, by mouse and by keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { button, press, slider, standsAt, stepTo } from "./player.mjs";
import { place, table } from "./tables.mjs";
import { run } from "./terminal.mjs";

const NAME = "registry.example.com/mlproject/mlmodel:1.0";

// Asks the worker something and waits for the answer: whatever was asked of it
// before has been told by then.
async function isHeard(page) {
  await page.getByRole("button", { name: /manifest/ }).first().click();
  await page.getByRole("complementary", { name: "Inspector" }).getByText("media type").waitFor();
}

const position = (page) => slider(page).getAttribute("aria-valuenow");
const stops = async (page) => (await slider(page).innerText()).split(/\s+/);

test("back, first, last and the stops themselves, by mouse", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  await press(page, "Back", 1);
  assert.equal((await table(page, "Images"))[0][0], "mlmodel:1.0");
  await press(page, "First", 0);
  assert.equal(await button(page, "Back").isDisabled(), true);
  assert.equal((await table(page, "Images")).length, 0);
  await press(page, "Last", 5);
  assert.equal(await button(page, "Next").isDisabled(), true);
  await slider(page).getByText("push", { exact: true }).click();
  await standsAt(page, 3);
  await place(page, "prod").getByText("No images yet.").waitFor();
});

test("a stop that is still to come is reached by running the steps before it", async (t) => {
  const page = await open(t);
  await slider(page).getByText("pull", { exact: true }).click();
  await standsAt(page, 4);
  assert.deepEqual((await table(page, "Images")).map(([, machine]) => machine), ["laptop", "prod"]);
});

test("the slider by keyboard", async (t) => {
  const page = await open(t);
  await slider(page).focus();
  for (const [key, stop] of [
    ["ArrowRight", 1],
    ["ArrowUp", 2],
    ["ArrowLeft", 1],
    ["ArrowDown", 0],
    ["End", 5],
    ["Home", 0],
  ]) {
    await page.keyboard.press(key);
    await standsAt(page, stop);
  }
  assert.equal(await slider(page).getAttribute("aria-valuetext"), "Step 0 of 5: start");
  assert.equal(await slider(page).evaluate((element) => element === document.activeElement), true);
});

test("playing goes on by itself until it is paused", async (t) => {
  const page = await open(t);
  await page.clock.install();
  await button(page, "Play").click();
  await standsAt(page, 1);
  await page.clock.fastForward(2_500);
  await standsAt(page, 2);
  await button(page, "Pause").click();
  await page.clock.fastForward(60_000);
  await isHeard(page);
  assert.equal(await position(page), "2");
});

test("playing ends at the last stop", async (t) => {
  const page = await open(t);
  await button(page, "Faster").click();
  await button(page, "Faster").click();
  await page.getByRole("group", { name: "Speed" }).getByText("5×").waitFor();
  await button(page, "Play").click();
  await standsAt(page, 5);
  assert.equal(await button(page, "Play").isDisabled(), true);
  assert.equal(await button(page, "Pause").count(), 0);
});

test("a slower speed waits longer", async (t) => {
  const page = await open(t);
  await page.clock.install();
  await button(page, "Slower").click();
  await button(page, "Slower").click();
  await page.getByRole("group", { name: "Speed" }).getByText("0.4×").waitFor();
  await button(page, "Play").click();
  await standsAt(page, 1);
  await page.clock.fastForward(3_000);
  await isHeard(page);
  assert.equal(await position(page), "1");
  await page.clock.fastForward(3_000);
  await standsAt(page, 2);
});

test("undo takes the last operation back and redo does it again", async (t) => {
  const page = await open(t);
  assert.equal(await button(page, "Undo").isDisabled(), true);
  await stepTo(page, 2);
  assert.equal(await button(page, "Redo").isDisabled(), true);
  await press(page, "Undo", 1);
  assert.equal((await table(page, "Images"))[0][0], "mlmodel:1.0");
  await press(page, "Redo", 2);
  assert.equal((await table(page, "Images"))[0][0], `mlmodel:1.0 ${NAME}`);
});

test("something else typed at an earlier stop is a branch of its own", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await slider(page).getByText("build", { exact: true }).click();
  await standsAt(page, 1);
  await page.getByRole("group", { name: "Type on" }).getByRole("button", { name: "laptop" }).click();
  assert.equal((await run(page, "docker tag mlmodel:1.0 other:2")).status, "succeeded");
  await standsAt(page, 2);
  assert.deepEqual(await stops(page), ["start", "build", "tag", "tag", "push", "pull", "run"]);
  assert.equal(await button(page, "Redo").isDisabled(), true);
  assert.equal((await table(page, "Images"))[0][0], "mlmodel:1.0 other:2");
  await place(page, "registry.example.com").getByText("Holds nothing yet.").waitFor();
});

test("a step's line can be changed and run instead", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  await page.getByRole("button", { name: "Change the line of step 1" }).click();
  await page.getByRole("textbox", { name: "The line to run instead" }).fill("docker build -t mine:3 .");
  await page.getByRole("button", { name: "Run this instead" }).click();
  await standsAt(page, 1);
  await page.getByRole("log").getByText("docker build -t mine:3 .").waitFor();
  assert.equal((await table(page, "Images"))[0][0], "mine:3");
});
