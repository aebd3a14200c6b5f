// node page.mjs SITE HUB LOAD: runs the page of a site, made to count, with
// the site's own worker, and goes through the lesson as a learner does at first. Prints
// the functions of the page that ran, by index. Time and messages go in an
// order of their own, so that every run is the same.

import { dispatch, elements, open } from "./document.mjs";
import { HERE, LOAD, count, empty, entered, fetch, file, missing, stage, tell } from "./site.mjs";

const DEFERRED = "page_deferred.wasm";

count((index) => entered.add(index));
empty.add(DEFERRED);

// What is to happen: messages at once, timers when their time has come.
const timers = [];
let now = 0;
let turns = 0;

function later(then, millis = 0) {
  turns += 1;
  timers.push({ at: now + millis, turn: turns, then });
  return turns;
}

// How long the worker takes for a message, in milliseconds: each may come in a frame of its own, or all in one.
let pace = 0;

class Port {
  postMessage(data) {
    later(() => this.other.onmessage?.({ data }));
  }
}

class Worker {
  constructor() {
    globalThis.onmessage = null;
    stage((told) => {
      const data = structuredClone(told);
      this.told = Math.max(this.told ?? 0, now) + pace;
      later(() => this.onmessage?.({ data }), this.told - now);
    });
    importScripts("./worker-boot.js");
    // What is on its way already is only awaited.
    this.loaded = wasm_bindgen();
    Worker.last = this;
  }
  postMessage(asked) {
    const data = structuredClone(asked);
    later(() => globalThis.onmessage({ data }));
  }
  terminate() {}
}

Object.assign(globalThis, {
  Worker,
  MessageChannel: class {
    port1 = new Port();
    port2 = new Port();
    constructor() {
      this.port1.other = this.port2;
      this.port2.other = this.port1;
    }
  },
  setTimeout: later,
  fetch,
});

// How long drawing takes on this machine, in milliseconds a look at the clock:
// what takes long gives way to the browser in between.
let slowness = 0;
let lag = 0;
Date.now = () => {
  lag += slowness;
  return now + lag;
};

// Lets everything happen that is to happen, as far as that is for now.
async function settle(horizon = 100 * (1 + pace)) {
  const until = now + horizon;
  for (;;) {
    await Worker.last?.loaded;
    // What waits for a promise goes on before what waits for a message.
    await new Promise((done) => setImmediate(done));
    timers.sort((a, b) => a.at - b.at || a.turn - b.turn);
    if (!timers.length || timers[0].at > until) {
      now = until;
      return;
    }
    const next = timers.shift();
    now = Math.max(now, next.at);
    next.then();
  }
}

let body;
let visits = 0;
const kept = new Map();
const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };

// Opens the page, anew each time, and resolves to what its module exports.
async function visit() {
  timers.length = 0;
  body = open(HERE, storage);
  visits += 1;
  const script = `${file("./page.js")}\n// ${visits}`;
  const { default: init, begin } = await import(`data:text/javascript,${encodeURIComponent(script)}`);
  const exports = await init({ module_or_path: file("./page_bg.wasm") });
  begin(file("./words.en.txt").toString());
  await settle();
  return exports;
}

const within = (region) => (region ? elements(body).find((element) => element.getAttribute("aria-label") === region) : body);
const name = (element) => element.getAttribute("aria-label") ?? element.textContent.trim();

function the(kind, wanted, region) {
  const all = elements(within(region)).filter((element) => element.localName === kind);
  const found = all.find((element) => name(element).startsWith(wanted));
  if (!found) {
    throw new Error(`there is no ${kind} “${wanted}” in ${region ?? "the page"}`);
  }
  return found;
}

async function press(wanted, region) {
  dispatch(the("button", wanted, region), "click");
  await settle();
}

// The page without its deferred part, until that comes.
async function loading(exports) {
  await press("Try again");
  try {
    exports[LOAD]();
    throw new Error("what cannot be fetched was loaded");
  } catch (error) {
    if (!error.message.startsWith(DEFERRED)) {
      throw error;
    }
  }
  exports = await visit();
  missing.clear();
  exports[LOAD]();
  await press("Try again");
  missing.add("worker.js");
}

await visit();
missing.add(DEFERRED);
for (const [slow, far] of [[100, 50], [100, 0]]) {
  [slowness, pace] = [slow, far];
  await visit();
}
slowness = 0;
await loading(await visit());
tell();
