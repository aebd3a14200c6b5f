// The five steps of the lesson, stepped through by the player's Next.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { press, stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { cells, chips, flags, flow, place, table } from "./tables.mjs";

const NAME = "registry.example.com/mlproject/mlmodel:1.0";
const LAYERS = ["predict", "/app", "model.safetensors", "sample.json"];
// As a machine shows it, and as a registry stores it: documents first, then the other blobs.
const IMAGE = ["index", "manifest", "config", ...LAYERS, "attestation"];
const STORED = ["index", "manifest", "attestation", "config", ...LAYERS, "empty", "statement"];

// The process table at the end, and the words of its rows before they happen.
const ROWS = [
  ["laptop", "Build image", "mlmodel:1.0", "docker.io: 4 GET 2 HEAD", "Local image created: 4 layers, SIZE"],
  ["laptop", "Tag image", NAME, "none", "Tagged for the registry: one more name, 0 bytes"],
  ["laptop", "Push image", NAME, "registry.example.com: 10 HEAD 7 POST 10 PUT", "Uploaded: 10 blobs, SIZE sent"],
  ["prod", "Pull image", NAME, "registry.example.com: 10 GET 1 HEAD", "Downloaded: 10 blobs, SIZE"],
  ["prod", "Run container", NAME, "none", "Container started"],
  ["prod", "Exit", "", "none", "Process complete"],
];
const TO_COME = ["Build", "Tag", "Push", "Pull", "Run", "Exit"];

// The boxes of the flow and the step each belongs to; the last is the end.
const BOXES = [
  ["Build ML container image", 1],
  ["Tag with version", 2],
  ["Push to registry", 3],
  ["Stored in registry", 3],
  ["Pull for deployment or testing", 4],
  ["Run container from image", 5],
  ["Done", 6],
];

// The row of the process table at a stop of the history; running is two rows.
function row(at, position) {
  const [where, ...told] = ROWS[at];
  const stop = Math.min(at + 1, 5);
  if (stop > position) {
    return [`${at + 1} ${where} (to come)`, TO_COME[at], "", "", ""];
  }
  return [`${at + 1} ${where}${stop === position ? " (now)" : ""}`, ...told];
}

function box([label, step], position) {
  // After the last step, the end is where we are.
  const now = position === 5 ? 6 : position;
  return `${label} (${step === now ? "now" : step < now ? "reached" : "to come"})`;
}

test("each step fills its row of the process table and its box of the flow", async (t) => {
  const page = await open(t);
  for (let position = 0; position <= 5; position += 1) {
    if (position > 0) {
      await press(page, "Next", position);
    }
    const rows = ROWS.map((_, at) => row(at, position));
    assert.deepEqual(await table(page, "Process"), rows, `the process table at stop ${position}`);
    assert.deepEqual(await flow(page), BOXES.map((of) => box(of, position)), `the flow at stop ${position}`);
  }
});

test("the tracker tells what each place held after each step", async (t) => {
  const page = await open(t);
  await stepTo(page, 5);
  await table(page, "Status tracker");
  const one = "mlmodel:1.0 (ID)";
  const both = `${one}${NAME} (ID)`;
  const pulled = `${NAME} (ID)`;
  const stored = "mlproject/mlmodel:1.0 (ID)";
  const [header, ...groups] = await cells(page);
  assert.deepEqual(header.slice(1), ["start", ...[1, 2, 3, 4, 5].map((step) => `after step ${step}`), "final"]);
  // A container has a row of its own, and an image is what it is while one runs.
  const container = groups[5].at(-1);
  assert.match(container, /^[a-z]+_[a-z]+: exited \(0\)$/);
  const empty = Array(7).fill("empty");
  assert.deepEqual(groups, [
    ["laptop"],
    ["image store", "empty", `${one}new`, `${both}new`, both, both, both, both],
    ["containers", ...empty],
    ["prod"],
    ["image store", ...empty.slice(0, 4), `${pulled}new`, pulled, pulled],
    ["containers", ...empty.slice(0, 5), `${container}new`, container],
    ["registry.example.com"],
    ["registry storage", ...empty.slice(0, 3), `${stored}new`, stored, stored, stored],
  ]);
});

