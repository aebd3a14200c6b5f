// The terminal as a person uses it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open } from "./harness.mjs";
import { FOREVER, hubWith } from "./hub.mjs";
import { standsAt } from "./player.mjs";
import { inspector } from "./regions.mjs";
import { table } from "./tables.mjs";
import { articles, prompt, result, run, terminal } from "./terminal.mjs";

test("a typed line runs and becomes a stop of the history", async (t) => {
  const page = await open(t);
  const { title, lines, status } = await run(page, "docker build -t mine:1 .");
  assert.equal(title, "laptop:~/mlmodel $ docker build -t mine:1 .");
  assert.match(lines[0], /^\[\+\] Building \d+\.\ds \(10\/10\) FINISHED/);
  assert.equal(status, "succeeded");
  await standsAt(page, 1);
  assert.equal((await table(page, "Images"))[0][0], "mine:1");
});

test("the program's exit code is told in words", async (t) => {
  const page = await open(t);
  await run(page, "docker build -t m .");
  const { lines, status } = await run(page, "docker run --rm m predict nosuch.json");
  assert.deepEqual(lines, ["predict: nosuch.json: no such file"]);
  assert.equal(status, "failed, exit status 1");
});

test("the arrows recall lines, oldest and newest", async (t) => {
  const page = await open(t);
  await run(page, "pwd");
  await run(page, "ls");
  for (const [key, line] of [
    ["ArrowUp", "ls"],
    ["ArrowUp", "pwd"],
    ["ArrowUp", "pwd"],
    ["ArrowDown", "ls"],
    ["ArrowDown", ""],
  ]) {
    await prompt(page).press(key);
    await assertTyped(page, line);
  }
});

test("control R finds an older line", async (t) => {
  const page = await open(t);
  await run(page, "echo one");
  await run(page, "pwd");
  await prompt(page).press("Control+r");
  await prompt(page).pressSequentially("one");
  await terminal(page).getByText("search: echo one").waitFor();
  await prompt(page).press("Enter");
  assert.deepEqual((await result(page, 2)).lines, ["one"]);
});

test("tab within a line explains the word at the cursor", async (t) => {
  const page = await open(t);
  await prompt(page).fill("docker run --name web --rm mlmodel:1.0");
  const help = page.locator(".word-help");
  const askAt = async (word) => {
    await prompt(page).evaluate((input, at) => input.setSelectionRange(at, at), "docker run --name web --rm mlmodel:1.0".indexOf(word) + 2);
    await prompt(page).press("Tab");
  };
  await askAt("--rm");
  await help.getByText("--rm: Automatically remove the container").waitFor();
  await askAt("run");
  await help.getByText("Create and run a new container").waitFor();
  assert.equal(await prompt(page).inputValue(), "docker run --name web --rm mlmodel:1.0");
  assert.equal(await prompt(page).evaluate((input) => input.selectionStart), 9, "the cursor stays");
});

test("a line that changed the lab leads to what it did and why", async (t) => {
  const page = await open(t);
  await run(page, "docker build -t mine:1 .");
  await run(page, "docker images");
  const asks = terminal(page).getByRole("button", { name: /^Why\?/ });
  assert.equal(await asks.count(), 1, "what changed nothing has no row");
  await asks.click();
  const told = inspector(page);
  await told.getByText("Row 1").waitFor();
  await told.getByRole("heading", { name: "Build image" }).waitFor();
  await told.getByText("docker build -t mine:1 .").waitFor();
  await assertAccessible(page);
});

test("tab completes, offers what there is, and escape lets go of it", async (t) => {
  const page = await open(t);
  await prompt(page).fill("docker ta");
  await prompt(page).press("Tab");
  await assertTyped(page, "docker tag ");
  await prompt(page).fill("docker p");
  await prompt(page).press("Tab");
  const offered = page.getByRole("list", { name: "Completions" });
  await offered.waitFor();
  assert.deepEqual(await offered.getByRole("listitem").allInnerTexts(), ["pause", "port", "ps", "pull", "push"]);
  await offered.getByRole("button", { name: "push" }).click();
  await assertTyped(page, "docker push ");
  await assertFocus(page, true);
  await prompt(page).press("Escape");
  await prompt(page).press("Tab");
  await assertFocus(page, false);
});

test("tab in an empty prompt moves the focus", async (t) => {
  const page = await open(t);
  await prompt(page).press("Tab");
  await assertFocus(page, false);
});

test("several pasted lines run one after the other, and the rest is typed", async (t) => {
  const page = await open(t);
  await paste(page, "docker build -t a .\r\ndocker tag a b\n\npwd\necho last");
  assert.equal((await result(page, 0)).title, "laptop:~/mlmodel $ docker build -t a .");
  assert.equal((await result(page, 1)).status, "succeeded");
  assert.deepEqual((await result(page, 2)).lines, ["/home/learner/mlmodel"]);
  assert.equal(await articles(page).count(), 3);
  await assertTyped(page, "echo last");
});

test("control L empties the terminal and leaves the lab", async (t) => {
  const page = await open(t);
  await run(page, "docker build -t a .");
  await prompt(page).press("Control+l");
  await articles(page).first().waitFor({ state: "detached" });
  assert.equal((await table(page, "Images"))[0][0], "a:latest");
});

test("another machine is entered by ssh, and picked by its button", async (t) => {
  const page = await open(t);
  await run(page, "ssh prod");
  assert.equal((await run(page, "pwd")).title, "prod:~ $ pwd");
  await terminal(page).getByRole("button", { name: "laptop" }).click();
  assert.equal((await run(page, "pwd")).title, "laptop:~/mlmodel $ pwd");
});

test("control C ends a program that never would, and the page answers meanwhile", async (t) => {
  const change = await hubWith(t, FOREVER);
  const page = await open(t, { change });
  await prompt(page).fill("docker run mlserve:1");
  await prompt(page).press("Enter");
  await articles(page).first().getByText("running", { exact: true }).waitFor({ state: "attached" });
  await page.getByRole("tab", { name: "Images" }).click();
  await page.getByRole("rowheader", { name: "mlserve:1" }).waitFor();
  await prompt(page).press("Control+c");
  assert.equal((await result(page, 0)).status, "interrupted, exit status 130");
  assert.deepEqual((await run(page, "pwd")).lines, ["/home/learner/mlmodel"]);
});

async function paste(page, text) {
  await prompt(page).focus();
  await prompt(page).evaluate((input, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

// The completion comes from the worker: what is typed is waited for.
async function assertTyped(page, line) {
  await page.waitForFunction((value) => document.getElementById("prompt").value === value, line);
}

async function assertFocus(page, expected) {
  assert.equal(await prompt(page).evaluate((input) => input === document.activeElement), expected);
}
