// The registry explorer: what hangs on a tag, a digest computed anew, a byte
// that is flipped and what docker says of it, and the way by keyboard and phone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";
import { isIdle, press, stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { run } from "./terminal.mjs";

const NAME = "registry.example.com";
const explorer = (page) => region(page, "Registry explorer");
const tree = (page) => explorer(page).getByRole("list", { name: "Tags and what they lead to" });
const detail = (page) => explorer(page).getByRole("group", { name: "What is looked at" });

// Opens the explorer from the stage.
async function look(page) {
  await show(page, "Stage");
  await page.getByRole("button", { name: `Explore the registry ${NAME}` }).click();
  await tree(page).waitFor();
}

// Brings a region up where only one fits.
async function show(page, name) {
  const button = page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name, exact: true });
  if (await button.isVisible()) {
    await button.click();
  }
}

test("from the tag one walks to the layers, and each digest is computed anew", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await look(page);
  assert.equal(await explorer(page).evaluate((element) => element === document.activeElement), true);
  await tree(page).getByText("1.0", { exact: true }).waitFor();
  const chips = tree(page).locator("button.chip");
  assert.ok((await chips.count()) >= 8);
  await tree(page).getByRole("button", { name: /index/ }).first().click();
  await detail(page).getByText("They are equal").waitFor();
  const [name, computed] = await detail(page).locator(".weighing code").allTextContents();
  assert.match(name, /^sha256:[0-9a-f]{64}$/);
  assert.equal(computed, name);
  await detail(page).locator("pre.document a.digest").first().click();
  await detail(page).getByText(/^application\/vnd\.oci\.image\.manifest/).waitFor();
  await inspector(page).getByRole("heading", { name: "manifest" }).waitFor();
  await detail(page).getByText(`docker buildx imagetools inspect --raw ${NAME}/mlproject/mlmodel@sha256:`).waitFor();
  await detail(page).getByRole("button", { name: "Numbers" }).click();
  await detail(page).getByRole("button", { name: "7b, byte 0", exact: true }).waitFor();
  const fold = tree(page).getByRole("button", { name: /^What \w+ names$/ }).first();
  await fold.click();
  assert.equal(await chips.count(), 1);
  await page.keyboard.press("Escape");
  await region(page, "Stage").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "stage");
});

test("a byte is flipped, its digest is another one, docker refuses it, and undo takes it back", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await look(page);
  await tree(page).getByRole("button", { name: /model\.safetensors/ }).first().click();
  await detail(page).getByText("They are equal").waitFor();
  await detail(page).getByRole("button", { name: /, byte 12$/ }).click();
  await detail(page).getByRole("button", { name: /^Flip byte 12: 0x/ }).click();
  await detail(page).getByText("They differ").waitFor();
  const [name, computed] = await detail(page).locator(".weighing code").allTextContents();
  assert.notEqual(computed, name);
  await isIdle(page);
  await detail(page).getByRole("button", { name: "Pull it on prod" }).click();
  await detail(page).getByText(`unexpected commit digest ${computed}, expected ${name}: failed precondition`).waitFor();
  await isIdle(page);
  await press(page, "Undo", 3);
  await detail(page).getByText("They are equal").waitFor();
});

test("what no tag leads to stands apart, and is gone after a collection", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await run(page, `registry rm ${NAME}/mlproject/mlmodel:1.0`);
  await show(page, "Stage");
  await page.getByRole("button", { name: `Explore the registry ${NAME}` }).click();
  await explorer(page).getByRole("heading", { name: "No tag leads to these manifests" }).waitFor();
  await explorer(page).getByText("unneeded: a collection of garbage takes it").first().waitFor();
  await explorer(page).getByRole("button", { name: "Close the explorer" }).click();
  await run(page, `registry gc -m --grace 0s ${NAME}`);
  await page.getByRole("button", { name: `Explore the registry ${NAME}` }).click();
  await explorer(page).getByText("It holds nothing yet").waitFor();
});

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing in the registry explorer: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme, reducedMotion: "reduce" });
      await stepTo(page, 3);
      await look(page);
      await assertAccessible(page);
      await tree(page).getByRole("button", { name: /index/ }).first().click();
      await detail(page).getByText("They are equal").waitFor();
      await assertAccessible(page);
      await detail(page).getByRole("button", { name: "Numbers" }).click();
      await detail(page).getByRole("button", { name: /^Flip byte \d+: 0x/ }).click();
      await detail(page).getByText("They differ").waitFor();
      await assertAccessible(page);
      const { inner, scroll } = await page.evaluate(() => ({
        inner: document.documentElement.clientWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      assert.ok(scroll <= inner, `${scroll} px in a window of ${inner}`);
    });
  }
}
