// The palette: Ctrl-K, a few letters, Enter.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";
import { standsAt, stepTo } from "./player.mjs";
import { region } from "./regions.mjs";
import { prompt, result } from "./terminal.mjs";

const palette = (page) => page.getByRole("dialog", { name: "Find anything" });
const field = (page) => palette(page).getByRole("combobox");
const entries = (page) => palette(page).getByRole("option");

test("a few letters find what can be done, and the focus comes back", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  await prompt(page).focus();
  await page.keyboard.press("Control+k");
  await field(page).fill("table blobs");
  assert.equal(await entries(page).count(), 2);
  await page.keyboard.press("Enter");
  await page.getByRole("tabpanel", { name: "Blobs" }).waitFor();
  await palette(page).waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "prompt");
  await page.keyboard.press("Control+k");
  await field(page).fill("explore");
  await page.keyboard.press("Enter");
  await region(page, "Image explorer").waitFor();
});

test("the arrows choose, Escape closes, and what was typed can be run as a line", async (t) => {
  const page = await open(t);
  await standsAt(page, 0);
  await page.getByLabel("More", { exact: true }).click();
  await page.getByRole("button", { name: /^Find anything/ }).click();
  await field(page).fill("theme");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await palette(page).getByRole("option", { name: "Theme: dark", selected: true }).waitFor();
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "hidden" });
  await page.keyboard.press("Control+k");
  assert.equal(await field(page).inputValue(), "");
  await field(page).fill("docker version");
  await page.keyboard.press("Enter");
  assert.match((await result(page, 0)).title, /docker version/);
});

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing in the palette: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme, reducedMotion: "reduce" });
      await standsAt(page, 0);
      await page.keyboard.press("Control+k");
      await field(page).fill("o");
      await assertAccessible(page);
    });
  }
}
