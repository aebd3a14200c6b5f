// A page of the site in a browser, started, with its problems being collected.

import axe from "axe-core";
import assert from "node:assert/strict";

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};

// How long anything is waited for: the page answers in a fraction of a second,
// a busy machine may take longer.
const PATIENCE_MILLIS = 15_000;

// Opens a page: `size` is a key of SIZES, `scheme` light or dark, `before` runs
// in it before its own scripts, whatever else is given goes to the browser context.
export async function openAt(browser, url, { size, scheme, before, ...options }) {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MILLIS);
  page.problems = collectProblems(page);
  if (before) {
    await page.addInitScript(before);
  }
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

// Has the page keep at once what it would keep in a moment, as when it is left.
export const allKept = (page) => page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pagehide")));

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
