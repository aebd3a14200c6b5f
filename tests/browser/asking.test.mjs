// Asking: pairs and words, carrying with the mouse and a finger, trying again
// what was wrong, progress to take along, and the handout.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, open } from "./harness.mjs";

const mode = (page, name) => page.getByRole("tab", { name, exact: true }).click();
const NAME = "registry.example.com/mlproject/mlmodel:1.0";

// What each line of the question with pairs does.
const DOES = {
  "docker tag": "No registry hears of it",
  "docker push": "The registry is asked, and has all of it already",
  [`docker pull ${NAME}`]: "Layers come to another machine",
  "docker pull mlmodel:1.0": "It is refused: the name leads to Docker Hub",
};

const pairs = (page) => page.locator("form", { has: page.locator(".pairs") });
const line = (page, words) => pairs(page).locator(".pairs li").filter({ has: page.locator(".line", { hasText: words }) });

async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

// Carries one element to another with the mouse.
async function carry(page, from, to) {
  await to.scrollIntoViewIfNeeded();
  await from.scrollIntoViewIfNeeded();
  const [begin, end] = [await middle(from), await middle(to)];
  await page.mouse.move(begin.x, begin.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 8 });
  await page.mouse.up();
}

// A finger from one point to another: the events of a touch, as the browser makes them.
async function draw(page, from, to) {
  const client = await page.context().newCDPSession(page);
  const touch = (type, points) => client.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await touch("touchStart", [from]);
  for (const part of [0.1, 0.3, 0.6, 1]) {
    await touch("touchMove", [{ x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) }]);
  }
  await touch("touchEnd", []);
}

test("lines are paired by choosing, clicking and carrying, and what is wrong is said pair by pair", async (t) => {
  const page = await open(t);
  await mode(page, "Review");
  const check = pairs(page).getByRole("button", { name: "Check" });
  assert.ok(await check.isDisabled(), "nothing is paired yet");
  await assertAccessible(page);
  const texts = Object.values(DOES);
  // By the keyboard's way: the first two crossed.
  await line(page, "docker tag").getByRole("combobox").selectOption(texts[1]);
  await line(page, "docker push").getByRole("combobox").selectOption(texts[0]);
  // By clicks into what is still open, then by carrying.
  await pairs(page).getByRole("button", { name: texts[2] }).click();
  await carry(page, pairs(page).getByRole("button", { name: texts[3] }), line(page, "docker pull mlmodel:1.0"));
  await check.click();
  await pairs(page).getByText("Not this one.").waitFor();
  assert.equal(await pairs(page).locator("li.wrong").count(), 2);
  assert.match(await pairs(page).locator(".excerpt").innerText(), /docker pull mlmodel:1\.0[\s\S]*denied/);
  await assertAccessible(page);
  await carry(page, pairs(page).getByRole("button", { name: texts[0] }), line(page, "docker tag"));
  await carry(page, pairs(page).getByRole("button", { name: texts[1] }), line(page, "docker push"));
  for (const [words, does] of Object.entries(DOES)) {
    const chosen = line(page, words).getByRole("combobox").locator("option:checked");
    assert.equal(await chosen.innerText(), does);
  }
  await check.click();
  await pairs(page).locator(".verdict", { hasText: "Right." }).waitFor();
});

test("a word is compared without spaces around it, and in any case where that is said", async (t) => {
  const page = await open(t);
  await mode(page, "Review");
  const form = page.locator("form", { hasText: "Which method does the last request" });
  const say = async (word) => {
    await form.getByLabel("Your answer").fill(word);
    await form.getByRole("button", { name: "Check" }).click();
    return form.locator(".verdict p").first().innerText();
  };
  assert.equal(await say("POST"), "Not this one.");
  assert.equal(await say("  put "), "Right.");
});