test("after the tag the registry is still empty, and the lesson says where pictures go wrong", async (t) => {
  const page = await open(t);
  await stepTo(page, 2);
  assert.deepEqual(await flags(page, "laptop"), ["mlmodel:1.0", NAME]);
  assert.deepEqual(await chips(page, "laptop"), IMAGE);
  assert.deepEqual(await chips(page, "registry.example.com"), []);
  await place(page, "registry.example.com").getByText("Holds nothing yet.").waitFor();
  const correction = page.getByRole("complementary", { name: "Where common pictures go wrong" });
  assert.match(await correction.innerText(), /the registry is still empty/);
});

test("the push fills the registry, blob by blob and under its tag", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  assert.deepEqual((await chips(page, "registry.example.com")).toSorted(), STORED.toSorted());
  assert.deepEqual(await flags(page, "registry.example.com"), ["1.0"]);
  assert.deepEqual(await chips(page, "prod"), []);
  const requests = await table(page, /Requests/);
  const pushed = requests.filter(([row]) => row === "3");
  assert.equal(pushed.length, 27);
  assert.match(pushed.at(-1).join(" "), /^3 PUT \/v2\/mlproject\/mlmodel\/manifests\/1\.0 registry\.example\.com 201 /);
});

test("the pull runs on prod and downloads every blob there", async (t) => {
  const page = await open(t);
  await stepTo(page, 4);
  assert.deepEqual(await chips(page, "prod"), IMAGE);
  assert.deepEqual(await flags(page, "prod"), [NAME]);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  const stage = region(page, "Stage");
  const travelled = stage.getByRole("listitem").filter({ hasText: "on the wire of prod" });
  assert.equal(await travelled.getByRole("listitem").count(), 10);
  const correction = page.getByRole("complementary", { name: "Where common pictures go wrong" });
  assert.match(await correction.innerText(), /would download nothing/);
});

test("the run shows its container, its log and that it ended; the image is in use", async (t) => {
  const page = await open(t);
  await stepTo(page, 5);
  const prod = place(page, "prod");
  await prod.getByText(/^exited \(0\)$/).waitFor();
  await prod.getByText(/prediction: 7/).waitFor();
  assert.deepEqual(await chips(page, "prod"), IMAGE);
  const images = await table(page, "Images");
  assert.deepEqual(images.map(([names, machine, , layers, , , used]) => [names, machine, layers, used]), [
    [`mlmodel:1.0 ${NAME}`, "laptop", "4", "no"],
    [NAME, "prod", "4", "by a container"],
  ]);
});

test("the transcript tells every operation and the concept snapshot closes the lesson", async (t) => {
  const page = await open(t);
  const transcript = page.getByText("Full transcript");
  assert.equal(await transcript.count(), 0, "nothing has happened yet");
  await stepTo(page, 5);
  await transcript.click();
  const told = await page.getByRole("group").filter({ has: transcript }).getByRole("paragraph").allInnerTexts();
  assert.equal(told.length, 5);
  assert.match(told[2], /registry\.example\.com/);
  const concepts = page.getByRole("region", { name: "Concept snapshot" });
  assert.equal(await concepts.getByRole("listitem").count(), 6);
});

test("a cell answers why, with the command for a real machine and the requests behind it", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const inspected = inspector(page);
  await page.getByRole("button", { name: "Uploaded: 10 blobs" }).click();
  await inspected.getByRole("heading", { name: "Why?" }).waitFor();
  await inspected.getByText("See the same on a real machine:").waitFor();
  await page.getByRole("button", { name: "registry.example.com: 10 HEAD 7 POST 10 PUT" }).click();
  await inspected.getByRole("heading", { name: "On the wire" }).waitFor();
  assert.equal(await inspected.getByRole("listitem").count(), 27);
  await inspected.getByRole("listitem").last().getByRole("button").click();
  await inspected.getByRole("heading", { name: "PUT /v2/mlproject/mlmodel/manifests/1.0" }).waitFor();
  await inspected.getByText("application/vnd.oci.image.index.v1+json").first().waitFor();
});
