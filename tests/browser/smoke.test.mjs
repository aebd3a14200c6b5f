import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`the page starts under a sub-path and the strict policy: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme });
      assert.match(await page.title(), /Drydock/);
      assert.notEqual((await page.locator("body").innerText()).trim(), "");
      await assertAccessible(page);
    });

    test(`nothing is wider than the window: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme });
      const { inner, scroll } = await page.evaluate(() => ({
        inner: document.documentElement.clientWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      assert.ok(scroll <= inner, `${scroll} px in a window of ${inner}`);
    });
  }
}

test("a page that cannot load says so instead of waiting forever", async (t) => {
  const refuse = (path, bytes) => (path.endsWith("page_bg.wasm") ? null : bytes);
  const opened = open(t, { change: refuse });
  await assert.rejects(opened, /Drydock could not start: page_bg\.wasm: the server answered 404/);
});

test("without scripts the page says what it needs", async (t) => {
  // What is fetched ahead for scripts is refused with them.
  const page = await open(t, { javaScriptEnabled: false, expected: ["page.js csp"] });
  assert.match(await page.locator("noscript").innerText(), /JavaScript and WebAssembly/);
});
