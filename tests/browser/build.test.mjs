// Builds that do more than copy: programs that run in them, a build that is
// ended, a Dockerfile that is only checked, and what is listed afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { writeFile } from "./files.mjs";
import { open } from "./harness.mjs";
import { FOREVER, hubWith } from "./hub.mjs";
import { articles, prompt, result, run } from "./terminal.mjs";

test("RUN executes the program of the base image, and what it says is in the progress", async (t) => {
  const page = await open(t);
  await writeFile(
    page,
    "Dockerfile",
    'FROM mlserve:1\nWORKDIR /app\nCOPY model.safetensors sample.json ./\nRUN ["predict", "sample.json"]\n',
  );
  const built = await run(page, "docker build --progress plain -t ran:1 .");
  assert.equal(built.status, "succeeded", built.lines.join("\n"));
  const said = built.lines.filter((line) => /^#\d+ \d+\.\d+ /.test(line)).join("\n");
  assert.match(said, /sample\.json/, built.lines.join("\n"));
  const again = await run(page, "docker build --progress plain -t ran:2 .");
  assert.equal(again.lines.filter((line) => /^#\d+ CACHED$/.test(line)).length, 4, again.lines.join("\n"));
});

test("a program that fails ends the build with the line of the Dockerfile", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", 'FROM mlserve:1\nRUN ["predict", "nosuch.json"]\n');
  const { lines, status } = await run(page, "docker build -t broken .");
  assert.equal(status, "failed, exit status 1");
  assert.ok(lines.some((line) => line.includes('>>> RUN ["predict", "nosuch.json"]')), lines.join("\n"));
  assert.deepEqual((await run(page, "docker images -q broken")).lines, []);
});

test("control C ends a build whose program never would", async (t) => {
  const change = await hubWith(t, FOREVER);
  const page = await open(t, { change });
  await writeFile(page, "Dockerfile", 'FROM mlserve:1\nRUN ["/bin/program"]\n');
  await prompt(page).fill("docker build -t forever .");
  await prompt(page).press("Enter");
  await articles(page).first().getByText('RUN ["/bin/program"]').first().waitFor();
  await page.getByRole("tab", { name: "Images" }).click();
  await prompt(page).press("Control+c");
  const { status, lines } = await result(page, 0);
  assert.equal(status, "interrupted, exit status 130");
  assert.match(lines.join("\n"), /ERROR: failed to (build|solve): .*context canceled/);
  assert.deepEqual((await run(page, "docker images -q")).lines, []);
});

test("a Dockerfile is checked without building it", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", "from scratch AS Base\nMAINTAINER me\nENV a b\n");
  const { lines, status } = await run(page, "docker build --check .");
  assert.equal(status, "failed, exit status 1");
  for (const rule of ["MaintainerDeprecated", "LegacyKeyValueFormat", "StageNameCasing"]) {
    assert.ok(lines.some((line) => line.includes(`WARNING: ${rule}`)), `${rule} is not in\n${lines.join("\n")}`);
  }
});

test("what was built is listed, told in a template and pruned", async (t) => {
  const page = await open(t);
  await run(page, "docker build -q -t mine:1 .");
  const told = await run(page, "docker images --format '{{.Repository}}:{{.Tag}}'");
  assert.deepEqual(told.lines, ["mine:1"]);
  const history = await run(page, "docker history --format '{{.CreatedBy}}' mine:1");
  assert.match(history.lines.join("\n"), /COPY/);
  const disk = await run(page, "docker system df");
  assert.match(disk.lines.join("\n"), /^Images\s+1\s/m);
  const pruned = await run(page, "docker builder prune -f");
  assert.match(pruned.lines.join("\n"), /^Total:\s/m);
});
