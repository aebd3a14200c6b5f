// A site as its programs find it when they run in Node, and one of them counted.
// What it is started with: SITE HUB LOAD, the folders, and what the counted
// program exports to be loaded whole.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";

const [site, hub, load] = process.argv.slice(2);
export const HERE = "http://site/assets/worker-boot.js";
export const LESSON = "container-registries-for-ml";
// What stands in for a deferred part: a module with nothing in it.
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

export const LOAD = load;
export const entered = new Set();
// Files that cannot be fetched, by how their addresses end; files that are there in name only.
export const missing = new Set();
export const empty = new Set();

// A file of the site.
export function file(url) {
  const { pathname } = new URL(url, HERE);
  if ([...empty].some((end) => pathname.endsWith(end))) {
    return Buffer.from(EMPTY);
  }
  return readFileSync(pathname.startsWith("/hub/") ? join(hub, pathname.slice(5)) : join(site, pathname.slice(8)));
}

// What a server answers: a status and bytes.
function answer(url) {
  const gone = [...missing].some((end) => url.endsWith(end));
  return { status: gone ? 404 : 200, bytes: Uint8Array.from(gone ? [] : file(url)) };
}

// As much of a synchronous request as the programs make.
class Request {
  open(_method, url) {
    this.url = url;
  }
  setRequestHeader() {}
  overrideMimeType() {
    this.asText = true;
  }
  send() {
    const { status, bytes } = answer(this.url);
    this.status = status;
    this.response = this.asText ? Buffer.from(bytes).toString("latin1") : bytes.buffer;
    this.responseText = this.response;
  }
}

// As much of a response as the programs take, which is also what it holds: so is a module instantiated of it.
export async function fetch(url) {
  const { status, bytes } = answer(String(url));
  return Object.assign(bytes, { status, arrayBuffer: async () => bytes.buffer });
}

// Has `enter` called with every function that is entered.
export function count(enter) {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (module, imports) => instantiate(module, { ...imports, rehearsal: { entered: enter } });
}

// What a worker has around it; its scripts may be loaded again.
export function stage(postMessage) {
  Object.assign(globalThis, {
    self: globalThis,
    location: { href: HERE, origin: "http://site", hash: "", search: "" },
    XMLHttpRequest: Request,
    fetch,
    importScripts: (...urls) => {
      for (const url of urls) {
        runInThisContext(file(url).toString().replace(/^(let|const) /gm, "var "));
      }
    },
    postMessage,
  });
}

// Prints what was counted.
export function tell() {
  console.log([...entered].join("\n"));
  process.exit();
}
