// What the tests share: a shop, people in browsers of their own, and the watch over all of them.
import { test as base, expect } from "@playwright/test";
import { ADMIN, Panel, SHOP } from "./panel.mjs";
import { Watch } from "./watch.mjs";

export { expect, ADMIN };

export const test = base.extend({
  /** A shop with everything set up, shared by the tests of a worker. */
  shop: [
    async ({}, use) => {
      const panel = await Panel.start({ env: SHOP });
      await use(panel);
      await panel.stop();
    },
    { scope: "worker" },
  ],
  /** `watch.announce(402, "/api/orders")`: the test provokes it. */
  watch: async ({}, use) => {
    const watch = new Watch();
    await use(watch);
    expect(watch.verdict(), "what no page may do").toEqual([]);
  },
  /** `open({ mode: "demo" })`: a panel of the test's own. It ends after the browsers, which would miss it. */
  open: async ({}, use) => {
    const opened = [];
    await use(async (how) => {
      const panel = await Panel.start(how);
      opened.push(panel);
      return panel;
    });
    for (const panel of opened) await panel.stop();
  },
  context: async ({ context, watch, open: _ }, use) => {
    await watch.over(context);
    await use(context);
    await context.close();
  },
  /** `newPage(wishes)`: of somebody else, in a browser of its own. */
  newPage: async ({ browser, watch, open: _ }, use) => {
    const opened = [];
    await use(async (wishes = {}) => {
      const context = await browser.newContext({ locale: "vi-VN", ...wishes });
      opened.push(context);
      await watch.over(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
});

/** Logs in through the page. */
export async function logIn(page, base, { login, password }, path = "/login") {
  await page.goto(base + path);
  await page.getByLabel("Tên đăng nhập hoặc e-mail").fill(login);
  await page.getByLabel("Mật khẩu", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await page.getByRole("button", { name: "Đăng xuất" }).first().waitFor({ state: "attached" });
}

/** Logs in without the page, for tests about something else. */
export async function enter(page, base, { login, password }) {
  const answer = await page.request.post(`${base}/api/auth/login`, { data: { login, password } });
  expect(answer.ok()).toBe(true);
}

/** Answers the question for the password, which has to come. A code is given where there is a second factor. */
export async function confirm(page, t, { password }, code) {
  const question = page.getByRole("dialog", { name: t("proof.title") });
  await question.getByLabel(t("login.password"), { exact: true }).fill(password);
  if (code) await question.getByLabel(t("factor.code"), { exact: true }).fill(code);
  await question.getByRole("button", { name: t("proof.go_on") }).click();
  await question.waitFor({ state: "detached" });
}

/** The day so many days from today in Vietnam, as a field of a form has it. */
export const daysAhead = (days) => new Date(Date.now() + (days * 24 + 7) * 3_600_000).toISOString().slice(0, 10);

/** Chooses a service in the order form. */
export async function choose(page, text, label = "Dịch vụ") {
  await page.getByRole("combobox", { name: label }).fill(text);
  await page.getByRole("listbox").getByRole("option").first().click();
}

/** Opens the menu of what a list of the desk can be narrowed to. */
export const narrow = (page, name = "Lọc") => page.getByRole("button", { name, exact: true }).click();

/** Unfolds the parts of the settings, of which a phone shows the titles. */
export async function unfold(page) {
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  const folded = page.locator("details.fold:not([open]) > summary");
  while (await folded.count()) await folded.first().click();
}

/** Where a row of the desk has its buttons: in itself, on a phone in the panel that its card opens. */
export async function buttonsOf(row) {
  await row.waitFor();
  const card = row.locator(".card-open");
  if (!(await card.count())) return row;
  const side = row.page().locator(".desk-side");
  if (!(await side.isVisible())) await card.click();
  return side;
}
