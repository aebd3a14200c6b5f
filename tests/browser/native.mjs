// The native command, built from the same sources as the page.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

// DRYDOCK names a built program; `cargo xtask test` sets it. Without it cargo
// builds what it needs.
export const program = process.env.DRYDOCK
  ? [process.env.DRYDOCK]
  : ["cargo", "run", "--quiet", "--locked", "--bin", "drydock", "--"];

// Runs `drydock ...words` and resolves to what it prints on standard output.
export async function drydock(...words) {
  const { stdout } = await promisify(execFile)(program[0], [...program.slice(1), ...words], { cwd: ROOT, maxBuffer: 1 << 26 });
  return stdout;
}
