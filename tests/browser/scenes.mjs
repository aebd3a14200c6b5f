// The scenes of which pictures are taken, in order; each acts on the page as
// the one before left it, and resolves when what it shows has come to rest.

const stop = (name, position) => ({
  name,
  act: async (page) => {
    if (position > 0) {
      await page.getByRole("button", { name: "Next", exact: true }).click();
    }
    await page.waitForSelector(`[role=slider][aria-valuenow="${position}"]`);
  },
});

export const scenes = ["start", "build", "tag", "push", "pull", "run"].map(stop);
