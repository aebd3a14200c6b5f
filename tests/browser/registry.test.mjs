// A registry's panel: every switch types a line at the prompt, by mouse, by
// keyboard and on a phone, and is undone like any other line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { assertAccessible } from "./page.mjs";
import { isIdle, press, stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { articles, result, run } from "./terminal.mjs";

const NAME = "registry.example.com";

// Opens the panel of the registry.
async function settings(page) {
  await page.getByRole("button", { name: `Settings of ${NAME}` }).click();
  await inspector(page).getByRole("heading", { name: NAME }).waitFor();
  return inspector(page);
}

// What was typed by the panel last, and how it ended.
async function typed(page, at) {
  const { title, status, lines } = await result(page, at);
  return { line: title.slice(title.indexOf("$ ") + 2).trim(), status, lines };
}

test("a switch types its line, changes the stage, and is undone", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const panel = await settings(page);
  await assertAccessible(page);
  const at = await articles(page).count();
  const readOnly = panel.getByRole("switch", { name: "Read-only" });
  assert.equal(await readOnly.getAttribute("aria-checked"), "false");
  await readOnly.focus();
  await page.keyboard.press("Space");
  assert.deepEqual(await typed(page, at), {
    line: `registry read-only ${NAME} on`,
    status: "succeeded",
    lines: [`${NAME}: read-only on`],
  });
  assert.equal(await readOnly.getAttribute("aria-checked"), "true");
  await region(page, "Stage").getByText("read-only", { exact: true }).waitFor();
  await run(page, `docker tag mlmodel:1.0 ${NAME}/mlproject/mlmodel:2`);
  const refused = await run(page, `docker push -q ${NAME}/mlproject/mlmodel:2`);
  assert.deepEqual(refused.lines, ["error from registry: unsupported", "unsupported"]);
  assert.match(refused.hint, /registry read-only registry\.example\.com off/);
  await press(page, "Undo", 4);
  await press(page, "Undo", 3);
  assert.equal(await readOnly.getAttribute("aria-checked"), "false");
  await press(page, "Redo", 4);
  assert.equal(await readOnly.getAttribute("aria-checked"), "true");
});

test("people, robots, rules and faults are added and taken away", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const panel = await settings(page);
  await panel.getByRole("button", { name: "token", exact: true }).click();
  await isIdle(page);
  await panel.getByRole("textbox", { name: "Name" }).fill("ana");
  await panel.getByLabel("Password").fill("it's");
  await panel.getByRole("textbox", { name: "Scope" }).fill("mlproject/*:pull");
  await panel.getByLabel("Password").press("Enter");
  await panel.getByRole("rowheader", { name: "ana" }).waitFor();
  await isIdle(page);
  assert.equal((await run(page, `docker login -u ana -p "it's" ${NAME}`)).status, "succeeded");
  await panel.getByRole("textbox", { name: "Tags", exact: true }).fill("1.*");
  await panel.getByRole("button", { name: "Keep them" }).click();
  await panel.getByText("1.*", { exact: true }).waitFor();
  await isIdle(page);
  await panel.getByRole("button", { name: "429 too many requests" }).click();
  await panel.getByRole("button", { name: "Take away status=429/30" }).waitFor();
  await isIdle(page);
  await assertAccessible(page);
  assert.equal((await run(page, `docker pull ${NAME}/mlproject/mlmodel:1.0`)).status, "succeeded", "docker asks again");
  await panel.getByRole("button", { name: "Take away status=429/30" }).waitFor({ state: "detached" });
  await panel.getByRole("button", { name: "Take away ana" }).click();
  await panel.getByRole("rowheader", { name: "ana" }).waitFor({ state: "detached" });
});

test("every fault that is offered can be had", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const panel = await settings(page);
  const offered = panel.getByRole("button", { name: /^(4|5)\d\d |^cut after|^slow wire|^changed byte|^full disk|^crash/ });
  const count = await offered.count();
  assert.equal(count, 10);
  for (let at = 0; at < count; at += 1) {
    const before = await articles(page).count();
    await offered.nth(at).click();
    assert.equal((await typed(page, before)).status, "succeeded");
  }
  assert.equal(await panel.getByRole("button", { name: /^Take away / }).count(), count + 1, "the faults and a tag");
});

test("what is typed into the panel never becomes markup or another command", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const panel = await settings(page);
  const at = await articles(page).count();
  await panel.getByRole("textbox", { name: "Tags", exact: true }).fill("<img src=x>'; docker rmi -f mlmodel:1.0");
  await panel.getByRole("button", { name: "Keep them" }).click();
  const { status, lines } = await typed(page, at);
  assert.equal(status, "failed, exit status 1");
  assert.match(lines.join(" "), /fits no name/);
  assert.equal(await page.locator("img").count(), 0);
  await panel.getByRole("status").getByText(/fits no name/).waitFor();
  assert.equal(await articles(page).count(), at + 1);
});

test("on a phone a tag is deleted, its garbage is seen and collected", async (t) => {
  const page = await open(t, { size: "phone" });
  await stepTo(page, 3);
  await page.getByRole("button", { name: "Stage", exact: true }).click();
  const panel = await settings(page);
  await panel.getByText("a collection would free nothing").waitFor();
  await panel.getByRole("button", { name: "Take away mlproject/mlmodel:1.0" }).click();
  await panel.getByText(/^No tag leads to 10 blobs of 106kB/).waitFor();
  await isIdle(page);
  await panel.getByRole("button", { name: "Collect" }).click();
  await panel.getByText("a collection would free nothing").waitFor();
  await panel.getByRole("status").getByText("succeeded").waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, "nothing is wider than the phone");
});
