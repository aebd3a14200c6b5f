// What the browser keeps between visits, and what happens when it does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { editor, openFile, writeFile } from "./files.mjs";
import { allKept, open, started } from "./harness.mjs";
import { press, standsAt, stepTo } from "./player.mjs";
import { table } from "./tables.mjs";
import { articles, run } from "./terminal.mjs";

const LESSON = "container-registries-for-ml";
const KEY = `drydock:saved:${LESSON}`;

async function reload(page) {
  await page.reload();
  await started(page);
}

test("a reload restores the position, the terminal, the files and the tables", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", "FROM mlserve:1\nWORKDIR /mine\nCOPY sample.json .\n");
  await run(page, "docker build -t mine:1 .");
  await run(page, "docker tag mine:1 mine:2");
  await press(page, "Back", 2);
  const before = {
    trace: await trace(page),
    images: await table(page, "Images"),
    texts: await articles(page).allTextContents(),
  };
  await reload(page);
  await standsAt(page, 2);
  const after = {
    trace: await trace(page),
    images: await table(page, "Images"),
    texts: await articles(page).allTextContents(),
  };
  assert.deepEqual(after, before);
  await openFile(page, "Dockerfile");
  assert.match(await editor(page, "Dockerfile").inputValue(), /WORKDIR \/mine/);
  await press(page, "Redo", 3);
});

test("start over forgets everything, also for the next visit", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  await page.getByLabel("More", { exact: true }).click();
  await page.getByRole("button", { name: "Start over…" }).click();
  await page.getByRole("group", { name: "Start over" }).getByRole("button", { name: "Start over", exact: true }).click();
  await standsAt(page, 0);
  assert.equal(await articles(page).count(), 0);
  await reload(page);
  await standsAt(page, 0);
  assert.equal((await table(page, "Images")).length, 0);
});

test("the theme is kept", async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "Dark theme" }).click();
  await reload(page);
  const pressed = page.getByRole("button", { name: "Dark theme", pressed: true });
  await pressed.waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
});

// Ways in which a browser refuses to keep anything.
const REFUSALS = {
  "no storage at all": () => {
    Object.defineProperty(globalThis, "localStorage", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    });
  },
  "storage that is full": () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
};

for (const [name, before] of Object.entries(REFUSALS)) {
  test(`${name}: the page works and says that nothing is kept`, async (t) => {
    const page = await open(t, { before });
    await stepTo(page, 5);
    await page.getByText("Not saved: storage refused").waitFor();
    await page.getByRole("button", { name: "Dark theme" }).click();
    await page.getByRole("button", { name: "Dark theme", pressed: true }).waitFor();
    await reload(page);
    await standsAt(page, 0);
    await press(page, "Next", 1);
  });
}

// Texts that nobody saved.
const DAMAGED = {
  "no JSON": "{",
  "another version": JSON.stringify({ version: 9, lesson: LESSON, log: [], at: null }),
  "another lesson": JSON.stringify({ version: 1, lesson: "other", log: [], at: null }),
  "a log without its beginning": JSON.stringify({ version: 1, lesson: LESSON, log: [], at: 7 }),
};

// A second tab of the same browser, on the same page.
async function secondTab(page) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await started(other);
  return other;
}

const elsewhere = (page) => page.getByRole("alert").getByText(/^Another tab has changed this lab\./);

test("a second tab shows what the first has saved, and each says when the other goes on", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  const other = await secondTab(page);
  await standsAt(other, 1);
  assert.equal(await elsewhere(page).count(), 0, "looking changes nothing");
  await press(page, "Next", 2);
  await elsewhere(other).waitFor();
  await other.getByRole("button", { name: "Show the other tab’s lab" }).click();
  await standsAt(other, 2);
  await elsewhere(other).waitFor({ state: "detached" });
  assert.equal(await articles(other).count(), 2);
  await press(other, "Next", 3);
  await elsewhere(page).waitFor();
});

test("what another tab has saved is not replaced unless the learner says so", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  const other = await secondTab(page);
  await standsAt(other, 1);
  await press(page, "Next", 2);
  await elsewhere(other).waitFor();
  await run(other, "docker tag mlmodel:1.0 mine:1");
  await run(other, "docker tag mlmodel:1.0 mine:2");
  await other.getByText("Not saved: open in another tab").waitFor();
  const third = await secondTab(page);
  await standsAt(third, 2);
  assert.deepEqual((await table(third, "Images"))[0][0].includes("mine"), false);
  await third.close();
  await other.getByRole("button", { name: "Save this one instead" }).click();
  await elsewhere(other).waitFor({ state: "detached" });
  await elsewhere(page).waitFor();
  await reload(page);
  await standsAt(page, 3);
  assert.equal(await elsewhere(page).count(), 0);
});

// What the first version of the page wrote, before a step's line could be changed.
test("what an older page saved is restored", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  await allKept(page);
  await page.evaluate((key) => {
    const { edits, ...older } = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify(older));
    return edits;
  }, KEY);
  await reload(page);
  await standsAt(page, 2);
});

for (const [name, text] of Object.entries(DAMAGED)) {
  test(`saved text that is ${name}: the lab starts fresh and says so`, async (t) => {
    const page = await open(t);
    await stepTo(page, 1);
    await allKept(page);
    await page.evaluate(([key, damaged]) => localStorage.setItem(key, damaged), [KEY, text]);
    await reload(page);
    await page.getByRole("alert").getByText(/^What was saved could not be restored, so the lab starts fresh\./).waitFor();
    await standsAt(page, 0);
    assert.equal(await articles(page).count(), 0);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await press(page, "Next", 1);
    await reload(page);
    await standsAt(page, 1);
  });
}
