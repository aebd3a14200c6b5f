// Starts the worker's wasm from beside this file and gives it its work, a piece at a time: what was
// asked, and beats while something goes on. A program may have the worker suspended in the middle of
// a piece, where the browser can do that; then everything else waits. What fails here is thrown
// outside of promises, so that the page hears it as the worker's `error`.

// Where this file is; a worker that another script began was told so by it.
const base = self.base ?? self.location.href;

importScripts(new URL("worker.js", base));

// What is to be done, in its order.
const pieces = [];
let isAtWork = false;

function work(piece) {
  pieces.push(piece);
  if (!isAtWork) {
    isAtWork = true;
    workThrough().catch(fail);
  }
}

async function workThrough() {
  while (pieces.length > 0) {
    beatAfter(await done(pieces.shift()));
  }
  isAtWork = false;
}

// Resolves to the milliseconds after which it wants a beat, without end if it wants none. What was
// left half-done is given up, unless it broke down: then this is thrown on.
async function done(piece) {
  try {
    return await piece();
  } catch (error) {
    wasm_bindgen.left(error);
    return Infinity;
  }
}

// Beats come without the pause that a timer has, yet behind the messages that came meanwhile. A late
// one does not wait any longer when something else was done: that says anew when it wants one.
const { port1, port2 } = new MessageChannel();
let isOnItsWay = false;
let late;

function beatAfter(rest) {
  clearTimeout(late);
  if (isOnItsWay || rest === Infinity) {
    return;
  }
  if (rest >= 1) {
    late = setTimeout(beat, rest);
  } else {
    isOnItsWay = true;
    port2.postMessage(null);
  }
}

function beat() {
  isOnItsWay = false;
  work(wasm_bindgen.beat);
}

// It stays at work for ever then.
function fail(error) {
  setTimeout(() => {
    throw error;
  });
}

port1.onmessage = beat;
self.onmessage = ({ data }) => work(() => wasm_bindgen.ask(data));
wasm_bindgen({ module_or_path: new URL("worker_bg.wasm", base) }).catch(fail);
