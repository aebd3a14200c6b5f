// The player: its buttons, its slider, and the stop it stands at.

export const slider = (page) => page.getByRole("slider", { name: "Point of the history" });

export const button = (page, name) =>
  page.getByRole("toolbar", { name: "Player" }).getByRole("button", { name, exact: true });

// Waits until the history is at this stop and nothing runs any more.
export async function standsAt(page, position) {
  await page.locator(`[role=slider][aria-valuenow="${position}"]`).waitFor();
  await isIdle(page);
}

// Waits until no line is on its way or running.
export async function isIdle(page) {
  await page.locator('section[aria-label="Terminal"][aria-busy="false"]').waitFor({ state: "attached" });
}

// Presses a button of the player and waits for the stop it leads to.
export async function press(page, name, position) {
  await button(page, name).click();
  await standsAt(page, position);
}

// Runs the lesson from its start up to this stop, a step at a time.
export async function stepTo(page, position) {
  for (let at = 1; at <= position; at += 1) {
    await press(page, "Next", at);
  }
}
