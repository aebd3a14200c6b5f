// The browser computes what the native command computes, byte for byte.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { download, trace } from "./downloads.mjs";
import { open } from "./harness.mjs";
import { drydock } from "./native.mjs";
import { stepTo } from "./player.mjs";
import { inspector } from "./regions.mjs";
import { pick, place } from "./tables.mjs";
import { run } from "./terminal.mjs";
import { members } from "./tar.mjs";

test("the trace of the lesson is the native one", async (t) => {
  const page = await open(t);
  await stepTo(page, 5);
  const native = await drydock("shell", "--steps", "5", "--trace", "json");
  const lines = (text) => text.trimEnd().split("\n");
  // A line at a time first: a difference is told where it is.
  const [here, there] = [lines(await trace(page)), lines(native)];
  assert.equal(here.length, 6);
  here.forEach((line, at) => assert.equal(line, there[at], `line ${at + 1}`));
  assert.equal(here.length, there.length);
});

test("lines of one's own give the native digests too", async (t) => {
  const page = await open(t);
  const typed = [
    "docker build -t one:1 .",
    "docker build -t mlmodel:1.0 .",
    "docker run mlmodel:1.0",
    "docker tag mlmodel:1.0 registry.example.com/a/b",
    "docker push registry.example.com/a/b",
    "docker ps -a",
  ];
  for (const line of typed) {
    await run(page, line);
  }
  const native = await drydock("shell", "--trace", "json", ...typed.flatMap((line) => ["-c", line]));
  assert.equal(await trace(page), native.trimEnd());
});

test("the downloaded image is the native archive, and holds the digests that are shown", async (t) => {
  const page = await open(t);
  const folder = await mkdtemp(join(tmpdir(), "drydock-"));
  t.after(() => rm(folder, { recursive: true }));
  await stepTo(page, 1);
  const { name, bytes } = await download(page, "Download mlmodel:1.0 of laptop (OCI layout)");
  assert.equal(name, "mlmodel_1.0.tar");
  await drydock("save", "--steps", "1", "-o", join(folder, "x.tar"), "mlmodel:1.0");
  assert.ok(bytes.equals(await readFile(join(folder, "x.tar"))), "the archives differ");

  const files = members(bytes);
  const blobs = [...files].filter(([path]) => /^blobs\/sha256\/./.test(path));
  blobs.forEach(([path, content]) => assert.equal(path, `blobs/sha256/${sha256(content)}`));
  await pick(page, "Blobs");
  const shown = await page.getByRole("tabpanel").getByRole("button").evaluateAll((all) => all.map((chip) => chip.title));
  assert.ok(shown.length >= 6);
  shown.forEach((digest) => assert.ok(files.has(`blobs/${digest.replace(":", "/")}`), `${digest} is in the archive`));
  const index = JSON.parse(files.get("index.json").toString("utf8"));
  const [root] = await place(page, "laptop").getByRole("button", { name: /index/ }).all();
  assert.equal(await root.getAttribute("title"), index.manifests[0].digest);
});

test("the inspector shows the very bytes that a digest names", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await place(page, "registry.example.com").getByRole("button", { name: /manifest/ }).click();
  const inspected = inspector(page);
  await inspected.getByRole("button", { name: "Exact bytes" }).click();
  const text = await inspected.locator("pre.document").textContent();
  await inspected.getByText(`sha256:${sha256(Buffer.from(text))}`, { exact: true }).waitFor();
  await inspected.getByText(`${Buffer.byteLength(text)} bytes`, { exact: true }).waitFor();
  await inspected.getByText("laptop, registry.example.com").waitFor();
});

test("a layer is opened to its files", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  await place(page, "laptop").getByRole("button", { name: /model\.safetensors/ }).click();
  const inspected = inspector(page);
  const files = inspected.getByRole("table", { name: "Files of this layer" });
  await files.getByRole("row", { name: /app\/model\.safetensors 38872 0644/ }).waitFor();
});

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
