// What the tables and the stage say, as plain text. Digests and sizes depend
// on the compiler of the base image: they are given as ID and SIZE here, and
// compared with the native ones in truth.test.mjs.

import { region } from "./regions.mjs";

export async function pick(page, name) {
  await page.getByRole("tab", { name }).click();
  await page.getByRole("tabpanel", { name }).waitFor();
}

// The cells of every row of the table that is picked, its header first.
export async function cells(page) {
  const rows = page.getByRole("tabpanel").getByRole("row");
  const texts = await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  return texts.map((row) => row.map(plain));
}

// The rows of a table, without its header.
export async function table(page, name) {
  await pick(page, name);
  return (await cells(page)).slice(1);
}

export async function flow(page) {
  return page.getByRole("list", { name: "Process flow" }).getByRole("listitem").allTextContents();
}

// A machine or a registry on the stage.
export const place = (page, name) =>
  region(page, "Stage").getByRole("region", { name, exact: true });

// The words of the chips in a place: what each blob is.
export async function chips(page, name) {
  const buttons = await place(page, name).getByRole("button", { name: /^[0-9a-f]{8}/ }).all();
  return Promise.all(buttons.map(async (chip) => /^[0-9a-f]{8}\s+(\S+)/.exec(await chip.innerText())?.[1]));
}

// The names an image has in a place.
export const flags = (page, name) => place(page, name).getByRole("listitem").allTextContents();

function plain(text) {
  return text
    .replace(/\b[0-9a-f]{12}\b/g, "ID")
    .replace(/\b\d+(\.\d+)?[kM]?B\b/g, "SIZE")
    .replace(/\s+/g, " ")
    .trim();
}
