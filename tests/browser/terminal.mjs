// The terminal: lines go in, articles with output and exit status come out.

import { isIdle } from "./player.mjs";

export const region = (page) => page.getByRole("region", { name: "Terminal", exact: true });
export const prompt = (page) => region(page).getByRole("textbox");
export const articles = (page) => page.getByRole("log").getByRole("article");

// Types a line as a learner does, waits for its end and resolves to what it
// printed, how it ended, and our advice.
export async function run(page, line) {
  const at = await articles(page).count();
  await prompt(page).fill(line);
  await prompt(page).press("Enter");
  return result(page, at);
}

// The article with this number, once its command has ended.
export async function result(page, at) {
  const article = articles(page).nth(at);
  const status = article.getByText(/^(succeeded|interrupted, .*|failed, exit status \d+)$/);
  await status.waitFor({ state: "attached" });
  await isIdle(page);
  const advice = article.getByRole("paragraph").filter({ hasText: /^Hint / });
  return {
    title: await article.getByRole("heading").innerText(),
    lines: await article.locator(".output .line").allInnerTexts(),
    status: await status.textContent(),
    hint: (await advice.count()) ? await advice.innerText() : null,
  };
}
