// The panel of a container: its log, and a form that asks a port it publishes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open } from "./harness.mjs";
import { region } from "./regions.mjs";
import { run } from "./terminal.mjs";

const START = "docker run -d -p 8080:8080 --name model mlserve:2";

test("a model answers whoever fills in the form", async (t) => {
  const page = await open(t);
  assert.equal((await run(page, START)).status, "succeeded");
  await region(page, "Stage").getByRole("button", { name: "model", exact: true }).click();
  const panel = region(page, "Inspector");
  await panel.getByText("curl -i localhost:8080/", { exact: true }).waitFor();
  await panel.getByLabel("Path").fill("/health");
  await panel.getByRole("button", { name: "Send" }).click();
  const answer = panel.getByRole("status");
  await answer.getByText("HTTP/1.1 200 OK").waitFor();
  await assertAccessible(page);
  await panel.getByRole("button", { name: "POST" }).click();
  await panel.getByLabel("Path").fill("predict");
  await panel.getByLabel("Body").fill('{"pixels": [[1]]}');
  await panel.getByRole("button", { name: "Send" }).click();
  await answer.getByText("HTTP/1.1 400").waitFor();
  assert.match(await panel.getByLabel("Log of model").innerText(), /GET \/health 200/);
  await panel.getByRole("button", { name: "Show all of it" }).click();
  await answer.getByText("docker logs model", { exact: true }).waitFor();
  assert.match(await answer.first().innerText(), /digits-mlp 2\.0[^]*POST \/predict 400/);
  await assertAccessible(page);
});

test("the panel is for everybody, on a narrow page in the dark", async (t) => {
  const page = await open(t, { size: "phone", scheme: "dark" });
  const show = (name) => page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name }).click();
  await show("Terminal");
  await run(page, START);
  await show("Stage");
  await region(page, "Stage").getByRole("button", { name: "model", exact: true }).click();
  await region(page, "Inspector").getByRole("button", { name: "Send" }).waitFor();
  await assertAccessible(page);
});
