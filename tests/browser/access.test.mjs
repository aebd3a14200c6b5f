// For everybody: axe-core, the keyboard alone, a screen reader, less motion.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";
import { slider, standsAt, stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { place } from "./tables.mjs";
import { prompt } from "./terminal.mjs";

// What the page shows, a state after the other; axe-core judges each.
const STATES = {
  "at the start": async () => {},
  "after the push, with a chip in the inspector": async (page) => {
    await stepTo(page, 3);
    await show(page, "Stage");
    await place(page, "registry.example.com").getByRole("button", { name: /manifest/ }).click();
    await show(page, "Inspect");
    await inspector(page).getByText("media type").waitFor();
  },
  "after the run, with a request in the inspector": async (page) => {
    await stepTo(page, 5);
    await show(page, "Tables");
    await page.getByRole("tab", { name: /Requests/ }).click();
    await page.getByRole("tabpanel").getByRole("button").last().click();
    await show(page, "Inspect");
    await page.getByRole("heading", { name: "Headers sent" }).waitFor();
  },
  "the tracker, and the terminal after a failure": async (page) => {
    await stepTo(page, 2);
    await show(page, "Tables");
    await page.getByRole("tab", { name: "Status tracker" }).click();
    await show(page, "Terminal");
    await prompt(page).fill("docker p");
    await prompt(page).press("Enter");
    await page.getByRole("log").getByText(/failed, exit status/).waitFor();
    await prompt(page).fill("docker p");
    await prompt(page).press("Tab");
    await page.getByRole("list", { name: "Completions" }).waitFor();
  },
  "questions answered and a key moment shown": async (page) => {
    await stepTo(page, 1);
    const ask = page.locator("form").filter({ has: page.getByRole("radio", { name: "Step 2: tag" }) });
    await ask.getByRole("radio", { name: "Step 2: tag" }).check();
    await ask.getByRole("button", { name: "Check", exact: true }).click();
    await ask.getByText("Not this one.").waitFor();
    await ask.getByRole("button", { name: "Hint" }).click();
    const moment = page.getByRole("group").filter({ hasText: "Why push at all?" });
    await moment.getByText("Why push at all?").click();
    await moment.getByRole("button", { name: "Show me" }).click();
    await moment.getByRole("figure").waitFor();
  },
};

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    for (const [name, reach] of Object.entries(STATES)) {
      test(`axe-core finds nothing ${name}: ${size}, ${scheme}`, async (t) => {
        const page = await open(t, { size, scheme, reducedMotion: "reduce" });
        await standsAt(page, 0);
        await reach(page);
        await assertAccessible(page);
        await assertFits(page);
      });
    }
  }
}

test("every region is reached by the bar of the narrow page, and nothing is wider than it", async (t) => {
  const page = await open(t, { size: "phone" });
  await stepTo(page, 5);
  const regions = [
    ["Lesson", region(page, "Lesson")],
    ["Stage", region(page, "Stage")],
    ["Tables", region(page, "Tables")],
    ["Terminal", region(page, "Terminal")],
    ["Files", region(page, "Files")],
    ["Inspect", inspector(page)],
  ];
  for (const [name, region] of regions) {
    await show(page, name);
    assert.equal(await region.isVisible(), true, name);
    await assertFits(page);
    await slider(page).waitFor();
  }
});

test("the whole lesson by the keyboard alone", async (t) => {
  const page = await open(t);
  await tabTo(page, "Run step 1");
  for (let step = 1; step <= 5; step += 1) {
    await tabTo(page, `Run step ${step}`);
    await page.keyboard.press("Enter");
    await standsAt(page, step);
  }
  await tabTo(page, "Step 1: build");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "Step 3: push");
  await tabTo(page, "Check");
  await page.keyboard.press("Enter");
  await page.getByText("Right.", { exact: true }).waitFor();
  await tabTo(page, "Process");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tabpanel", { name: "Status tracker" }).waitFor();
  assert.equal(await focused(page), "Status tracker");
  await tabTo(page, "Point of the history");
  await page.keyboard.press("Home");
  await standsAt(page, 0);
});

test("a step by the player does not take the focus away", async (t) => {
  const page = await open(t);
  await standsAt(page, 0);
  await page.getByRole("button", { name: "Next", exact: true }).focus();
  for (let step = 1; step <= 4; step += 1) {
    await page.keyboard.press("Enter");
    await standsAt(page, step);
    assert.equal(await focused(page), "Next");
  }
});

test("a line of the prompt leaves the focus in the prompt", async (t) => {
  const page = await open(t);
  await prompt(page).fill("docker build -t a .");
  await prompt(page).press("Enter");
  await standsAt(page, 1);
  assert.equal(await prompt(page).evaluate((input) => input === document.activeElement), true);
});

test("what happens is said: commands in a log, stops and ends as status", async (t) => {
  const page = await open(t);
  await standsAt(page, 0);
  const status = page.locator(".app > [role=status]");
  await stepTo(page, 1);
  assert.match(await status.textContent(), /^Stop 1 of 5: build$/);
  await prompt(page).fill("foo");
  await prompt(page).press("Enter");
  await status.getByText("foo: failed, exit status 127").waitFor({ state: "attached" });
  assert.equal(await page.getByRole("log").getByRole("article").count(), 2);
});

test("who wants less motion gets none", async (t) => {
  const page = await open(t, { reducedMotion: "reduce" });
  await stepTo(page, 3);
  // What runs for no noticeable time does not move.
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => Number(animation.effect.getComputedTiming().activeDuration) > 50).length,
  );
  assert.equal(moving, 0);
});

test("who does not mind sees the blobs travel", async (t) => {
  const page = await open(t);
  await standsAt(page, 0);
  await page.evaluate(() => {
    globalThis.moved = 0;
    document.addEventListener("animationstart", () => {
      globalThis.moved += 1;
    });
  });
  await stepTo(page, 3);
  await page.waitForFunction(() => globalThis.moved > 0);
});

// Brings a region up where only one fits; elsewhere all are there.
async function show(page, name) {
  const button = page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name, exact: true });
  if (await button.isVisible()) {
    await button.click();
  }
}

async function assertFits(page) {
  const { inner, scroll } = await page.evaluate(() => ({
    inner: document.documentElement.clientWidth,
    scroll: document.documentElement.scrollWidth,
  }));
  assert.ok(scroll <= inner, `${scroll} px in a window of ${inner}`);
}

// What a screen reader calls the element that has the focus.
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent;
    return (element.getAttribute("aria-label") ?? label ?? element.textContent).trim();
  });

// Presses Tab until the element of this name has the focus; once around the page at most.
async function tabTo(page, name) {
  for (let presses = 0; presses < 200; presses += 1) {
    if ((await focused(page)) === name) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never comes to ${name}`);
}
