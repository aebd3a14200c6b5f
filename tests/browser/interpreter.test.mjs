// The interpreter is fetched by the first run, and by nothing before it. When
// it does not come, docker says so, nothing has changed, and the next run asks
// again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "./downloads.mjs";
import { open, started } from "./harness.mjs";
import { run } from "./terminal.mjs";

for (const missing of ["runtime_bg.wasm", "runtime.js"]) {
  test(`without ${missing} a run fails with docker's words, and the next one works`, async (t) => {
    const asked = [];
    let gone = true;
    const change = (path, bytes) => {
      if (path.includes("runtime")) {
        asked.push(path);
      }
      return gone && path.endsWith(missing) ? null : bytes;
    };
    const page = await open(t, { change, expected: ["Failed to load", "404"] });
    await run(page, "docker build -t m:1 .");
    assert.deepEqual(asked, [], "a build needs no interpreter");

    const before = await trace(page);
    const failed = await run(page, "docker run m:1");
    assert.equal(failed.status, "failed, exit status 125");
    assert.equal(await trace(page), before);

    gone = false;
    const again = await run(page, "docker run m:1");
    assert.equal(again.status, "succeeded");
  });
}

test("a container in the background goes on line by line and is the same after a reload", async (t) => {
  const page = await open(t);
  await run(page, "docker build -t m:1 .");
  assert.equal((await run(page, "docker run -d --name job m:1")).status, "succeeded");
  const listed = await run(page, "docker ps -a");
  assert.ok(listed.lines.some((line) => line.includes("Exited (0)")), listed.lines.join("\n"));
  const logs = await run(page, "docker logs -n 4 job");
  assert.ok(logs.lines[0].startsWith("prediction: 7"), logs.lines.join("\n"));
  assert.equal((await run(page, "docker start job")).status, "succeeded");
  const before = await trace(page);
  await page.reload();
  await started(page);
  assert.equal(await trace(page), before);
  assert.deepEqual((await run(page, "docker wait job")).lines, ["0"]);
});
