// node tests/browser/lighthouse.mjs: what Lighthouse, on its mobile setting, says of the page's
// start: the score and the moments behind it, each of three visits. It prints and judges nothing.
// npm brings Lighthouse itself, which is no part of the tests; it takes an optimised site.

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { serve } from "./server.mjs";

// The last one for the Node of the tests.
const LIGHTHOUSE = "lighthouse@12.8.2";
const VISITS = 3;
const MOMENTS = ["first-contentful-paint", "largest-contentful-paint", "speed-index", "interactive", "total-blocking-time", "cumulative-layout-shift"];
const BROWSER = "--headless=new --no-sandbox --disable-gpu --disable-background-networking";

// As hosts send files: packed, and each packed once.
const packed = new Map();
function pack(path, bytes) {
  if (bytes && !packed.has(path)) {
    packed.set(path, brotliCompressSync(bytes));
  }
  return packed.get(path) ?? null;
}

const site = await serve(pack, undefined, { "Content-Encoding": "br" });
// Packing takes long, and is no part of a visit.
const dist = fileURLToPath(new URL("../../dist", import.meta.url));
for (const path of await readdir(dist, { recursive: true })) {
  if (/\.(html|js|css|wasm|txt|json)$/.test(path)) {
    await fetch(site.url + path);
  }
}
for (let visit = 1; visit <= VISITS; visit += 1) {
  const given = ["--only-categories=performance", "--quiet", "--output=json", `--chrome-flags=${BROWSER}`];
  const { stdout } = await promisify(execFile)("npx", ["--yes", LIGHTHOUSE, site.url, ...given], {
    env: { ...process.env, CHROME_PATH: process.env.CHROME },
    maxBuffer: 64 << 20,
  });
  const { audits, categories } = JSON.parse(stdout);
  const told = MOMENTS.map((name) => `${name} ${audits[name].displayValue}`);
  console.log(`performance ${categories.performance.score}: ${told.join(", ")}`);
}
await site.close();