test("words and lines are carried to their places, by the mouse and by a finger", async (t) => {
  const page = await open(t, { hasTouch: true });
  await mode(page, "Try");
  const form = page.locator("form.question").nth(1);
  const word = (name) => form.getByRole("button", { name, exact: true });
  await carry(page, word(NAME), form.getByLabel("Gap 2"));
  assert.equal(await form.getByLabel("Gap 2").inputValue(), NAME);
  assert.equal(await form.getByLabel("Gap 1").inputValue(), "");
  await draw(page, await middle(word("mlmodel:1.0")), await middle(form.getByLabel("Gap 1")));
  await page.waitForFunction((id) => document.getElementById(id) !== null, "mode-try");
  assert.equal(await form.getByLabel("Gap 1").inputValue(), "mlmodel:1.0");
  const box = await word("mlmodel:1.0").boundingBox();
  assert.ok(box.height >= 24 && box.width >= 24, "large enough for a finger");
  await form.getByRole("button", { name: "Check" }).click();
  await form.getByText("Right.").waitFor();
  // Lines of an order.
  await mode(page, "Challenge");
  await page.getByRole("button", { name: "Start (90 s)" }).click();
  const lines = page.locator(".order .line");
  const before = await lines.allInnerTexts();
  await carry(page, lines.nth(0), lines.nth(3));
  assert.deepEqual(await lines.allInnerTexts(), [...before.slice(1, 4), before[0], before[4]]);
});

test("on a phone lines are carried by their grips, and the page scrolls by their texts", async (t) => {
  const page = await open(t, { hasTouch: true, size: "phone" });
  await mode(page, "Challenge");
  await page.getByRole("button", { name: "Start (90 s)" }).click();
  const lines = page.locator(".order .line");
  await lines.nth(4).scrollIntoViewIfNeeded();
  const before = await lines.allInnerTexts();
  const scrolled = () => page.locator("#lesson").evaluate((lesson) => lesson.scrollTop);
  const [from, text] = [await scrolled(), await middle(lines.nth(0))];
  await draw(page, text, { x: text.x, y: text.y + 120 });
  await page.waitForFunction((from) => document.querySelector("#lesson").scrollTop < from - 60, from);
  assert.deepEqual(await lines.allInnerTexts(), before);
  await lines.nth(4).scrollIntoViewIfNeeded();
  const rested = await scrolled();
  await draw(page, await middle(lines.nth(0).locator(".grip")), await middle(lines.nth(3)));
  assert.deepEqual(await lines.allInnerTexts(), [...before.slice(1, 4), before[0], before[4]]);
  assert.equal(await scrolled(), rested, "what is carried does not scroll");
  const grip = await lines.nth(0).locator(".grip").boundingBox();
  assert.ok(grip.width >= 24 && grip.height >= 24, "large enough for a finger");
  await assertAccessible(page);
});

test("only what was wrong is asked again", async (t) => {
  const page = await open(t);
  const quiz = page.locator("section.quiz");
  const answer = async (at, choice) => {
    const form = quiz.locator("form").nth(at);
    await form.getByRole("radio").nth(choice).check();
    await form.getByRole("button", { name: "Check" }).click();
    await form.locator(".verdict").waitFor();
  };
  await answer(0, 1);
  await answer(1, 0);
  await quiz.getByText("1 of 3 right").waitFor();
  assert.equal(await page.getByRole("tab", { name: "Visualize", exact: true }).getAttribute("aria-description"), "1 of 3 solved");
  await quiz.getByRole("button", { name: "Try the wrong one again" }).click();
  assert.equal(await quiz.locator("form").count(), 1);
  await answer(0, 2);
  await quiz.getByText("2 of 3 right").waitFor();
  await quiz.getByRole("button", { name: "Show all questions" }).click();
  assert.equal(await quiz.locator("form").count(), 3);
});

test("a hint marks a cell", async (t) => {
  const page = await open(t);
  const form = page.locator("section.quiz form").nth(1);
  await form.getByRole("button", { name: "Hint" }).click();
  await form.getByText("Registry interaction, row 3 of the process table, is marked.").waitFor();
  assert.equal(await page.locator(".process td.hinted").count(), 1);
  await assertAccessible(page);
});

