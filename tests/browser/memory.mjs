// node tests/browser/memory.mjs: what a long history takes of the worker's memory, and how
// long a reload takes to do all of it again. It prints both and judges nothing. A fair
// answer takes an optimised site: `cargo xtask build`.

import { launch } from "./chromium.mjs";
import { allKept, openAt, started } from "./page.mjs";
import { slider, standsAt } from "./player.mjs";
import { serve, workerBegins } from "./server.mjs";
import { run } from "./terminal.mjs";

// As many operations as a history may have.
const OPERATIONS = 10_000;
const KEY = "drydock:saved:container-registries-for-ml";

// Has the worker remember its own memory: what wasm-bindgen makes of the module nobody else can see.
function watchMemory() {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate(...given);
    const { exports } = made.instance ?? made;
    globalThis.memory ??= Object.values(exports).find((exported) => exported instanceof WebAssembly.Memory);
    return made;
  };
  WebAssembly.instantiateStreaming = async (response, imports) =>
    WebAssembly.instantiate(await (await response).arrayBuffer(), imports);
}

const site = await serve(workerBegins(watchMemory));
const browser = await launch();
const page = await openAt(browser, site.url, { size: "desktop", scheme: "light" });
const mebibytes = async () => (await page.workers()[0].evaluate(() => globalThis.memory.buffer.byteLength)) / 2 ** 20;

await slider(page).waitFor();
await run(page, "docker build -q -t mlmodel:1.0 .");
await run(page, "docker tag mlmodel:1.0 mlmodel:0");
await allKept(page);
const before = await mebibytes();
// The second operation again and again, with ten names in turn; only its place in the log and its name differ.
await page.evaluate(([key, operations]) => {
  const saved = JSON.parse(localStorage.getItem(key));
  const [first, second] = saved.log;
  const again = (at) => JSON.parse(JSON.stringify({ ...second, parent: at - 1 }).replace("mlmodel:0", `mlmodel:${at % 10}`));
  saved.log = [first, ...Array.from({ length: operations - 1 }, (_, at) => again(at + 1))];
  saved.at = operations - 1;
  localStorage.setItem(key, JSON.stringify(saved));
}, [KEY, OPERATIONS]);
const began = performance.now();
await page.reload();
page.setDefaultTimeout(300_000);
await started(page);
await slider(page).waitFor();
await standsAt(page, OPERATIONS);
const seconds = (performance.now() - began) / 1000;
console.log(`${OPERATIONS} operations, done again in ${seconds.toFixed(1)} s: ${(await mebibytes() - before).toFixed(1)} MiB of memory`);
await browser.close();
await site.close();
