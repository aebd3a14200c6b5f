// Another hub in the place of the page's own: its base image holds one program.

import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { drydock } from "./native.mjs";

// The smallest program that never ends: (func (export "_start") (loop (br 0))), and a memory.
export const FOREVER = Buffer.from(
  "0061736d01000000" + "0104016000" + "00" + "03020100" + "0503010001" +
    "07130206" + "6d656d6f7279" + "0200" + "06" + "5f7374617274" + "0000" + "0a09010700" + "03400c000b0b",
  "hex",
);

// Builds the hub with our own builder and resolves to a `change` of the server
// (see server.mjs) that hands it out.
export async function hubWith(t, program) {
  const folder = await mkdtemp(join(tmpdir(), "drydock-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "program"), program, { mode: 0o755 });
  await writeFile(join(folder, "Dockerfile"), 'FROM scratch\nCOPY program /bin/program\nCMD ["/bin/program"]\n');
  const out = join(folder, "hub");
  await drydock("hub", "build", "--source", folder, "--out", out);
  const files = new Map();
  for (const file of await readdir(out, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) {
      const path = join(file.parentPath ?? file.path, file.name);
      files.set(`hub/${relative(out, path).split(sep).join("/")}`, await readFile(path));
    }
  }
  return (path, bytes) => (path.startsWith("hub/") ? (files.get(path) ?? null) : bytes);
}
