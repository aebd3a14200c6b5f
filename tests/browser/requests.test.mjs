// The requests: sifted, as a sequence and as a table that say the same, with
// their bodies, and one sent once more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SIZES, assertAccessible, open } from "./harness.mjs";
import { stepTo } from "./player.mjs";
import { inspector, region } from "./regions.mjs";
import { pick } from "./tables.mjs";
import { run } from "./terminal.mjs";

const panel = (page) => page.getByRole("tabpanel");
const rows = (page) => panel(page).getByRole("table", { name: "Requests up to here" }).locator("tbody tr");
const messages = (page) => panel(page).getByRole("group", { name: "Sequence of requests" }).getByRole("link");

// Opens the table of requests.
async function requests(page) {
  const tables = page.getByRole("navigation", { name: "Regions" }).getByRole("button", { name: "Tables", exact: true });
  if (await tables.isVisible()) {
    await tables.click();
  }
  await pick(page, /^Requests/);
}

const filter = (page, group, name) => panel(page).getByRole("group", { name: group }).getByRole("button", { name, exact: true });

test("requests are sifted, and the sequence says what the table says", async (t) => {
  const page = await open(t);
  await stepTo(page, 4);
  await requests(page);
  const all = await rows(page).count();
  await filter(page, "Registry", "registry.example.com").click();
  await filter(page, "Method", "HEAD").click();
  const heads = await rows(page).count();
  assert.ok(heads > 0 && heads < all, `${heads} of ${all}`);
  await filter(page, "Answer", "4xx").click();
  const refused = await rows(page).count();
  assert.ok(refused > 0 && refused < heads);
  await panel(page).getByRole("button", { name: "Sequence" }).click();
  assert.equal(await messages(page).count(), refused);
  await filter(page, "Answer", "4xx").click();
  assert.equal(await messages(page).count(), heads);
  await filter(page, "Method", "HEAD").click();
  await filter(page, "Registry", "registry.example.com").click();
  assert.equal(await messages(page).count(), all);
  await panel(page).getByRole("searchbox", { name: "Words in a request" }).fill("uploads location");
  const opened = await messages(page).count();
  assert.ok(opened > 0 && opened < all);
  await panel(page).getByRole("searchbox", { name: "Words in a request" }).fill("nothing like that");
  await panel(page).getByText("No request is like that.").waitFor();
});

test("a request is sent once more, and both answers stand side by side", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await requests(page);
  await filter(page, "Method", "HEAD").click();
  await panel(page).getByRole("button", { name: "Sequence" }).click();
  await messages(page).filter({ hasText: /^.*blobs.*404$/ }).first().click();
  await inspector(page).getByRole("button", { name: "Send HEAD again" }).click();
  const answers = inspector(page).getByRole("table", { name: "The answer then, and now" });
  const status = answers.getByRole("row", { name: /^status/ });
  await status.waitFor();
  assert.deepEqual(await status.getByRole("cell").allTextContents(), ["404", "200"]);
});

test("what an answer says stands below its headers", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  const refused = await run(page, "docker pull registry.example.com/mlproject/nosuch:1");
  assert.match(refused.status, /^failed/);
  await run(page, "registry fault add registry.example.com status=500 --times 2 --method PUT --on manifests");
  await run(page, "docker tag mlmodel:1.0 registry.example.com/mlproject/mlmodel:2");
  await run(page, "docker push registry.example.com/mlproject/mlmodel:2");
  await requests(page);
  await filter(page, "Answer", "5xx").click();
  await rows(page).getByRole("button").last().click();
  await inspector(page).locator("pre.document").filter({ hasText: '"errors"' }).waitFor();
});

test("the tables can have the room of all that stands in the middle", async (t) => {
  const page = await open(t);
  await stepTo(page, 3);
  await requests(page);
  const large = page.getByRole("button", { name: "Large tables" });
  const before = (await panel(page).boundingBox()).height;
  await large.click();
  assert.equal(await region(page, "Stage").isVisible(), false);
  assert.ok((await panel(page).boundingBox()).height > 2 * before);
  await large.click();
  await region(page, "Stage").waitFor();
});

for (const size of Object.keys(SIZES)) {
  for (const scheme of ["light", "dark"]) {
    test(`axe-core finds nothing in the requests: ${size}, ${scheme}`, async (t) => {
      const page = await open(t, { size, scheme, reducedMotion: "reduce" });
      await stepTo(page, 3);
      await requests(page);
      await assertAccessible(page);
      await panel(page).getByRole("button", { name: "Sequence" }).click();
      await messages(page).last().click();
      await inspector(page).getByRole("button", { name: /^Send .* again$/ }).click();
      await inspector(page).getByRole("table", { name: "The answer then, and now" }).waitFor();
      await assertAccessible(page);
      const { inner, scroll } = await page.evaluate(() => ({
        inner: document.documentElement.clientWidth,
        scroll: document.documentElement.scrollWidth,
      }));
      assert.ok(scroll <= inner, `${scroll} px in a window of ${inner}`);
    });
  }
}
