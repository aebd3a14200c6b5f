// Loads the page's wasm and its words from beside this file, says how far that is,
// and says what went wrong if they do not come. The page replaces what stands here.

const status = document.getElementById("loading-status");
const root = document.documentElement;

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

async function fetched(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) {
    throw new Error(`${name}: the server answered ${response.status}`);
  }
  return response;
}

// The language of the page: what its address asks for, else what the reader's browser
// prefers, as far as there are words in it (RFC 4647, 3.4: `de-CH` is content with `de`).
function language() {
  const there = root.dataset.languages.split(" ");
  const asked = new URLSearchParams(location.search).get("lang");
  for (const wanted of [asked ?? "", ...navigator.languages]) {
    for (let range = wanted.toLowerCase(); range; range = range.replace(/-?[^-]*$/, "")) {
      const found = there.find((tag) => tag.toLowerCase() === range);
      if (found) {
        return found;
      }
    }
  }
  return "en";
}

async function words() {
  root.lang = language();
  // A browser that does not know says nothing of a language from right to left.
  const { direction } = new Intl.Locale(root.lang).getTextInfo?.() ?? {};
  root.dir = direction ?? "ltr";
  return (await fetched(`words.${root.lang}.txt`)).text();
}

try {
  const module = fetched("page_bg.wasm").then(counted);
  const [page, response, said] = await Promise.all([import("./page.js"), module, words()]);
  await page.default({ module_or_path: response });
  page.begin(said);
} catch (error) {
  status.setAttribute("role", "alert");
  status.textContent = `Drydock could not start: ${error.message}. Reload the page to try again.`;
  throw error;
}
