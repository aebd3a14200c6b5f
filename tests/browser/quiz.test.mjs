// The questions and the key moments: judged and shown by execution in a copy
// of the lab, never in the learner's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { open } from "./harness.mjs";
import { stepTo } from "./player.mjs";

const NAME = "registry.example.com/mlproject/mlmodel:1.0";

const TAG = "Which image tag does the push use?";
const STORED = "At which step is the image stored in the registry?";
const DEFAULT = "What happens if the image was not tagged with the registry's name before pushing?";

// The three questions: every choice, and whether it is right.
const QUESTIONS = [
  [TAG, { "mlmodel:1.0": false, [NAME]: true, "mlproject/mlmodel:latest": false, "registry.example.com/mlmodel:latest": false }],
  [STORED, { "Step 1: build": false, "Step 2: tag": false, "Step 3: push": true, "Step 4: pull": false }],
  [
    DEFAULT,
    {
      "The push fails": true,
      "It is pushed to the default registry": false,
      "It is pushed to registry.example.com with the local tag": false,
      "The image is deleted": false,
    },
  ],
];

// A question: its form, which has no name of its own, holds the group that has it.
const form = (page, question) =>
  page.locator("form").filter({ has: page.getByRole("group", { name: question, exact: true }) });

// Ticks a choice, checks it and resolves to what is said of it.
async function answer(page, question, choice) {
  const asked = form(page, question);
  await asked.getByRole("radio", { name: choice, exact: true }).check();
  await asked.getByRole("button", { name: "Check", exact: true }).click();
  const verdict = asked.getByRole("status").getByRole("paragraph");
  await verdict.first().waitFor();
  return verdict.allInnerTexts();
}

for (const [question, choices] of QUESTIONS) {
  test(`${question} Right and wrong answers are told apart`, async (t) => {
    const page = await open(t);
    await stepTo(page, 3);
    const before = await trace(page);
    for (const [choice, right] of Object.entries(choices)) {
      const [word, explanation] = await answer(page, question, choice);
      assert.equal(word, right ? "Right." : "Not this one.", choice);
      assert.notEqual(explanation.trim(), "", choice);
    }
    assert.equal(await trace(page), before, "the learner's lab is as it was");
  });
}

test("an answer is judged before any step was run too", async (t) => {
  const page = await open(t);
  const [word] = await answer(page, STORED, "Step 3: push");
  assert.equal(word, "Right.");
});

test("the third answer names the default registry and shows what docker says", async (t) => {
  const page = await open(t);
  const told = (await answer(page, DEFAULT, "The push fails")).join("\n");
  assert.match(told, /docker\.io\/library\/mlmodel:1\.0/);
  assert.match(told, /push access denied/);
  assert.match(told, /laptop \$ docker push mlmodel:1\.0 ended with exit code 1/);
});

test("without a choice there is nothing to check", async (t) => {
  const page = await open(t);
  assert.equal(await form(page, TAG).getByRole("button", { name: "Check", exact: true }).isDisabled(), true);
});

test("another choice takes the verdict on the last one away", async (t) => {
  const page = await open(t);
  await answer(page, STORED, "Step 2: tag");
  await form(page, STORED).getByRole("radio", { name: "Step 3: push" }).check();
  await form(page, STORED).getByText("Not this one.").waitFor({ state: "detached" });
});

test("a hint marks the row it points at and brings its table up", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await page.getByRole("tab", { name: "Images" }).click();
  await form(page, DEFAULT).getByRole("button", { name: "Hint" }).click();
  await form(page, DEFAULT).getByText("Image name and tag, row 2 of the process table, is marked.").waitFor();
  const marked = page.getByRole("row").filter({ hasText: "The hint points here" });
  await marked.getByRole("button", { name: "Tag image" }).waitFor();
  assert.equal(await marked.count(), 1);
  await form(page, DEFAULT).getByRole("button", { name: "Hide the hint" }).click();
  await marked.waitFor({ state: "detached" });
});

test("a choice can be run: real output, in a copy", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  const before = await trace(page);
  await answer(page, TAG, "mlproject/mlmodel:latest");
  await form(page, TAG).getByRole("button", { name: "Run this choice and look" }).click();
  const shown = form(page, TAG).getByRole("figure");
  await shown.getByText("laptop $ docker push mlproject/mlmodel:latest").waitFor();
  await shown.getByText("tag does not exist: mlproject/mlmodel:latest").waitFor();
  await shown.getByText("exit status 1", { exact: true }).waitFor();
  assert.equal(await trace(page), before);
});

// Each key moment, what it really prints, and how it ends.
const MOMENTS = [
  ["Why tag with the registry's path before pushing?", [/\[docker\.io\/library\/mlmodel\]/, /push access denied/, /exit status 1/]],
  ["What if prod runs the image without pulling it first?", [/Unable to find image .* locally/, /prediction: 7/]],
  ["Why push at all?", [/mlmodel:1\.0: not found/, /exit status 1/]],
  ["And what would the laptop's own pull print?", [/Image is up to date/]],
];

for (const [question, printed] of MOMENTS) {
  test(`${question} The answer is executed in a copy of the lab`, async (t) => {
    const page = await open(t);
    await stepTo(page, 1);
    const before = await trace(page);
    const moments = page.getByRole("region", { name: "Key moments" });
    const moment = moments.getByRole("group").filter({ hasText: question });
    await moment.getByText(question, { exact: true }).click();
    await moment.getByRole("button", { name: "Show me" }).click();
    const shown = moment.getByRole("figure");
    await shown.waitFor();
    const text = await shown.innerText();
    printed.forEach((words) => assert.match(text, words));
    assert.equal(await trace(page), before);
  });
}
