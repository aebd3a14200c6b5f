// The hub and the worker fail: docker's words, a page that lives, and a way on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { open, started } from "./harness.mjs";
import { press, standsAt, stepTo } from "./player.mjs";
import { table } from "./tables.mjs";
import { articles, prompt, result, run } from "./terminal.mjs";

const REFUSED = ["Failed to load resource", "404: "];

// A server of which files can be taken away and damaged while it runs.
function faulty() {
  const faults = { gone: () => false, damaged: () => false };
  const change = (path, bytes) => {
    if (!bytes || faults.gone(path)) {
      return null;
    }
    return faults.damaged(path, bytes) ? flipped(bytes) : bytes;
  };
  const heal = () => Object.assign(faults, { gone: () => false, damaged: () => false });
  return { faults, change, heal };
}

function flipped(bytes) {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] ^= 1;
  return copy;
}

const inHub = (path) => path.startsWith("hub/");
// The layer is the one large blob.
const aLayer = (path, bytes) => path.startsWith("hub/blobs/") && bytes.length > 10_000;

async function assertFails(page, line, code, words) {
  const before = await trace(page);
  const { lines, status, hint } = await run(page, line);
  assert.match(lines.join("\n"), words);
  assert.equal(status, `failed, exit status ${code}`);
  assert.notEqual(hint, null);
  assert.equal(await trace(page), before);
  assert.equal((await table(page, "Images")).length, 0);
}

test("a hub that answers 404: docker's message, and the page works again afterwards", async (t) => {
  const { faults, change, heal } = faulty();
  faults.gone = inHub;
  const page = await open(t, { change, expected: REFUSED });
  const words = /failed to do request: Head "https:\/\/registry-1\.docker\.io\/v2\/library\/mlserve\/manifests\/1": dial tcp: /;
  await assertFails(page, "docker build -t mlmodel:1.0 .", 1, words);
  await assertFails(page, "docker pull mlserve:1", 1, words);
  await assertFails(page, "docker run mlserve:1", 125, words);
  heal();
  await stepTo(page, 5);
});

test("a hub that cannot be reached: docker's message, and the page works again afterwards", async (t) => {
  const page = await open(t, { expected: ["/hub/", "Failed to load resource"] });
  await page.context().route("**/hub/**", (route) => route.abort("connectionrefused"));
  await assertFails(page, "docker pull mlserve:1", 1, /failed to do request: Head ".*": dial tcp: /);
  await page.context().unroute("**/hub/**");
  await press(page, "Next", 1);
});

test("a layer with one flipped bit is refused in containerd's words", async (t) => {
  const { faults, change, heal } = faulty();
  faults.damaged = aLayer;
  const page = await open(t, { change });
  const words = /failed commit on ref "layer-sha256:[0-9a-f]{64}": unexpected commit digest sha256:[0-9a-f]{64}, expected sha256:[0-9a-f]{64}: failed precondition/;
  await assertFails(page, "docker pull mlserve:1", 1, words);
  await assertFails(page, "docker build -t mlmodel:1.0 .", 1, words);
  heal();
  await press(page, "Next", 1);
});

test("a step of the lesson that fails stays where it was and stops the playing", async (t) => {
  const { faults, change, heal } = faulty();
  faults.gone = inHub;
  const page = await open(t, { change, expected: REFUSED });
  await page.getByRole("button", { name: "Play", exact: true }).click();
  assert.equal((await result(page, 0)).status, "failed, exit status 1");
  await standsAt(page, 0);
  assert.equal(await page.getByRole("button", { name: "Pause", exact: true }).count(), 0);
  heal();
  await press(page, "Next", 1);
});

test("what was saved survives a visit without the hub", async (t) => {
  const { faults, change, heal } = faulty();
  const page = await open(t, { change, expected: REFUSED });
  await stepTo(page, 2);
  faults.gone = inHub;
  await page.reload();
  await started(page);
  await page.getByRole("alert").getByText(/is the page's hub reachable\?/).waitFor();
  await standsAt(page, 0);
  heal();
  await page.reload();
  await started(page);
  await standsAt(page, 2);
});

test("what could not be restored is laid aside, and taken back even after new work", async (t) => {
  const { faults, change, heal } = faulty();
  const page = await open(t, { change, expected: REFUSED });
  await stepTo(page, 2);
  faults.gone = inHub;
  await page.reload();
  await started(page);
  const alert = page.getByRole("alert");
  await alert.getByText(/could not be restored/).waitFor();
  await run(page, "pwd");
  await standsAt(page, 1);
  heal();
  await alert.getByRole("button", { name: "Try again" }).click();
  await standsAt(page, 2);
  await alert.getByText(/could not be restored/).waitFor({ state: "detached" });
  await press(page, "Next", 3);
});

test("a worker that dies is started again with what was saved", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const before = await trace(page);
  await die(page);
  await page.getByRole("alert").getByText(/^The engine stopped \(.*boom.*\)\. It was started again/).waitFor();
  await standsAt(page, 3);
  assert.equal(await trace(page), before);
  await press(page, "Next", 4);
});

test("a worker can die more than once", async (t) => {
  const page = await open(t);
  await stepTo(page, 1);
  for (let times = 0; times < 3; times += 1) {
    await die(page);
    await page.getByRole("alert").getByText(/^The engine stopped/).waitFor();
    await page.getByRole("button", { name: "Dismiss" }).click();
    await prompt(page).fill("pwd");
    await prompt(page).press("Enter");
    await standsAt(page, times + 2);
  }
});

test("a worker that cannot be loaded is an error with a retry that works", async (t) => {
  const { faults, change, heal } = faulty();
  faults.gone = (path) => path.endsWith("worker_bg.wasm");
  const page = await open(t, { change, expected: REFUSED });
  await page.getByRole("alert").getByText("The engine could not be started.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").getByText("The engine could not be started.").waitFor();
  heal();
  await page.getByRole("button", { name: "Try again" }).click();
  await stepTo(page, 1);
});

test("a lesson that cannot be loaded is an error with a retry that works", async (t) => {
  const { faults, change, heal } = faulty();
  faults.gone = (path) => path.endsWith("lesson.en.json");
  const page = await open(t, { change, expected: REFUSED });
  await page.getByRole("alert").getByText(/lesson\.en\.json: 404/).waitFor();
  heal();
  await page.getByRole("button", { name: "Try again" }).click();
  await stepTo(page, 1);
  assert.equal(await articles(page).count(), 1);
});

test("what the modes show is fetched when it is wanted, and can be fetched again", async (t) => {
  const { faults, change, heal } = faulty();
  faults.gone = (path) => path.endsWith("modes.en.json");
  const page = await open(t, { change, expected: REFUSED });
  await stepTo(page, 1);
  await page.getByRole("tab", { name: "Learn" }).click();
  await page.getByRole("alert").getByText(/modes\.en\.json: 404/).waitFor();
  heal();
  await page.getByRole("button", { name: "Fetch it again" }).click();
  await page.getByRole("heading", { name: "What it is, and when to use it" }).waitFor();
  await page.getByRole("tab", { name: "Visualize" }).click();
  await press(page, "Next", 2);
});

// Throws in the worker, outside of everything that could catch it.
async function die(page) {
  await page.workers().at(-1).evaluate(() => {
    setTimeout(() => {
      throw new Error("boom");
    });
  });
}
