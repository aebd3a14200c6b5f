// What every browser test starts from: the site under its policy, a fresh
// page, and the rule that nothing may be wrong in the console.

import assert from "node:assert/strict";
import { after } from "node:test";
import axe from "axe-core";
import { launch } from "./chromium.mjs";
import { serve } from "./server.mjs";

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

// One browser serves the tests of a file; each test has a context of its own.
let browser;
after(() => browser?.then((running) => running.close()));

// Opens the site for one test and resolves to its page; all is closed, and the
// console judged, when the test ends. `size` is a key of SIZES, `scheme` light
// or dark, `change` alters served files (see server.mjs), `expected` lists
// texts of problems that are this test's very subject. Whatever else is given
// goes to the browser context.
export async function open(t, { size = "desktop", scheme = "light", change, expected = [], ...context } = {}) {
  const site = await serve(change);
  t.after(() => site.close());
  browser ??= launch();
  const page = await openAt(await browser, site.url, { size, scheme, ...context });
  t.after(async () => {
    await page.context().close();
    const problems = page.problems.filter((problem) => !expected.some((text) => problem.includes(text)));
    assert.deepEqual(problems, [], "the console has problems");
  });
  return page;
}

// A page at a size and scheme, started and with its problems being collected.
export async function openAt(browser, url, { size, scheme, ...options }) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, ...options });
  const page = await context.newPage();
  page.problems = collectProblems(page);
  await page.goto(url);
  if (options.javaScriptEnabled !== false) {
    await started(page);
  }
  return page;
}

// Waits until the page stands in place of its loading state, or throws what
// that says has gone wrong.
export async function started(page) {
  const gone = page.locator("#loading").waitFor({ state: "detached" }).then(() => null);
  const failed = page.locator("#loading [role=alert]").waitFor().then(() => page.locator("#loading").innerText());
  // The one that loses the race ends with its page.
  failed.catch(() => {});
  const text = await Promise.race([gone, failed]);
  if (text !== null) {
    throw new Error(text);
  }
}

// Fails unless axe-core finds nothing to say about the page as it stands.
export async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(told, [], "axe-core finds violations");
}

function collectProblems(page) {
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("crash", () => problems.push("the page crashed"));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) {
      problems.push(`${response.status()}: ${response.url()}`);
    }
  });
  page.on("console", (message) => {
    if (message.type() === "error") {
      problems.push(`console: ${message.text()}`);
    }
  });
  return problems;
}
