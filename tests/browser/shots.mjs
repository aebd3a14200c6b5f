// node tests/browser/shots.mjs FOLDER: a picture of every scene at every size,
// light and dark, to be looked at as a stranger would.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./chromium.mjs";
import { SIZES, openAt } from "./page.mjs";
import { scenes } from "./scenes.mjs";
import { serve } from "./server.mjs";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node tests/browser/shots.mjs FOLDER");
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const site = await serve();
const browser = await launch();
let problems = 0;
for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    const page = await openAt(browser, site.url, { size, scheme, reducedMotion: "reduce" });
    for (const [at, { name, act }] of scenes.entries()) {
      await act(page);
      const path = join(folder, `${size}-${scheme}-${String(at).padStart(2, "0")}-${name}.png`);
      await page.screenshot({ path });
      console.log(path);
    }
    page.problems.forEach((problem) => console.error(problem));
    problems += page.problems.length;
    await page.context().close();
  }
}
await browser.close();
await site.close();
process.exitCode = problems ? 1 : 0;