test("after the last attempt the right answer is executed and explained", async (t) => {
  const page = await open(t);
  await mode(page, "Challenge");
  await page.getByRole("button", { name: "Clock: on" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).nth(2).click();
  const form = page.locator("form", { hasText: "which line fails?" });
  for (const choice of [0, 1]) {
    await form.getByRole("radio").nth(choice).check();
    await form.getByRole("button", { name: "Check" }).click();
    await form.locator(".verdict").waitFor();
  }
  await form.getByRole("button", { name: "Run a right answer and look" }).click();
  await form.getByText("has no image of the name").waitFor();
});

test("progress is taken along as a file, and what is no such file is refused", async (t) => {
  const page = await open(t);
  await mode(page, "Try");
  const form = page.locator("form.question").first();
  await form.getByLabel("Gap 1").fill("mlmodel:1.0");
  await form.getByLabel("Gap 2").fill(".");
  await form.getByRole("button", { name: "Check" }).click();
  await form.getByText("Right.").waitFor();
  const menu = () => page.getByRole("button", { name: "More" }).click();
  await menu();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download my progress" }).click()]);
  assert.equal(file.suggestedFilename(), "container-registries-for-ml.progress.json");
  const text = await readFile(await file.path(), "utf8");
  assert.equal(JSON.parse(text).lesson, "container-registries-for-ml");

  const other = await open(t);
  const bring = async (content) => {
    await other.getByRole("button", { name: "More" }).click();
    const [chooser] = await Promise.all([
      other.waitForEvent("filechooser"),
      other.getByRole("button", { name: "Open a lab, progress or an image from a file…" }).click(),
    ]);
    await chooser.setFiles({ name: "my.json", mimeType: "application/json", buffer: Buffer.from(content) });
  };
  await bring('{"progress":1,"lesson":"another","study":{}}');
  await other.getByText("it is of the lesson").waitFor();
  await bring('{"progress":nonsense');
  await other.getByText("cannot be read as the progress").waitFor();
  await bring(text);
  await other.getByText("The progress was added to yours.").waitFor();
  const tab = other.getByRole("tab", { name: "Try", exact: true });
  assert.equal(await tab.getAttribute("aria-description"), "1 of 5 solved");
  await other.reload();
  await other.getByText("1/5").waitFor();
});

test("the handout has tables and questions, and the answers on pages of their own", async (t) => {
  const page = await open(t, { before: () => { globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1; }; } });
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Print handout" }).click();
  await page.waitForFunction(() => globalThis.printed === 1, null, { timeout: 120_000 });
  const handout = page.locator(".handout");
  assert.equal(await handout.isVisible(), false, "it is for paper only");
  await page.emulateMedia({ media: "print" });
  assert.ok(await handout.isVisible());
  assert.equal(await page.locator(".top-bar").isVisible(), false);
  const answers = await handout.locator(".answers").innerText();
  assert.match(answers, /Step 3: push/);
  const asked = await handout.locator("section:not(.answers) > ol > li").count();
  assert.equal(await handout.locator(".answers > ol > li").count() , asked - 5, "an answer for each question; five are steps");
  const pdf = await page.pdf({ format: "A4", path: process.env.HANDOUT });
  assert.ok(pdf.length > 10_000);
});

// Asks for the handout and resolves, once some of it is made, to where it says how far it is.
async function making(page) {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Print handout" }).click();
  const made = page.getByRole("region", { name: "Print handout" });
  await made.getByText(/^[1-9]\d* of \d+$/).waitFor();
  return made;
}

test("how far a handout is can be seen, and it can be given up", async (t) => {
  const page = await open(t, { before: () => { globalThis.printed = 0; globalThis.print = () => { globalThis.printed += 1; }; } });
  const made = await making(page);
  await made.getByRole("button", { name: "Cancel" }).click();
  await made.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Run step 1" }).click();
  await page.getByRole("button", { name: "Run step 2" }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.printed), 0);
});

test("a handout on its way is accessible", async (t) => {
  // It is looked at for as long as that takes: nothing more is heard of the worker then.
  const deafen = () => {
    globalThis.Worker = class extends globalThis.Worker {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", (event) => globalThis.isDeaf && event.stopImmediatePropagation());
      }
    };
  };
  const page = await open(t, { before: deafen });
  const made = await making(page);
  await page.evaluate(() => { globalThis.isDeaf = true; });
  await assertAccessible(page);
  assert.ok(await made.isVisible());
});

test("resetting a step brings the lesson's own line back", async (t) => {
  const page = await open(t);
  await page.getByRole("button", { name: "Run step 1" }).click();
  await page.getByRole("button", { name: "Run step 2" }).waitFor();
  await page.getByRole("button", { name: "Change the line of step 2" }).click();
  await page.locator("#step-line").fill("docker tag mlmodel:1.0 other:2");
  await page.getByRole("button", { name: "Run this instead" }).click();
  await page.getByRole("button", { name: "Run step 3" }).waitFor();
  await page.getByRole("button", { name: "Branches and bookmarks" }).click();
  await page.getByRole("button", { name: "Reset this step: back to where it began" }).click();
  await page.getByRole("button", { name: "Run step 2" }).click();
  await page.getByRole("button", { name: "Run step 3" }).waitFor();
  await page.locator("article", { hasText: `docker tag mlmodel:1.0 ${NAME}` }).waitFor();
});
