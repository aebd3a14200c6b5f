// The ways to learn: what each shows, and that what is answered there is
// really executed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertAccessible, open } from "./harness.mjs";

const mode = (page, name) => page.getByRole("tab", { name, exact: true }).click();

describe("each mode", () => {
  for (const [size, scheme] of [["desktop", "light"], ["tablet", "dark"], ["phone", "light"], ["phone", "dark"]]) {
    test(`is accessible, ${size} ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme, reducedMotion: "reduce" });
      for (const name of ["Learn", "Why", "Deep", "Try", "Challenge", "Project", "Review", "Cost", "Sandbox"]) {
        await mode(page, name);
        await page.locator(`[role=tab][aria-selected=true]`, { hasText: name }).first().waitFor();
        await assertAccessible(page);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(wider, false, `${name} is wider than the screen`);
      }
    });
  }

  test("is reached by the arrow keys", async (t) => {
    const page = await open(t);
    await page.getByRole("tab", { name: "Visualize" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "Complete the lines" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "mode-try");
  });
});

test("a line is completed by clicks, executed, and a wrong one shows what it did", async (t) => {
  const page = await open(t);
  await mode(page, "Try");
  const form = page.locator("form.question").nth(2);
  await form.getByRole("button", { name: "pull", exact: true }).click();
  await form.getByRole("button", { name: "registry.example.com/mlproject/mlmodel:1.0" }).click();
  await form.getByRole("button", { name: "Check" }).click();
  await form.getByText("Not this one.").waitFor();
  await form.getByText("2 attempts left").waitFor();
  assert.match(await form.locator(".excerpt").innerText(), /docker pull registry\.example\.com[\s\S]*not found/);
  await form.getByLabel("Gap 1").fill("push");
  await form.getByRole("button", { name: "Check" }).click();
  await form.getByText("Right.").waitFor();
});

test("a challenge is repaired by lines of one's own", async (t) => {
  const page = await open(t);
  await mode(page, "Challenge");
  await page.getByRole("button", { name: "Clock: on" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).nth(4).click();
  const lines =
    "docker tag mlmodel:1.0 registry.example.com/mlproject/mlmodel:1.0\ndocker push registry.example.com/mlproject/mlmodel:1.0";
  await page.getByLabel(/Lines to run on laptop/).fill(lines);
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator(".verdict", { hasText: "Right." }).waitFor();
  await page.getByText("1 of 6 solved").waitFor();
});

test("lines are brought into order, and the clock counts", async (t) => {
  const page = await open(t);
  await mode(page, "Challenge");
  await page.getByRole("button", { name: "Start (90 s)" }).click();
  await page.getByText("89 s").waitFor();
  const wanted = ["docker build", "docker tag", "docker push", "docker pull", "docker run"];
  for (const [place, words] of wanted.entries()) {
    for (;;) {
      const lines = await page.locator(".order .line").allInnerTexts();
      if (lines.findIndex((line) => line.includes(words)) === place) {
        break;
      }
      await page.getByRole("button", { name: new RegExp(`^Earlier: .*${words}`) }).click();
    }
  }
  await page.getByRole("button", { name: "Check" }).click();
  await page.locator(".verdict", { hasText: "Right." }).waitFor();
});

test("the project's goals are ticked by what happens in the lab", async (t) => {
  const page = await open(t);
  await mode(page, "Project");
  await page.getByText("Project · 0 of 4 done").waitFor();
  const run = async (line) => {
    await page.locator("#prompt").fill(line);
    await page.keyboard.press("Enter");
    await page.locator("article", { hasText: line }).getByText("succeeded").waitFor({ state: "attached" });
  };
  await run("docker build -t registry.example.com/mlproject/mlmodel:1.1 .");
  await page.getByText("Project · 1 of 4 done").waitFor();
  await run("docker push registry.example.com/mlproject/mlmodel:1.1");
  await page.getByText("Project · 2 of 4 done").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Project · 1 of 4 done").waitFor();
});

test("a cost is measured as its switches stand, and the slider tells each round", async (t) => {
  const page = await open(t);
  await mode(page, "Cost");
  const cost = page.locator(".cost").first();
  await cost.getByRole("button", { name: "Measure", exact: true }).click();
  await cost.locator("svg.chart").waitFor();
  const weights = cost.getByRole("switch", { name: "weights in a layer of their own" });
  await weights.click();
  assert.equal(await weights.getAttribute("aria-checked"), "false");
  await cost.getByRole("button", { name: "Measure again" }).click();
  await cost.locator("tbody tr").nth(1).waitFor();
  const cell = async (row, column) => cost.locator("tbody tr").nth(row).locator("td").nth(column).innerText();
  const bytes = (text) => Number.parseFloat(text) * (text.endsWith("kB") ? 1000 : 1);
  assert.ok(bytes(await cell(1, 1)) > 4 * bytes(await cell(0, 1)), "weights that are sent again cost more");
  await cost.getByRole("slider").fill("1");
  await cost.getByText("in round 1").waitFor();
});

test("measuring goes on beside the lab, and is given up when it is not wanted", async (t) => {
  const page = await open(t);
  await mode(page, "Cost");
  const cost = page.locator(".cost").first();
  await cost.getByRole("button", { name: "Measure", exact: true }).click();
  await cost.getByRole("button", { name: "Cancel" }).click();
  await cost.getByRole("button", { name: "Measure", exact: true }).waitFor();
  assert.equal(await cost.locator("svg.chart").count(), 0);
  await cost.getByRole("button", { name: "Measure", exact: true }).click();
  await mode(page, "Sandbox");
  await page.locator("#prompt").fill("docker images");
  await page.keyboard.press("Enter");
  await page.locator("article", { hasText: "docker images" }).getByText("succeeded").waitFor({ state: "attached" });
  await mode(page, "Cost");
  await cost.locator("svg.chart").waitFor();
});

test("a scenario's lines run in the lab, and can be undone", async (t) => {
  const page = await open(t);
  await mode(page, "Sandbox");
  await page.getByRole("button", { name: "Run these lines in your lab" }).first().click();
  await page.locator("article", { hasText: "registry access" }).getByText("succeeded", { exact: true }).last().waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Undo" }).click();
});

test("an explanation is held beside a good one", async (t) => {
  const page = await open(t);
  await mode(page, "Review");
  await page.locator(".explain").getByRole("textbox").first().fill("Blobs first, the manifest last.");
  await page.getByRole("button", { name: "Compare" }).first().click();
  await page.getByLabel("The manifest comes last, and the tag with it.").check();
});

test("mode, answers and notes are there again after a reload", async (t) => {
  const page = await open(t);
  await mode(page, "Review");
  await page.locator(".explain").getByRole("textbox").first().fill("Blobs first.");
  await mode(page, "Try");
  const form = page.locator("form.question").first();
  await form.getByLabel("Gap 1").fill("mlmodel:1.0");
  await form.getByLabel("Gap 2").fill(".");
  await form.getByRole("button", { name: "Check" }).click();
  await form.locator(".verdict", { hasText: "Right." }).waitFor();
  await page.reload();
  await form.getByText("Solved before.").waitFor();
  assert.equal(await form.getByLabel("Gap 1").inputValue(), "mlmodel:1.0");
  await mode(page, "Review");
  assert.equal(await page.locator(".explain").getByRole("textbox").first().inputValue(), "Blobs first.");
});

test("answers that cannot be read any more start fresh, and the learner is told", async (t) => {
  const page = await open(t);
  await page.getByRole("tab", { name: "Try" }).waitFor();
  await page.evaluate(() => localStorage.setItem("drydock:study:container-registries-for-ml", "{nonsense"));
  await page.reload();
  await page.getByText("answers and notes cannot be read any more").waitFor();
  await mode(page, "Try");
  await page.getByText("3 attempts left").first().waitFor();
});
