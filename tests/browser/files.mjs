// The Files panel: a file is opened, changed and written.

import { isIdle } from "./player.mjs";
import { region } from "./regions.mjs";

const panel = (page) => region(page, "Files");

export const editor = (page, name) => panel(page).getByRole("textbox", { name: new RegExp(`/${name}$`) });

export async function openFile(page, name) {
  await panel(page).getByRole("button", { name, exact: true }).click();
  await editor(page, name).waitFor();
}

// Replaces all of a file's text and waits until it is written.
export async function writeFile(page, name, text) {
  await openFile(page, name);
  await editor(page, name).fill(text);
  const write = panel(page).getByRole("button", { name: "Write the file" });
  await write.click();
  await write.waitFor({ state: "detached" });
  await isIdle(page);
}
