// What can be taken home through the menu.

import { readFile } from "node:fs/promises";

// Presses a button of the menu and resolves to the file the browser downloads.
export async function download(page, name) {
  await page.getByLabel("More", { exact: true }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  await page.getByLabel("More", { exact: true }).click();
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

// The whole trace: every operation, its events, the state after it.
export async function trace(page) {
  const { bytes } = await download(page, "Download the trace (JSON)");
  return bytes.toString("utf8");
}
