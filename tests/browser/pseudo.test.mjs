// A language comes with its file and no code: one that nobody speaks, longer than English
// and from right to left, leaves no English on the page and breaks none of it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertAccessible, open } from "./harness.mjs";
import { lesson, lines, said } from "./pseudo.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const ASSETS = readdirSync(DIST).find((name) => name.startsWith("assets-"));
const english = (path) => readFileSync(DIST + path.replace(/\.he\.(?=\w+$)/, ".en."), "utf8");

// The site with that language, called Hebrew because that is written from right to left.
function foreign(path, bytes) {
  if (path === "index.html") {
    return bytes.toString().replace('data-languages="en"', 'data-languages="en he"');
  }
  if (path === `${ASSETS}/words.he.txt`) {
    return lines(english(path));
  }
  return path.endsWith(".he.json") ? lesson(english(path)) : bytes;
}

// What is not the page's own to say: what is typed, docker's words and names, marked as such;
// and what the engine tells of a lab, which is English whatever the page speaks.
const NOT_OURS = "[translate=no], code, kbd, pre, .chip .word, .requests .why";
const ENGINE = ".process td, .tracker :is(th, td), .inspector :is(h2, p), .transcript";
const COUNTED = ["bytes", "sent", "received", "requests"];
// Names of the lab, and docker's of its verbs.
const NAMES = ["laptop", "prod", "main", "build", "tag", "push", "pull", "run"];

// The English that is to be read or heard on the page, each text with what says it.
const leftOver = (page) =>
  page.evaluate(
    ([others, names]) => {
      const found = [];
      const word = /(?<![\w./:@-])[A-Za-z]*[a-z]{3,}[A-Za-z]*(?![\w./:@=-])/g;
      const judge = (element, text) => {
        // A line that is typed may end a label.
        const said = text.replace(/\b(docker|wire|registry) .*$/s, "");
        const words = [...said.matchAll(word)].map(([one]) => one).filter((one) => !names.includes(one));
        if (words.length > 0 && !element.closest(others)) {
          found.push(`${element.tagName}.${element.className}: ${text.trim().slice(0, 90)}`);
        }
      };
      for (const element of document.body.querySelectorAll("*")) {
        ["aria-label", "aria-description", "title", "placeholder", "alt", "data-label"].forEach((name) => judge(element, element.getAttribute(name) ?? ""));
        [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).forEach((node) => judge(element, node.data));
      }
      return [...new Set(found)];
    },
    [`${NOT_OURS}, ${ENGINE}`, [...NAMES, ...COUNTED]],
  );

// What is cut off: the page is wider than its window, or a text than the button or heading it
// is in, unless three dots say so.
const cut = (page) =>
  page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    const texts = [...document.querySelectorAll("button, h1, h2, h3, th, label, .eyebrow, .empty, .box")].filter((element) => element.checkVisibility());
    const hidden = (element) => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      const isShown = textOverflow === "ellipsis" || (overflowX === "visible" && !element.matches(".box"));
      return element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && !isShown;
    };
    return [...wide, ...texts.filter((element) => hidden(element) && !element.closest(".unseen")).map((element) => element.outerHTML.slice(0, 120))];
  });

// The places that are gone to, one after the other; each acts on the page as the one before left it.
const button = (page, name) => page.getByRole("button", { name: said(name) });
const PLACES = {
  start: async () => {},
  step: async (page) => {
    await button(page, "Run step").first().click();
    await page.locator('[role=slider][aria-valuenow="1"]').waitFor();
  },
  pushed: async (page) => {
    for (const at of [2, 3]) {
      await button(page, "Run step").first().click();
      await page.locator(`[role=slider][aria-valuenow="${at}"]`).waitFor();
    }
  },
  menu: (page) => page.locator(".menu > .tool").click(),
  palette: async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.locator("#palette").waitFor();
  },
  branches: async (page) => {
    await page.keyboard.press("Escape");
    await button(page, "Branches and bookmarks").click();
  },
};

async function judged(page, where, problems) {
  const told = [...(await leftOver(page)), ...(await cut(page)).map((text) => `cut: ${text}`)];
  problems.push(...told.map((text) => `${where}: ${text}`));
}

const opened = async (t, size) => {
  const page = await open(t, { change: foreign, file: "?lang=he", size });
  await page.getByRole("slider").waitFor();
  return page;
};

test("nothing is left of English, and nothing is cut off", async (t) => {
  const page = await opened(t, "desktop");
  const problems = [];
  for (const [name, act] of Object.entries(PLACES)) {
    await act(page);
    await judged(page, name, problems);
  }
  await button(page, "Branches and bookmarks").click();
  for (const tab of await page.locator(".tables [role=tab]").all()) {
    await tab.click();
    await judged(page, await tab.innerText(), problems);
  }
  for (const tab of await page.locator(".modes [role=tab]").all()) {
    await tab.click();
    await page.locator(".lesson h2, .flow").first().waitFor();
    await judged(page, await tab.innerText(), problems);
  }
  assert.deepEqual([...new Set(problems)], []);
  await assertAccessible(page);
});

for (const size of ["tablet", "phone"]) {
  test(`longer texts from right to left have room: ${size}`, async (t) => {
    const page = await opened(t, size);
    const problems = [];
    const regions = page.locator("nav.regions button");
    for (const region of await regions.all()) {
      if (await region.isVisible()) {
        await region.click();
        problems.push(...(await cut(page)).map((text) => `${text} in ${size}`));
      }
    }
    assert.deepEqual(problems, []);
    await assertAccessible(page);
  });
}
