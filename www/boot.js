// Loads the page's wasm from beside this file, says how far it is, and says
// what went wrong if it does not come. The page replaces what stands here.

const status = document.getElementById("loading-status");

// The response again, telling the bytes that have come. Their number is shown
// without a total: under compression the browser does not know one.
function counted(response) {
  let received = 0;
  const count = new TransformStream({
    transform(piece, next) {
      received += piece.byteLength;
      status.textContent = `Loading the page… ${Math.ceil(received / 1000)} kB`;
      next.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(count), { headers: { "Content-Type": "application/wasm" } });
}

async function module() {
  const response = await fetch(new URL("page_bg.wasm", import.meta.url));
  if (!response.ok) {
    throw new Error(`page_bg.wasm: the server answered ${response.status}`);
  }
  return counted(response);
}

try {
  const [{ default: init }, response] = await Promise.all([import("./page.js"), module()]);
  await init({ module_or_path: response });
} catch (error) {
  status.setAttribute("role", "alert");
  status.textContent = `Drydock could not start: ${error.message}. Reload the page to try again.`;
  throw error;
}
