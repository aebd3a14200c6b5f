// What a build of a Dockerfile would do, beside its text while it is typed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { editor, writeFile } from "./files.mjs";
import { open } from "./harness.mjs";
import { assertAccessible } from "./page.mjs";
import { button, isIdle } from "./player.mjs";
import { region } from "./regions.mjs";
import { run } from "./terminal.mjs";

const files = (page) => region(page, "Files");
const margin = (page) => files(page).getByRole("list", { name: "What a build would do now" });
const problems = (page) => files(page).getByRole("list", { name: "Problems" });
const found = (page, text) => files(page).getByRole("status").filter({ hasText: text }).waitFor();

const FILE = "FROM mlserve:1\nWORKDIR /app\n# The weights.\nCOPY model.safetensors .\n";

test("steps are cached once they were built, and not behind a change", async (t) => {
  const page = await open(t);
  await files(page).getByRole("button", { name: "What would a build do now?" }).click();
  await found(page, "No problems · 0 of");
  await writeFile(page, "Dockerfile", FILE);
  await found(page, "No problems · 0 of 2 steps cached");
  assert.equal((await run(page, "docker build -t mine .")).status, "succeeded");
  await found(page, "No problems · 2 of 2 steps cached");
  assert.match(await margin(page).innerText(), /CACHED \d+/);
  await editor(page, "Dockerfile").fill(FILE.replace("/app", "/other"));
  await found(page, "No problems · 0 of 2 steps cached");
  await assertAccessible(page);
  await page.getByRole("button", { name: "Discard changes" }).click();
  await found(page, "2 of 2 steps cached");
  await button(page, "Undo").click();
  await isIdle(page);
  await found(page, "0 of 2 steps cached");
});

test("problems are told in BuildKit's words while the file is typed, and the text stays the learner's", async (t) => {
  const page = await open(t);
  const text = "FROM mlserve:1\nWORKDIR app\nCOPPY a b\n";
  const field = editor(page, "Dockerfile");
  await field.fill(text);
  await found(page, "problem");
  await problems(page).getByText("unknown instruction: COPPY").waitFor();
  assert.match(await problems(page).innerText(), /Line 3 · ERROR/);
  await assertAccessible(page);
  await field.pressSequentially("#");
  assert.notEqual(await field.inputValue(), text);
  await found(page, "problem");
  await field.press("Control+z");
  assert.equal(await field.inputValue(), text, "the browser's own undo works");
});
