// node worker.mjs SITE HUB LOAD: runs the worker of a site, made to count,
// and does with it what page and learner do in the lesson. Prints the
// functions that ran, by index.

import { LESSON, LOAD, count, empty, entered, file, missing, stage, tell } from "./site.mjs";

const DEFERRED = "deferred.wasm";

let exports;
// What is called instead of the next function that never ran before.
let instead = null;
let heard = () => {};

count((index) => {
  if (entered.has(index)) {
    return;
  }
  if (instead) {
    const first = instead;
    instead = null;
    first();
  }
  entered.add(index);
});
// Every digest of every state that was told, whole or as what differs.
const digests = new Set();
// How the last command ended.
let code = 0;
stage((told) => {
  code = told.finished?.[0] ?? code;
  const state = told.state ?? told.changed;
  for (const digest of state ? JSON.stringify(state).match(/sha256:[0-9a-f]{64}/g) ?? [] : []) {
    digests.add(digest);
  }
  heard(structuredClone(told));
});
empty.add(DEFERRED);
missing.add(DEFERRED);

// Resolves to the first tell of a kind after `work` was begun; nothing may be refused but what is expected to be.
function until(kind, work, what) {
  return new Promise((resolve, reject) => {
    heard = (tell) => {
      const told = typeof tell === "string" ? tell : Object.keys(tell)[0];
      if (told === kind) {
        resolve(tell[kind]);
      } else if (told === "refused" || told === "notRestored") {
        reject(new Error(`${what}: ${tell[told]}`));
      }
    };
    work();
  });
}

const ask = (question, kind) =>
  until(kind, () => onmessage({ data: structuredClone(question) }), JSON.stringify(question));

const line = (text) => ask({ line: { machine: null, line: text } }, "saved");

// The same with the deferred part out of reach: the first function that the
// lesson does not run asks for it, and what asked for that is left half-done.
async function without(question, kind) {
  instead = exports[LOAD];
  await ask(question, kind);
  if (instead) {
    throw new Error(`${JSON.stringify(question)} needs no more than the lesson does`);
  }
}

async function start() {
  await until("ready", () => importScripts("./worker-boot.js"), "the start");
  // What is there already is only handed out.
  exports = await wasm_bindgen();
  await ask({ open: { lesson: LESSON, language: "en", saved: null } }, "saved");
}

// Every step, every answer, every moment; back and forth.
async function lesson() {
  const { steps, quiz, moments } = JSON.parse(file(`./lessons/${LESSON}/lesson.en.json`));
  let saved;
  for (const _ of steps) {
    saved = await ask("next", "saved");
    if (code !== 0) {
      throw new Error(`a step of the lesson ends with ${code}`);
    }
  }
  for (const [at, { asked, given }] of quiz.entries()) {
    for (const [choice, { attempt }] of asked.Choose.entries()) {
      await ask({ answer: [`quiz-${at + 1}`, { choice }] }, "verdict");
    }
  }
  for (const move of ["undo", "undo", "redo", { jump: { position: 0 } }, { jump: { position: steps.length } }]) {
    await ask(move, "saved");
  }
  await ask({ open: { lesson: LESSON, language: "en", saved } }, "saved");
}

// What one types first when the lesson is read: its own words, wrongly spelt too, and those of a shell.
const PROMPT = ["docker images", "dokcer images", "ls", "cat Dockerfile", "cat nosuch", ""];

async function around() {
  await ask({ jump: { position: 3 } }, "saved");
  for (const digest of digests) {
    await ask({ inspect: { digest } }, "inspected");
  }
  for (const text of PROMPT) {
    await line(text);
  }
  for (const typed of ["doc", "docker pu", "cat Do"]) {
    await ask({ complete: { line: typed } }, "completed");
  }
  const path = "/home/learner/mlmodel/Dockerfile";
  await ask({ readFile: { machine: "laptop", path } }, "file");
  await ask("reset", "saved");
}

// What there is to do when the deferred part is needed and is out of reach, or comes.
async function loading() {
  await ask("next", "saved");
  await without({ line: { machine: null, line: "docker buildx du" } }, "finished");
  await without({ export: { machine: "laptop", reference: "mlmodel:1.0" } }, "refused");
  missing.clear();
  exports[LOAD]();
}

await start();
await lesson();
await around();
await loading();
tell();
