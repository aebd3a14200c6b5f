// Serves `dist/` as a poor static host would: under a sub-path, with the
// strict policy and no other header.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const policyOf = (name) => readFileSync(join(ROOT, `www/${name}.txt`), "utf8").trim();
const POLICY = policyOf("content-security-policy");
// For the lab within a page, and the page that shows it.
const EMBED_POLICY = policyOf("content-security-policy-embed");
const BASE = "/some/sub/path/";

const KINDS = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

// A change that has the worker begin with a function, before anything of its own.
export const workerBegins = (first) => (path, bytes) =>
  path.endsWith("/worker-boot.js") ? Buffer.concat([Buffer.from(`(${first})();\n`), bytes]) : bytes;

// Starts a server and resolves to its `url` and `close()`. `change(path, bytes)`
// may hand out other bytes for a file, null to refuse it, or bytes where there
// is none: so tests corrupt a blob, make the hub unreachable, or bring another.
// `policy` may change the policy, `headers` adds to what is said of every file.
export async function serve(change = (_path, bytes) => bytes, policy = (text) => text, headers = {}) {
  const dist = join(ROOT, "dist");
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const inside = pathname.startsWith(BASE) ? pathname.slice(BASE.length) || "index.html" : null;
    const file = inside && normalize(join(dist, inside));
    const bytes = file?.startsWith(dist + sep) ? await readFile(file).catch(() => null) : null;
    const body = inside && change(inside, bytes);
    response.setHeader("Content-Security-Policy", policy(inside?.startsWith("embed") ? EMBED_POLICY : POLICY));
    Object.entries(headers).forEach(([name, value]) => response.setHeader(name, value));
    response.setHeader("Content-Type", body ? (KINDS[extname(file)] ?? "application/octet-stream") : "text/plain");
    response.writeHead(body ? 200 : 404).end(body ?? "not found\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${BASE}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
