// Labs that go from one learner to another, images that are brought, branches
// and names: each in the page, with what the browser keeps.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { download, trace } from "./downloads.mjs";
import { SIZES, allKept, assertAccessible, open, started } from "./harness.mjs";
import { drydock } from "./native.mjs";
import { button, press, standsAt, stepTo } from "./player.mjs";
import { region } from "./regions.mjs";
import { table } from "./tables.mjs";
import { articles, run } from "./terminal.mjs";

const KEY = "drydock:saved:container-registries-for-ml";

async function saved(page) {
  await allKept(page);
  return page.evaluate((key) => localStorage.getItem(key), KEY);
}
const offered = (page) => page.getByRole("alert").getByText(/^There is a shared lab to open\./);
const visiting = (page) => page.getByRole("alert").getByText(/^This is a shared lab\./);

// Asks the page for a link to its lab.
async function link(page) {
  await page.getByLabel("More", { exact: true }).click();
  await page.getByRole("button", { name: "Share this lab…" }).click();
  const field = page.getByLabel("Link to this lab");
  await field.waitFor();
  const value = await field.inputValue();
  await page.getByLabel("More", { exact: true }).click();
  return value;
}

// Another learner's browser at an address.
async function elsewhere(page, address) {
  const context = await page.context().browser().newContext({ viewport: SIZES.desktop });
  const other = await context.newPage();
  await other.goto(address);
  await started(other);
  return other;
}

test("a link opens the same lab in another browser, which keeps it as its own", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await run(page, "docker tag mlmodel:1.0 mine:1");
  await press(page, "Back", 3);
  const before = await trace(page);
  const address = await link(page);
  assert.match(address, /\/some\/sub\/path\/#v1=[\w-]+$/);
  assert.ok(address.length < 1000, `${address.length}`);
  const other = await elsewhere(page, address);
  await standsAt(other, 3);
  assert.equal(await trace(other), before);
  assert.equal(await articles(other).count(), 4);
  assert.equal(new URL(other.url()).hash, "", "the address is the page's own again");
  assert.equal(await visiting(other).count(), 0);
  await other.reload();
  await started(other);
  await standsAt(other, 3);
  await press(other, "Redo", 4);
  await other.context().close();
});

test("who has a lab of their own is asked, may look at the other one, and loses nothing", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  const address = await link(page);
  const other = await elsewhere(page, page.url());
  await run(other, "docker pull mlserve:1");
  const own = await saved(other);
  // As when it is put into the address of the open page.
  await other.evaluate((hash) => (location.hash = hash), new URL(address).hash);
  await offered(other).waitFor();
  await assertAccessible(other);
  await standsAt(other, 1);
  await other.getByRole("button", { name: "Open the shared lab" }).click();
  await visiting(other).waitFor();
  await standsAt(other, 2);
  await run(other, "docker images");
  await other.getByText("Not saved: a shared lab").waitFor();
  assert.equal(await saved(other), own);
  await assertAccessible(other);
  await other.getByRole("button", { name: "Back to my lab" }).click();
  await started(other);
  await visiting(other).waitFor({ state: "detached" });
  await standsAt(other, 1);
  assert.equal(await saved(other), own);
  await other.goto(address);
  await other.reload();
  await started(other);
  await other.getByRole("button", { name: "Open the shared lab" }).click();
  await visiting(other).waitFor();
  await other.getByRole("button", { name: "Save this one in place of mine" }).click();
  await visiting(other).waitFor({ state: "detached" });
  await other.reload();
  await started(other);
  await standsAt(other, 2);
  await other.context().close();
});

// Links that nobody should trust.
const HOSTILE = {
  "that is no link": ["#nothing=here", "this is no lab"],
  "of another version": ["#v7=abc", "another version of this page"],
  "that is not base64": ["#v1=%3Cscript%3Ealert(1)%3C/script%3E", "the link is damaged"],
  "that was cut": ["#v1=H4sIAAAAAAAA_6tWKkstKs7Mz1OyMtRRyklNL0rNBQA", "the link is damaged"],
  // 34 million spaces, compressed.
  "that is a bomb": [null, "more than 33554432 bytes come out"],
};

