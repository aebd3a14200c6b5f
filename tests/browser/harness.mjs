// What every browser test starts from: the site under its policy, a fresh
// page, and the rule that nothing may be wrong in the console.

import assert from "node:assert/strict";
import { after } from "node:test";
import { launch } from "./chromium.mjs";
import { openAt } from "./page.mjs";
import { serve } from "./server.mjs";

export { SIZES, allKept, assertAccessible, started } from "./page.mjs";

// One browser serves the tests of a file; each test has a context of its own.
let browser;
after(() => browser?.then((running) => running.close()));

// Opens the site for one test and resolves to its page; all is closed, and the
// console judged, when the test ends. `file` is opened in place of the lesson,
// `change`, `policy` and `headers` alter what is served (see server.mjs), `expected` lists texts of
// problems that are this test's very subject; the rest is for `openAt` (see
// page.mjs).
export async function open(t, { change, policy, headers, expected = [], file = "", size = "desktop", scheme = "light", ...context } = {}) {
  const site = await serve(change, policy, headers);
  let page;
  t.after(async () => {
    const problems = page?.problems.filter((problem) => !expected.some((text) => problem.includes(text)));
    await page?.context().close();
    await site.close();
    assert.deepEqual(problems ?? [], [], "the console has problems");
  });
  browser ??= launch();
  page = await openAt(await browser, site.url + file, { size, scheme, ...context });
  return page;
}
