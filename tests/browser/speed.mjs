// node tests/browser/speed.mjs: how long the page takes to show a key, a step, an undo and
// a jump, in an empty lab and in a full one (200 images, 5,000 blobs, 20,000 requests).
// It prints p50 and p95 of each and the ratio of the two, and judges nothing. A fair
// answer takes an optimised site: `cargo xtask build`.

import { launch } from "./chromium.mjs";
import { editor, writeFile } from "./files.mjs";
import { openAt } from "./page.mjs";
import { button, isIdle, press, slider } from "./player.mjs";
import { serve } from "./server.mjs";
import { prompt, run } from "./terminal.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 40);
const IMAGES = 200;
const LAYERS = 24;
// Each line builds and pushes so many, and pushes some of them once more under another name.
const A_LINE = 5;

// Every image has layers of its own: a folder with its number in its name each.
const DOCKERFILE = ["FROM scratch", "ARG N", ...Array.from({ length: LAYERS }, (_, at) => `WORKDIR /n$N-${at}`), ""].join("\n");

function line(first) {
  const numbers = Array.from({ length: A_LINE }, (_, at) => first + at);
  return numbers
    .flatMap((number) => [
      `docker build -q --build-arg N=${number} -t registry.example.com/full/i:${number} .`,
      `docker push -q registry.example.com/full/i:${number}`,
      `docker tag registry.example.com/full/i:${number} registry.example.com/full/again:${number}`,
      `docker push -q registry.example.com/full/again:${number}`,
    ])
    .join(" && ");
}

// Fills a lab by what is really run in it, a line at a time.
async function fill(page) {
  await writeFile(page, "Dockerfile", DOCKERFILE);
  page.setDefaultTimeout(120_000);
  for (let first = 1; first <= IMAGES; first += A_LINE) {
    const { status, lines } = await run(page, line(first));
    if (status !== "succeeded") {
      throw new Error(`${status}: ${lines.at(-1)}`);
    }
    process.stderr.write(`\r${first + A_LINE - 1} of ${IMAGES} images`);
  }
  process.stderr.write("\n");
}

// What the lab holds, as the page says it.
const counts = (page) =>
  page.evaluate(() => Object.fromEntries(
    [...document.querySelectorAll("[role=tab] .count")].map((count) => [count.parentElement.id, count.textContent]),
  ));

// Keeps when the page last asked its worker, and when it was told where the lab stands.
function watchWorker() {
  const Own = globalThis.Worker;
  globalThis.asked = globalThis.told = 0;
  globalThis.Worker = class extends Own {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (data.state || data.changed) {
          globalThis.told = performance.now();
        }
      });
    }
    postMessage(...given) {
      // What the page looks at after a change is no change of its own.
      if (!given[0]?.readFile && !given[0]?.inspect && !given[0]?.foresee) {
        globalThis.asked = performance.now();
      }
      super.postMessage(...given);
    }
  };
}

// The milliseconds the page's own thread was at work since `before`.
async function work(session, before = 0) {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value * 1000 - before;
}

// Two frames: what was to be painted is painted then.
const painted = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// Does something again and again; what the page's thread worked for each, and what the worker took.
async function measure(page, act, rounds = ROUNDS) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await painted(page);
  const idle = await work(session);
  await painted(page);
  const own = await work(session, idle);
  const times = { page: [], worker: [], whole: [] };
  for (let round = 0; round < rounds; round += 1) {
    const before = await work(session);
    const whole = await act(round);
    await painted(page);
    times.page.push(Math.max(0, (await work(session, before)) - own));
    const [asked, told] = await page.evaluate(() => [globalThis.asked, globalThis.told]);
    times.worker.push(Math.max(0, told - asked));
    times.whole.push(whole ?? 0);
  }
  return times;
}

