// Finds a Chromium and starts it.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

// Nothing of the browser's own doing: no updates, no experiments, no calls home.
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = process.env.CHROME ? [process.env.CHROME].find(isProgram) : onPath.find(isProgram);
  if (!found) {
    throw new Error("no Chromium found: set CHROME to its program, or run `cargo xtask test`, which installs it on Debian");
  }
  return found;
}

export function launch() {
  return chromium.launch({ executablePath: find(), args: QUIET });
}
