// The page of commands: made from the table the prompt has, readable for everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing on the page of commands: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { file: "reference.html", size, scheme });
      await page.getByRole("heading", { name: "docker images" }).waitFor();
      await assertAccessible(page);
      const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      assert.ok(whole <= inner, `${whole} is wider than ${inner}`);
    });
  }
}

test("a command of the list leads to its options", async (t) => {
  const page = await open(t, { file: "reference.html" });
  await page.getByRole("navigation", { name: "Commands" }).getByRole("link", { name: "docker images" }).click();
  const options = page.getByRole("table", { name: "Options of docker images" });
  await options.getByRole("rowheader", { name: "-q, --quiet" }).waitFor();
  assert.equal(new URL(page.url()).hash, "#docker-images");
});

test("the menu of the lesson leads there", async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "More", exact: true }).click();
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "Commands", exact: true }).click();
  const reference = await opened;
  await reference.getByRole("heading", { name: "Commands of Drydock" }).waitFor();
});
