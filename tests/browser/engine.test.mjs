// Programs run on the browser's own engine, and nobody can tell: the same lines
// give the same states, prints and logs where only the interpreter is at hand.
// The worker is driven without the page, by the lines of the transcripts that
// judge the native one.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { open } from "./harness.mjs";

const LESSON = "container-registries-for-ml";
const TRANSCRIPTS = ["containers", "running", "toolbox", "building"];
// How a browser without it starts its worker.
const UNABLE = "delete WebAssembly.Suspending; delete WebAssembly.promising;";
// Has the worker say how often a program went on on its engine.
const COUNTING = `
{
  const { Lent } = drydock_engine;
  let count = 0;
  drydock_engine.Lent = class extends Lent {
    resume(answer) {
      postMessage({ resumed: ++count });
      return super.resume(answer);
    }
  };
}`;

for (const name of TRANSCRIPTS) {
  test(`what ${name}.md has programs do, they do on the browser's engine`, async (t) => {
    const chapters = await read(name);
    const lent = await told(t, (path, bytes) => (path.endsWith("/engine.js") ? bytes + COUNTING : bytes), chapters);
    const interpreted = await told(t, (path, bytes) => (path.endsWith("/worker-boot.js") ? UNABLE + bytes : bytes), chapters);
    assert.ok(lent.resumed > 0, "no program ran on the engine");
    assert.equal(interpreted.resumed, 0);
    for (const [at, line] of lent.lines.entries()) {
      assert.deepEqual(line, interpreted.lines[at]);
    }
    assert.equal(lent.lines.length, interpreted.lines.length);
  });
}

// The chapters of a transcript: what is done in a fresh lab, in its order. Somebody who types to a program
// does so in real time, and logs differ: such lines, and what follows them, are left to the native tests.
async function read(name) {
  const text = await readFile(new URL(`../transcripts/${name}.md`, import.meta.url), "utf8");
  return text.split(/^## /m).slice(1).map((chapter) => {
    const done = [];
    for (const [, info, block] of chapter.matchAll(/^\`\`\`(.*)\n([^]*?)^\`\`\`/gm)) {
      const [kind, path, steps] = info.split(" ");
      if (kind === "file") {
        done.push({ path, text: block });
      } else if (kind === "console") {
        done.push(...Array(Number(steps ?? 0)).fill({ step: true }));
        done.push(...block.split("\n").filter((line) => /^(laptop|prod):\S* \$ |^typed: /.test(line)).map((line) => ({ line })));
      } else if (kind === "hub") {
        break;
      }
    }
    const end = done.findIndex(({ line }, at) => line?.startsWith("typed: ") || done[at + 1]?.line?.startsWith("typed: "));
    return end < 0 ? done : done.slice(0, end);
  });
}

// All that is told of these chapters, but for whole states: their saved text is enough, for it brings them back.
async function told(t, change, chapters) {
  const page = await open(t, { change });
  const boot = await page.evaluate(() => String(new URL("worker-boot.js", new URL(document.documentElement.dataset.assets, document.baseURI))));
  return page.evaluate(work, { boot, chapters, lesson: LESSON });
}

// In the page: a worker of its own.
async function work({ boot, chapters, lesson }) {
  const worker = new Worker(boot);
  let heard = () => {};
  let resumed = 0;
  let told = [];
  const answered = (end) =>
    new Promise((resolve, reject) => {
      heard = (tell) => {
        const kind = typeof tell === "string" ? tell : Object.keys(tell)[0];
        if (kind === "resumed") {
          resumed = tell.resumed;
        } else if (kind === "notRestored") {
          reject(new Error(JSON.stringify(tell)));
        } else if (!["state", "changed", "loading", "loaded"].includes(kind)) {
          told.push(tell);
        }
        if (kind === end || kind === "refused") {
          resolve(tell);
        }
      };
      worker.onerror = (event) => reject(new Error(event.message));
    });
  worker.onmessage = ({ data }) => heard(data);
  await answered("ready");
  const lines = [];
  const ask = async (question, end) => {
    told = [];
    const done = answered(end);
    worker.postMessage(question);
    await done;
  };
  for (const chapter of chapters) {
    await ask({ open: { lesson, language: "en", saved: null } }, "saved");
    let machine = "laptop";
    for (const { line, path, step, text } of chapter) {
      if (step) {
        await ask("next", "saved");
        continue;
      }
      if (path) {
        await ask({ writeFile: { machine, path, text } }, "saved");
        continue;
      }
      const [prompt, typed] = line.split(" $ ");
      machine = prompt.split(":")[0];
      await ask({ line: { machine: null, line: typed } }, "saved");
      lines.push({ line: typed, told });
    }
  }
  worker.terminate();
  return { lines, resumed };
}
