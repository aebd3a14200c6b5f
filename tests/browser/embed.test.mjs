// The lab within another page: the element, the frame, the box without an origin.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open } from "./harness.mjs";

const EXAMPLE = "embed-example.html";
// Who serves the files to frames without an origin says so.
const OPEN_TO_ALL = { "Access-Control-Allow-Origin": "*" };

const lab = (page, id) => page.locator(`#${id}`);
const frame = (page, id) => page.frameLocator(`#${id} iframe`);
const fallback = (page, id) => lab(page, id).locator(":scope > *").first();

async function isReady(page, id) {
  await fallback(page, id).waitFor({ state: "hidden" });
}

const height = (page, id) => lab(page, id).evaluate((element) => element.shadowRoot.querySelector("iframe").clientHeight);

test("a page of documentation has labs in it, each as high as it is", async (t) => {
  const page = await open(t, { file: EXAMPLE, headers: OPEN_TO_ALL });
  await fallback(page, "player").scrollIntoViewIfNeeded();
  await isReady(page, "player");
  const player = frame(page, "player");
  await player.locator('[role=slider][aria-valuenow="1"]').waitFor();
  assert.equal(await player.getByRole("region", { name: "Terminal" }).count(), 0);
  const before = await height(page, "player");
  assert.ok(before > 150 && before < 900, `${before}`);
  await player.getByRole("button", { name: "Next", exact: true }).click();
  await player.locator('[role=slider][aria-valuenow="2"]').waitFor();
  await isReady(page, "prompt");
  assert.equal(await height(page, "prompt"), 760);
  await frame(page, "prompt").getByRole("textbox").fill("docker version");
  await frame(page, "prompt").getByRole("textbox").press("Enter");
  await frame(page, "prompt").getByRole("log").getByText("Server:").first().waitFor();
  await lab(page, "prompt").evaluate((element) => element.setAttribute("height", "640"));
  assert.equal(await height(page, "prompt"), 640);
  await frame(page, "prompt").getByRole("log").getByText("Server:").first().waitFor();
  assert.equal(await page.evaluate(() => localStorage.length), 0, "an embed keeps nothing");
  await assertAccessible(page);
});

test("a frame that may only run scripts has a whole lab, and keeps nothing", async (t) => {
  const page = await open(t, { file: EXAMPLE, headers: OPEN_TO_ALL });
  await isReady(page, "boxed");
  const boxed = frame(page, "boxed");
  const origin = await boxed.locator("body").evaluate(() => [self.origin, document.documentElement.dataset.theme]);
  assert.deepEqual(origin, ["null", "light"]);
  await boxed.getByRole("button", { name: "Next", exact: true }).click();
  await boxed.locator('[role=slider][aria-valuenow="1"]').waitFor();
});

test("what the page around an embed says is not heard, and what is not its frame's neither", async (t) => {
  const page = await open(t, { file: EXAMPLE, headers: OPEN_TO_ALL });
  await isReady(page, "player");
  await frame(page, "player").locator('[role=slider][aria-valuenow="1"]').waitFor();
  const before = await height(page, "player");
  await page.evaluate(() => {
    const told = [{ type: "drydock:size", height: 9_999 }, { line: { machine: null, line: "docker ps" } }, "reset", null];
    const framed = document.querySelector("#player").shadowRoot.querySelector("iframe").contentWindow;
    for (const message of told) {
      framed.postMessage(message, "*");
      window.postMessage(message, "*");
    }
  });
  await frame(page, "player").getByRole("button", { name: "Next", exact: true }).click();
  await frame(page, "player").locator('[role=slider][aria-valuenow="2"]').waitFor();
  assert.ok(Math.abs((await height(page, "player")) - before) < 200);
});

test("where a boxed frame may not read the files, what stands between the tags stays", async (t) => {
  const page = await open(t, { file: EXAMPLE, expected: ["CORS", "net::ERR_FAILED"] });
  await isReady(page, "player");
  await frame(page, "boxed").getByText(/could not be read/).waitFor({ state: "attached" });
  assert.ok(await fallback(page, "boxed").isVisible());
});

test("an address that asks for what is not there says so", async (t) => {
  const page = await open(t, { file: "embed.html?mode=nosuch&step=two&controls=player,nosuch" });
  for (const said of ['a mode that there is not: "nosuch"', 'a step that there is not: "two"', 'a part of the page that there is not: "nosuch"']) {
    await page.getByRole("alert").getByText(said).waitFor();
  }
  await assertAccessible(page);
});

test("a lesson that is not there, or is no name, is refused", async (t) => {
  const page = await open(t, { file: "embed.html?lesson=../../nosuch" });
  await page.getByText(/there is no lesson/).waitFor();
});

for (const scheme of ["light", "dark"]) {
  test(`every part of an embed is accessible: ${scheme}`, async (t) => {
    const page = await open(t, { file: "embed.html?step=3&controls=modes,lesson,stage,tables,terminal,files,inspector,player", scheme, reducedMotion: "reduce" });
    await page.locator('[role=slider][aria-valuenow="3"]').waitFor();
    await assertAccessible(page);
  });
}
