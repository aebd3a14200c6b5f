// Starts the worker's wasm from beside this file. What fails here is thrown
// outside of the promise, so that the page hears it as the worker's `error`.

// Where this file is; a worker that another script began was told so by it.
const base = self.base ?? self.location.href;

importScripts(new URL("worker.js", base));
wasm_bindgen({ module_or_path: new URL("worker_bg.wasm", base) }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
