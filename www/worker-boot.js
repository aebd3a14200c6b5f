// Starts the worker's wasm from beside this file. What fails here is thrown
// outside of the promise, so that the page hears it as the worker's `error`.

importScripts("./worker.js");
wasm_bindgen({ module_or_path: new URL("worker_bg.wasm", self.location.href) }).catch((error) => {
  setTimeout(() => {
    throw error;
  });
});
