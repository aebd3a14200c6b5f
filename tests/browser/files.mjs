// The Files panel: a file is opened, changed and written.

import { isIdle } from "./player.mjs";

const region = (page) => page.getByRole("region", { name: "Files", exact: true });

export const editor = (page, name) => region(page).getByRole("textbox", { name: new RegExp(`/${name}$`) });

export async function openFile(page, name) {
  await region(page).getByRole("button", { name, exact: true }).click();
  await editor(page, name).waitFor();
}

// Replaces all of a file's text and waits until it is written.
export async function writeFile(page, name, text) {
  await openFile(page, name);
  await editor(page, name).fill(text);
  const write = region(page).getByRole("button", { name: "Write the file" });
  await write.click();
  await write.waitFor({ state: "detached" });
  await isIdle(page);
}
