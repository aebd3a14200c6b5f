// The image explorer: what each layer does, what is in its files, what is
// wasted, and two images beside each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { writeFile } from "./files.mjs";
import { SIZES, assertAccessible, open } from "./harness.mjs";
import { press, standsAt, stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { pick } from "./tables.mjs";
import { run } from "./terminal.mjs";

const explorer = (page) => region(page, "Image explorer");
const layers = (page) => explorer(page).getByRole("list", { name: "Layers, the last one first" }).getByRole("listitem");
const files = (page) => explorer(page).getByRole("group", { name: "Files of the image" });

// Opens an image of the table of images, by its first name.
async function explore(page, name) {
  await show(page, "Tables");
  await pick(page, "Images");
  await page.getByRole("button", { name: `Explore ${name}`, exact: true }).first().click();
  await layers(page).first().waitFor();
}

// Brings a region up where only one fits.
async function show(page, name) {
  const button = page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name, exact: true });
  if (await button.isVisible()) {
    await button.click();
  }
}

// What a row of the files says of a path.
async function row(page, path) {
  const cells = await files(page).getByRole("row").filter({ hasText: path }).first().getByRole("cell").allTextContents();
  return cells[0];
}

test("each layer shows its instruction and its files, and a file its text", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  await explore(page, "mlmodel:1.0");
  assert.equal(await explorer(page).evaluate((element) => element === document.activeElement), true);
  await layers(page).filter({ hasText: "COPY sample.json" }).getByRole("button").first().click();
  assert.equal(await row(page, "sample.json"), "added");
  await files(page).getByRole("button", { name: /sample\.json$/ }).click();
  await inspector(page).getByRole("heading", { name: /sample\.json$/ }).waitFor();
  await inspector(page).locator("pre").filter({ hasText: "[" }).waitFor();
  await explorer(page).getByRole("button", { name: "All files so far" }).click();
  await files(page).getByRole("row").filter({ hasText: /^layer 1/ }).first().waitFor();
  await page.keyboard.press("Escape");
  await region(page, "Stage").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "tab-images");
});

const WASTEFUL = "FROM toolbox:1\nCOPY model.safetensors /data/weights.bin\nCOPY sample.json /data/sample.json\nRUN rm /data/weights.bin\n";

test("what a later layer removes is wasted, and said to be", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", WASTEFUL);
  await run(page, "docker build -t wasteful:1 .");
  await explore(page, "wasteful:1");
  await layers(page).filter({ hasText: "rm /data/weights.bin" }).getByText("1 removed").waitFor();
  assert.equal(await row(page, "weights.bin"), "removed");
  const wasted = explorer(page).getByRole("table", { name: /removing a file later saves nothing/ });
  await wasted.getByRole("row", { name: /\/data\/weights\.bin/ }).waitFor();
  await explorer(page).getByText(/a later layer replaces or removes them\./).waitFor();
});

test("two images are compared layer by layer, and the explorer goes along with the history", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  await writeFile(page, "sample.json", "[0]\n");
  await run(page, "docker build -t mlmodel:2.0 .");
  await explore(page, "mlmodel:2.0");
  await explorer(page).getByRole("group", { name: "Compare with" }).getByRole("button", { name: "mlmodel:1.0" }).click();
  await explorer(page).getByText(/of the other’s \d+ layers are the same bytes/).waitFor();
  assert.ok((await explorer(page).getByText("same", { exact: true }).count()) > 0);
  await explorer(page).getByRole("table", { name: /^Files that differ/ }).getByRole("row", { name: /sample\.json/ }).waitFor();
  await press(page, "Back", 2);
  await explorer(page).getByText("nobody in the lab has this image at this point of the history").waitFor();
  await press(page, "Redo", 3);
  await explorer(page).getByText(/layers are the same bytes/).waitFor();
  await explorer(page).getByRole("button", { name: "Close the explorer" }).click();
  await region(page, "Stage").waitFor();
});

test("a manifest in the inspector leads into its image", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await page.getByRole("region", { name: "registry.example.com", exact: true }).getByRole("button", { name: /manifest/ }).click();
  await inspector(page).getByRole("button", { name: /^Explore / }).click();
  await layers(page).first().waitFor();
  await explorer(page).getByRole("button", { name: "Close the explorer" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "inspector");
});

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing in the explorer: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme, reducedMotion: "reduce" });
      await stepTo(page, 1);
      await show(page, "Files");
      await writeFile(page, "Dockerfile", WASTEFUL);
      await show(page, "Terminal");
      await run(page, "docker build -t wasteful:1 .");
      await standsAt(page, 3);
      await explore(page, "wasteful:1");
      await assertAccessible(page);
      await explorer(page).getByRole("button", { name: "All files so far" }).click();
      await assertAccessible(page);
      await explorer(page).getByRole("group", { name: "Compare with" }).getByRole("button").first().click();
      await explorer(page).getByText(/layers are the same bytes/).waitFor();
      await assertAccessible(page);
      const { inner, scroll } = await page.evaluate(() => ({
        inner: document.documentElement.clientWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      assert.ok(scroll <= inner, `${scroll} px in a window of ${inner}`);
    });
  }
}