for (const [name, [hash, said]] of Object.entries(HOSTILE)) {
  test(`a link ${name}: the page says so and lives`, async (t) => {
    const page = await open(t);
    await stepTo(page, 1);
    await page.evaluate(async (hash) => {
      const bomb = async () => {
        const spaces = new Blob([" ".repeat(34_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
        const bytes = new Uint8Array(await new Response(spaces).arrayBuffer());
        const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
        return `#v1=${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
      };
      location.hash = hash ?? (await bomb());
    }, hash);
    await page.getByRole("button", { name: "Open the shared lab" }).click();
    await page.getByRole("alert").getByText(said).waitFor();
    await standsAt(page, 1);
    await press(page, "Next", 2);
    await page.reload();
    await started(page);
    await standsAt(page, 2);
  });
}

test("a lab that takes for ever to open can be given up", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  const own = await saved(page);
  const lines = Array.from({ length: 9_000 }, (_, at) => ({ parent: at ? at - 1 : null, input: { line: { machine: "laptop", line: "docker build --no-cache -q ." } } }));
  const text = JSON.stringify({ version: 1, lesson: "container-registries-for-ml", log: lines, at: null });
  await bring(page, "slow.json", Buffer.from(text));
  await page.getByRole("button", { name: "Open the shared lab" }).click();
  await page.getByText(/^Opening the shared lab: operation \d+ of 9000…$/).waitFor();
  await page.getByRole("button", { name: "Give up" }).click();
  await page.getByText("The other lab was not opened. This one is as it was.").waitFor();
  await press(page, "Back", 0);
  await press(page, "Redo", 1);
  assert.equal(await saved(page), own);
});

// Picks a file for the page.
async function bring(page, name, buffer) {
  await page.getByLabel("More", { exact: true }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "Open a lab, progress or an image from a file…" }).click(),
  ]);
  await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer });
}

test("a lab as a file is opened by the page and by the native shell", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  const before = await trace(page);
  await page.getByLabel("More", { exact: true }).click();
  await page.getByRole("button", { name: "Share this lab…" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the lab as a file" }).click(),
  ]);
  assert.equal(file.suggestedFilename(), "container-registries-for-ml.drydock.json");
  const path = await file.path();
  const other = await elsewhere(page, page.url());
  await bring(other, "lab.json", await readFile(path));
  await standsAt(other, 2);
  assert.equal(await trace(other), before);
  await other.context().close();
  const native = await drydock("shell", "--open", path, "--trace", "json", "/dev/null");
  assert.equal(native.trim(), before.trim(), "the same events and states, byte for byte");
});

test("an image archive is put on the machine, loaded by docker, pushed, and still there after a reload", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  const { bytes } = await download(page, /^Download mlmodel:1\.0 of laptop/);
  const other = await elsewhere(page, page.url());
  await bring(other, "my model.tar", bytes);
  await standsAt(other, 2);
  assert.match(await articles(other).last().innerText(), /docker load -i 'my model\.tar'[^]*Loaded image: mlmodel:1\.0/);
  await run(other, "docker tag mlmodel:1.0 registry.example.com/mine/model:1");
  const pushed = await run(other, "docker push registry.example.com/mine/model:1");
  assert.equal(pushed.status, "succeeded");
  const images = await table(other, "Images");
  await other.reload();
  await started(other);
  await standsAt(other, 4);
  assert.deepEqual(await table(other, "Images"), images);
  await press(other, "First", 0);
  assert.equal((await table(other, "Images")).length, 0);
  await other.context().close();
});

test("a file that is dropped is taken, and one that is no archive fails in docker's words", async (t) => {
  const page = await open(t);
  await standsAt(page, 0);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(["no archive"], "notes.tar"));
    for (const type of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  });
  await articles(page).first().getByText("failed, exit status 1").waitFor({ state: "attached" });
  assert.match(await articles(page).first().innerText(), /unexpected EOF/);
});

test("typing after going back keeps the old way as a branch, with names and a comparison", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  await press(page, "Back", 1);
  await run(page, "docker tag mlmodel:1.0 mlmodel:other");
  await button(page, "Branches and bookmarks").click();
  const panel = region(page, "Player").getByRole("group", { name: "Branches and bookmarks" });
  await panel.getByText("You are at stop 2 of fork 1.").waitFor();
  await panel.getByLabel("Name this point").fill("my way");
  await panel.getByLabel("Name this point").press("Enter");
  await panel.getByRole("button", { name: "Go to the end of main" }).click();
  await panel.getByText("You are at stop 2 of main.").waitFor();
  await panel.getByRole("button", { name: "Compare with my way" }).click();
  const holdings = panel.getByRole("table", { name: "What each place holds at stop 2 of main, and at my way" });
  await holdings.getByText("mlmodel:other").waitFor();
  assert.match(await holdings.innerText(), /only there/);
  await assertAccessible(page);
  await page.reload();
  await started(page);
  await button(page, "Branches and bookmarks").click();
  await panel.getByRole("button", { name: "Go to my way" }).click();
  await panel.getByText("You are at stop 2 of fork 1.").waitFor();
  await panel.getByRole("button", { name: "Close" }).click();
  await panel.waitFor({ state: "detached" });
});

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`sharing and branches are accessible: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme });
      await stepTo(page, 2);
      await press(page, "Back", 1);
      await button(page, "Branches and bookmarks").click();
      await page.getByRole("button", { name: "Compare with the end of main" }).click();
      await page.getByRole("table", { name: /^What each place holds/ }).waitFor();
      await assertAccessible(page);
      await page.getByRole("group", { name: "Branches and bookmarks" }).getByRole("button", { name: "Close" }).click();
      await page.getByLabel("More", { exact: true }).click();
      await page.getByRole("button", { name: "Share this lab…" }).click();
      await page.getByLabel("Link to this lab").waitFor();
      await assertAccessible(page);
    });
  }
}