// Clicks and resolves to the milliseconds until the player stands somewhere else and that is laid out. A click that
// finds the page busy does nothing, so it is made once that is over.
const moved = (page, name) =>
  page.evaluate((label) => {
    const slider = document.querySelector("[role=slider]");
    const terminal = document.getElementById("prompt").closest("section");
    const before = slider.ariaValueNow;
    return new Promise((done) => {
      let began;
      const click = () => {
        if (terminal.ariaBusy === "true") {
          requestAnimationFrame(click);
          return;
        }
        began = performance.now();
        document.querySelector(`.player [aria-label="${label}"]`).click();
      };
      new MutationObserver((_, observer) => {
        if (slider.ariaValueNow !== before) {
          observer.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done(performance.now() - began);
            port2.postMessage(null);
          });
        }
      }).observe(slider, { attributes: true });
      click();
    });
  }, name);

// Types a line at the prompt; once that is shown, sends it and waits, in the page itself, until it stands there as done
// and is laid out: no line is typed twice.
const typed = (page, text) =>
  page.evaluate((line) => {
    const input = document.getElementById("prompt");
    const terminal = input.closest("section");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, line);
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return new Promise((done) => {
      let began;
      new MutationObserver((_, observer) => {
        const last = [...terminal.querySelectorAll("[role=log] article")].at(-1);
        if (last?.textContent.includes(line) && terminal.ariaBusy === "false") {
          observer.disconnect();
          terminal.getBoundingClientRect();
          done(performance.now() - began);
        }
      }).observe(terminal, { attributes: true, childList: true, characterData: true, subtree: true });
      requestAnimationFrame(() => setTimeout(() => {
        began = performance.now();
        input.form.requestSubmit();
      }));
    });
  }, text);

async function all(page) {
  const moves = async (names) => measure(page, async (round) => {
    const took = await moved(page, names[round % names.length]);
    await isIdle(page);
    return took;
  });
  await prompt(page).focus();
  const keystroke = await measure(page, () => page.keyboard.insertText("x"));
  await prompt(page).fill("");
  const file = editor(page, "Dockerfile");
  await file.focus();
  const edit = await measure(page, () => page.keyboard.insertText("#"));
  await page.getByRole("button", { name: "Discard changes" }).click();
  const step = await measure(page, (round) => typed(page, `touch step${round}.`));
  const undo = await moves(["Undo", "Redo"]);
  const jump = await moves(["First", "Last"]);
  return { keystroke, edit, step, undo, jump };
}

function quantile(times, part) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

const site = await serve();
const browser = await launch();
const opened = () => openAt(browser, site.url, { size: "desktop", scheme: "light", before: watchWorker });
const measured = [];
for (const full of [false, true]) {
  const page = await opened();
  await slider(page).waitFor();
  // The lesson first: else *Last* would run what is still to come of it.
  const end = Number(await slider(page).getAttribute("aria-valuemax"));
  await press(page, "Last", end);
  if (full) {
    await fill(page);
  }
  await button(page, "Last").isVisible();
  console.log(full ? "a full lab" : "an empty lab", await counts(page));
  measured.push(await all(page));
  await page.context().close();
}
const [empty, full] = measured;
const millis = (value) => value.toFixed(1).padStart(7);
for (const what of Object.keys(empty)) {
  for (const [who, label] of [["page", "the page's thread"], ["worker", "the worker"], ["whole", "until it is seen"]]) {
    const [before, now] = [empty[what][who], full[what][who]];
    if (now.every((value) => value === 0) || (who === "worker" && (what === "keystroke" || what === "edit"))) {
      continue;
    }
    const ratio = quantile(now, 0.5) / Math.max(0.1, quantile(before, 0.5));
    console.log(
      `${what.padEnd(10)} ${label.padEnd(18)} p50 ${millis(quantile(now, 0.5))} ms  p95 ${millis(quantile(now, 0.95))} ms` +
        `  empty p50 ${millis(quantile(before, 0.5))} ms  full : empty ${ratio.toFixed(1)} : 1`,
    );
  }
}
await browser.close();
await site.close();
