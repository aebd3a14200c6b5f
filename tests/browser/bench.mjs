// node tests/browser/bench.mjs: how long page and worker take to start, how much
// slower than native the same lines are in Chromium, and how much sooner programs are done on the browser's own
// engine than in the interpreter; the best of three each. It prints milliseconds and judges nothing.
// A fair ratio takes optimised builds of both: `cargo xtask build`, then
// `cargo build --release`, and DRYDOCK set to the program that makes.

import { performance } from "node:perf_hooks";
import { launch } from "./chromium.mjs";
import { drydock } from "./native.mjs";
import { openAt } from "./page.mjs";
import { serve } from "./server.mjs";

const NAME = "registry.example.com/mlproject/mlmodel:1.0";
const LESSON = [
  "docker build -t mlmodel:1.0 .",
  `docker tag mlmodel:1.0 ${NAME}`,
  `docker push ${NAME}`,
  "ssh prod",
  `docker pull ${NAME}`,
  `docker run ${NAME}`,
  "exit",
];

// Lines of every kind: what reads, what writes, what travels, what computes.
const MIXED = [
  (at) => `docker build -q -t mixed:${at} .`,
  (at) => `docker tag mixed:${at - 1} registry.example.com/mixed:${at}`,
  (at) => `docker push registry.example.com/mixed:${at - 1}`,
  (at) => `docker pull registry.example.com/mixed:${at - 2}`,
  (at) => `docker run --rm mixed:${at - 4}`,
  () => "docker images",
  () => "docker ps -a",
  () => "ls -l",
];
// What takes programs of `toolbox:1` a while.
const BUSY = [
  ["a shell counts to 20,000", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"],
  ["sha256 of 2 MB", "seq 300000 | sha256sum"],
  ["50,000 numbers are sorted", "seq 50000 | sort -r | tail -n 1"],
];
const ROUNDS = 3;

const mixed = Array.from({ length: 200 }, (_, at) => MIXED[at % MIXED.length](at));

// Asks a worker of its own, which may be `unable` to suspend a program and so has the interpreter run all of them, for
// one line after the other and resolves to the milliseconds of the last line, those until it had opened the lesson, and from the first question to
// the last answer, and until the last line printed something. It runs in the page.
async function inWorker({ lines, unable }) {
  const born = performance.now();
  const asset = new URL(document.documentElement.dataset.assets, document.baseURI);
  const worker = new Worker(new URL(unable ? "unable.js" : "worker-boot.js", asset));
  const heard = (wanted) =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }) => {
        if (data === wanted || data[wanted]) {
          resolve(data[wanted]);
        }
      };
    });
  await heard("ready");
  worker.postMessage({ open: { lesson: "container-registries-for-ml", language: "en", saved: null } });
  await heard("saved");
  const failed = [];
  let asked, printed;
  worker.addEventListener("message", ({ data }) => {
    if (data.printed) {
      printed ??= performance.now();
    }
  });
  const started = performance.now();
  const opening = started - born;
  for (const line of lines) {
    [asked, printed] = [performance.now(), undefined];
    worker.postMessage({ line: { machine: null, line } });
    const [code] = await heard("finished");
    if (code !== 0) {
      failed.push(line);
    }
  }
  const millis = performance.now() - started;
  worker.terminate();
  return { opening, millis, failed, firstByte: printed - asked, last: performance.now() - asked };
}

// Opens the page in a browser that has seen nothing of it, and resolves to the
// milliseconds until something was painted, and until the first step could be run.
async function startUp() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(".steps .primary:enabled") && !globalThis.ready) {
        globalThis.ready = performance.now();
      }
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.ready);
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    ready: globalThis.ready,
  }));
  await context.close();
  return times;
}

// The milliseconds the native command takes for them in one process.
async function natively(lines) {
  const started = performance.now();
  await drydock("shell", ...lines.flatMap((line) => ["-c", line]));
  return performance.now() - started;
}

// The least of what some rounds of `measure` give.
async function best(measure) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await measure());
  }
  return Math.min(...rounds);
}

// Beside the worker's own first script, one that takes away what suspends programs.
const UNABLE = "delete WebAssembly.Suspending; delete WebAssembly.promising; importScripts('worker-boot.js');";
const site = await serve((path, bytes) => (path.endsWith("/unable.js") ? UNABLE : bytes));
const browser = await launch();
const page = await openAt(browser, site.url, { size: "desktop", scheme: "light" });
for (const [name, what] of [
  ["paint", "something is seen"],
  ["ready", "the first step can be run"],
]) {
  console.log(`${what} after ${(await best(async () => (await startUp())[name])).toFixed(0)} ms`);
}
const opening = await best(async () => (await page.evaluate(inWorker, { lines: [] })).opening);
console.log(`the worker is started and has opened the lesson after ${opening.toFixed(0)} ms`);
const WARM = ["docker build -q -t mlmodel:1.0 .", ...Array(3).fill("docker run --rm mlmodel:1.0")];
const firstByte = await best(async () => (await page.evaluate(inWorker, { lines: WARM })).firstByte);
console.log(`a warm docker run has printed something after ${firstByte.toFixed(1)} ms`);
// What it takes the native command to start is none of the lines' time.
const start = await best(() => natively(["pwd"]));
for (const [name, lines] of [
  ["the lesson", LESSON],
  ["200 mixed lines", mixed],
]) {
  const wasm = await best(async () => {
    const { millis, failed } = await page.evaluate(inWorker, { lines });
    failed.forEach((line) => console.error(`failed: ${line}`));
    return millis;
  });
  const native = (await best(() => natively(lines))) - start;
  const ratio = (wasm / native).toFixed(1);
  console.log(`${name}: wasm ${wasm.toFixed(0)} ms, native ${native.toFixed(0)} ms, wasm : native ${ratio} : 1`);
}
for (const [name, script] of BUSY) {
  // Twice, so that the programs are compiled already.
  const line = `docker run --rm toolbox:1 sh -c '${script}'`;
  const took = (unable) =>
    best(async () => {
      const { last, failed } = await page.evaluate(inWorker, { lines: [line, line], unable });
      failed.forEach((failure) => console.error(`failed: ${failure}`));
      return last;
    });
  const [engine, interpreter] = [await took(false), await took(true)];
  const ratio = (interpreter / engine).toFixed(1);
  console.log(`${name}: engine ${engine.toFixed(0)} ms, interpreter ${interpreter.toFixed(0)} ms, ${ratio} : 1`);
}
await browser.close();
await site.close();
