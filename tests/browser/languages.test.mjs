// Languages come with their files, and no code: here one that is English behind a
// mark, written from right to left, as a site has it whose `www/words/` holds `he.ftl`.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SIZES, assertAccessible, open, started } from "./harness.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const ASSETS = readdirSync(DIST).find((name) => name.startsWith("assets-"));
const english = (path) => readFileSync(DIST + path.replace(/\.he\.(?=\w+$)/, ".en."), "utf8");

// The site with that language, too.
function bilingual(path, bytes) {
  if (/^(index|embed)\.html$/.test(path)) {
    return bytes.toString().replace('data-languages="en"', 'data-languages="en he"');
  }
  if (path === "embed-example.html") {
    return bytes.toString().replace('<drydock-lab id="player"', '<drydock-lab id="player" lang="he"');
  }
  if (path === `${ASSETS}/words.he.txt`) {
    return english(path).replace(/^/gm, "‡ ").replace(/‡ $/, "");
  }
  if (path.endsWith("/lesson.he.json")) {
    return english(path).replace(/"title":"/, '"title":"‡ ');
  }
  return path.endsWith(".he.json") ? english(path) : bytes;
}

const says = (page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

test("an address asks for a language, and page and lesson are in it", async (t) => {
  const page = await open(t, { change: bilingual, file: "?lang=he" });
  await page.getByRole("button", { name: "‡ Undo" }).waitFor();
  assert.deepEqual(await says(page), ["he", "rtl"]);
  await page.getByRole("heading", { name: /^‡ / }).first().waitFor();
  await page.getByRole("button", { name: "‡ Run step 1" }).click();
  await page.locator('[role=slider][aria-valuenow="1"]').waitFor();
  await assertAccessible(page);
});

for (const size of Object.keys(SIZES)) {
  test(`nothing is cut where lines run from right to left: ${size}`, async (t) => {
    const page = await open(t, { change: bilingual, file: "?lang=he", size });
    await page.getByRole("slider").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });
}

test("the reader's browser prefers a language", async (t) => {
  const page = await open(t, { change: bilingual, locale: "he-IL" });
  await page.getByRole("button", { name: "‡ Undo" }).waitFor();
});

test("a language that is not there is English", async (t) => {
  const page = await open(t, { change: bilingual, file: "?lang=xx" });
  await started(page);
  assert.deepEqual(await says(page), ["en", "ltr"]);
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
});

test("an embed is in the language that its element names", async (t) => {
  const page = await open(t, { change: bilingual, file: "embed-example.html", headers: { "Access-Control-Allow-Origin": "*" } });
  await page.locator("#player").scrollIntoViewIfNeeded();
  await page.frameLocator("#player iframe").getByRole("button", { name: "‡ Undo" }).waitFor();
});

test("an address names modes in the same words in every language", async (t) => {
  const page = await open(t, { change: bilingual, file: "embed.html?lang=he&mode=learn&controls=modes" });
  await page.getByRole("tab", { name: "‡ Learn", selected: true }).waitFor();
  assert.equal(await page.getByRole("alert").getByText("‡").count(), 0);
});

test("words that do not come are missed in plain words", async (t) => {
  const gone = (path, bytes) => (path.endsWith("words.en.txt") ? null : bytes);
  await assert.rejects(open(t, { change: gone }), /Drydock could not start: words\.en\.txt: the server answered 404/);
});
