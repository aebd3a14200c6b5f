// Bad input: docker's words, our hint apart from them, the state unchanged.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { editor, openFile, writeFile } from "./files.mjs";
import { open } from "./harness.mjs";
import { press, stepTo } from "./player.mjs";
import { table } from "./tables.mjs";
import { run } from "./terminal.mjs";

const NAME = "registry.example.com/mlproject/mlmodel";

// After the build of the lesson: a line, what docker says, the exit code, and what our hint is about.
const REFUSALS = [
  ["foo", ["sh: foo: not found"], 127, /`?help`? lists/],
  ["docker frobnicate", ["docker: unknown command: docker frobnicate", "", "Run 'docker --help' for more information"], 1, /docker help/],
  [
    `docker push ${NAME}:1.0`,
    [`The push refers to repository [${NAME}]`, `tag does not exist: ${NAME}:1.0`],
    1,
    /docker tag SOURCE/,
  ],
  [
    "docker tag mlmodel:1.0 Bad:Ref",
    ['error parsing reference: "Bad:Ref" is not a valid repository/tag: invalid reference format: repository name (library/Bad) must be lowercase'],
    1,
    null,
  ],
  [
    `docker pull ${NAME}:9.9`,
    [`Error response from daemon: failed to resolve reference "${NAME}:9.9": ${NAME}:9.9: not found`],
    1,
    /Was it pushed/,
  ],
  [
    "docker run nope:1",
    [
      "Unable to find image 'nope:1' locally",
      "docker: Error response from daemon: pull access denied for nope, repository does not exist or may require 'docker login'",
      "",
      "Run 'docker run --help' for more information",
    ],
    125,
    /Docker Hub/,
  ],
  ["cat missing.txt", ["cat: missing.txt: No such file or directory"], 1, null],
];

for (const [line, words, code, advice] of REFUSALS) {
  test(`${line}: refused in docker's words, nothing changed`, async (t) => {
    const page = await open(t);
    await stepTo(page, 1);
    const before = { trace: await trace(page), images: await table(page, "Images") };
    const { lines, status, hint } = await run(page, line);
    assert.deepEqual(lines, words);
    assert.equal(status, `failed, exit status ${code}`);
    if (advice) {
      assert.match(hint, advice);
    } else {
      assert.equal(hint, null);
    }
    assert.deepEqual({ trace: await trace(page), images: await table(page, "Images") }, before);
    await press(page, "Next", 2);
  });
}

test("a broken Dockerfile fails where it is broken, and undo heals it", async (t) => {
  const page = await open(t);
  await openFile(page, "Dockerfile");
  const whole = await editor(page, "Dockerfile").inputValue();
  await writeFile(page, "Dockerfile", "FROM mlserve:1\nCOPPY sample.json .\n");
  const before = await trace(page);
  const { lines, status } = await run(page, "docker build -t mlmodel:1.0 .");
  const excerpt = lines.slice(lines.indexOf("Dockerfile:2"));
  assert.deepEqual(excerpt.map((line) => line.trimEnd()), [
    "Dockerfile:2",
    "--------------------",
    "   1 |     FROM mlserve:1",
    "   2 | >>> COPPY sample.json .",
    "   3 |",
    "--------------------",
    "ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)",
  ]);
  assert.equal(status, "failed, exit status 1");
  assert.equal(await trace(page), before);
  await press(page, "Undo", 0);
  await page.waitForFunction((text) => document.querySelector("textarea").value === text, whole);
  assert.equal((await run(page, "docker build -t mlmodel:1.0 .")).status, "succeeded");
});

test("a file that .dockerignore leaves out is not found by COPY", async (t) => {
  const page = await open(t);
  await writeFile(page, "Dockerfile", "FROM mlserve:1\nCOPY notes.ipynb .\n");
  const { lines, status, hint } = await run(page, "docker build .");
  assert.match(lines.at(-1), /^ERROR: failed to build: failed to solve: .*"\/notes\.ipynb": not found$/);
  assert.equal(status, "failed, exit status 1");
  assert.match(hint, /\.dockerignore/);
  assert.equal((await table(page, "Images")).length, 0);
});
