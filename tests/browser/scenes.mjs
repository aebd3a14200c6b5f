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

// A mode, and what is done in it before the picture.
const mode = (name, act = async () => {}) => ({
  name: name.toLowerCase(),
  act: async (page) => {
    await page.getByRole("tab", { name, exact: true }).click();
    await act(page);
  },
});

const filled = async (page) => {
  const first = page.locator("form.question").first();
  await first.getByLabel("Gap 1").fill("mlmodel:1.0");
  await first.getByLabel("Gap 2").fill(".");
  await first.getByRole("button", { name: "Check" }).click();
  await first.getByText("Right.").waitFor();
};

const begun = async (page) => {
  await page.getByRole("button", { name: "Clock: on" }).click();
  await page.getByRole("button", { name: "Start" }).nth(3).click();
};

const paired = async (page) => {
  const asked = page.locator("form", { has: page.locator(".pairs") });
  for (const at of [0, 1, 2, 3]) {
    await asked.getByRole("combobox").nth(at).selectOption({ index: at + 1 });
  }
  await asked.getByRole("button", { name: "Check" }).click();
  await asked.locator(".verdict").waitFor();
  await asked.scrollIntoViewIfNeeded();
};

const measured = async (page) => {
  await page.getByRole("button", { name: "Measure" }).first().click();
  await page.locator(".chart").first().waitFor({ timeout: 60_000 });
};

const modes = [
  mode("Learn"),
  mode("Why"),
  mode("Deep"),
  mode("Try", filled),
  mode("Challenge", begun),
  mode("Project"),
  mode("Review", paired),
  mode("Cost", measured),
  mode("Sandbox"),
];

// A registry looked through, a byte of a layer flipped, and the requests as a sequence.
const views = [
  {
    name: "registry",
    act: async (page) => {
      await page.getByRole("tab", { name: "Visualize", exact: true }).click();
      await show(page, "Stage");
      await page.getByRole("button", { name: "Explore the registry registry.example.com" }).click();
      const tree = page.getByRole("list", { name: "Tags and what they lead to" });
      await tree.getByRole("button", { name: /index/ }).first().click();
      await page.getByText("They are equal").waitFor();
    },
  },
  {
    name: "flipped",
    act: async (page) => {
      await page.getByRole("button", { name: "Numbers" }).click();
      await page.getByRole("button", { name: /^Flip byte / }).click();
      await page.getByText("They differ").waitFor();
    },
  },
  {
    name: "sequence",
    act: async (page) => {
      await page.getByRole("button", { name: "Close the explorer" }).click();
      await show(page, "Tables");
      await page.getByRole("tab", { name: /^Requests/ }).click();
      const large = page.getByRole("button", { name: "Large tables" });
      if (await large.isVisible()) {
        await large.click();
      }
      await page.getByRole("button", { name: "Sequence" }).click();
      await page.locator(".sequence a").last().click();
      await page.getByRole("button", { name: /^Send .* again$/ }).click();
      await page.getByRole("table", { name: "The answer then, and now" }).waitFor();
    },
  },
];

// Brings a region up where only one fits.
async function show(page, name) {
  const button = page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name, exact: true });
  if (await button.isVisible()) {
    await button.click();
  }
}

export const scenes = [...["start", "build", "tag", "push", "pull", "run"].map(stop), ...modes, ...views];
