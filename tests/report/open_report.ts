/** Opens a report in a browser and uses it: sorts, filters, follows a link. Prints JSON; a program of its own, for its permissions. */

import { chromium } from "playwright-core";

const [executablePath, page_url, screenshots] = Deno.args as [string, string, string?];
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({
  viewport: { width: 1200, height: 900 },
  colorScheme: "light",
});
const errors: string[] = [];
const requests: string[] = [];
page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
page.on("pageerror", (error) => errors.push(String(error)));
page.on("request", (request) => {
  if (!/^(file|data):/.test(request.url())) requests.push(request.url());
});
await page.goto(page_url);

const rows = page.locator("#all-rows tbody tr");
const visible = () => rows.filter({ visible: true }).count();
const rowCount = await visible();
const recalls = async () => {
  const heads = await page.locator("#all-rows thead th").allTextContents();
  const column = heads.indexOf("R@1");
  const texts = await page.locator(`#all-rows tbody tr > :nth-child(${column + 1})`)
    .allTextContents();
  return texts.map(Number);
};
const head = page.locator("#all-rows thead th", { hasText: /^R@1$/ });
await head.locator("button").focus();
await page.keyboard.press("Enter");
const ascending = { order: await head.getAttribute("aria-sort"), values: await recalls() };
await page.keyboard.press("Enter");
const descending = { order: await head.getAttribute("aria-sort"), values: await recalls() };
const filter = page.locator('input[data-table="all-rows"]');
await filter.fill("final proxy-an");
const filtered = {
  count: await visible(),
  status: await page.locator('[data-count="all-rows"]').textContent(),
};
await filter.fill("");
const cell = rows.first().locator("a").first();
const target = await cell.getAttribute("href");
await cell.click();
const isOpen = await page.locator(`[id="${target!.slice(1)}"]`).evaluate((node) =>
  (node as unknown as { open: boolean }).open
);
const dot = page.locator("#curves svg a").first();
await dot.focus();
const tip = await page.locator("#tip").textContent();
const unnamed = await page.locator("svg[role=img]:not([aria-label]), img:not([alt])").count();

if (screenshots) await page.goto(page_url);
if (screenshots) await page.screenshot({ path: `${screenshots}/light.png` });
await page.emulateMedia({ colorScheme: "dark" });
const dark = await page.evaluate("getComputedStyle(document.body).backgroundColor");
if (screenshots) {
  await page.locator("#curves").scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${screenshots}/dark.png` });
}
await page.setViewportSize({ width: 375, height: 800 });
const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
if (screenshots) {
  await page.emulateMedia({ colorScheme: "light" });
  await page.locator("#tables").scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${screenshots}/phone.png` });
  await page.setViewportSize({ width: 1200, height: 1400 });
  for (const id of ["curves", "selection", "sweeps", "networks", "sampler", "runs"]) {
    await page.evaluate(`const section = document.getElementById("${id}");
      const details = section.querySelector("details");
      if (details) details.open = true;
      section.scrollIntoView();`);
    await page.screenshot({ path: `${screenshots}/${id}.png` });
  }
}
await browser.close();
console.log(JSON.stringify({
  errors,
  requests,
  rowCount,
  ascending,
  descending,
  filtered,
  target,
  isOpen,
  tip,
  unnamed,
  dark,
  overflow,
}));
