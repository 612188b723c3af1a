// Pages that watch themselves: an error in the console, a breach of the Content-Security-Policy, a request to another
// host or an answer that the test did not announce fails the test.
import { test as base, expect } from "@playwright/test";
import { ADMIN, Panel, SHOP } from "./panel.mjs";

export { expect, ADMIN };

/** @param {import("@playwright/test").Page} page @param {Set<number>} allowed statuses that the test provokes */
function watch(page, allowed) {
  /** @type {string[]} */
  const seen = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // The browser's own line about an answer that is judged below.
    if (message.text().startsWith("Failed to load resource")) return;
    seen.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.push(`script: ${error.stack}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.hostname !== "127.0.0.1" && url.protocol.startsWith("http")) seen.push(`foreign host: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !allowed.has(response.status()))
      seen.push(`${response.status()}: ${response.url()}`);
  });
  return seen;
}

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
  /** `statuses.add(402)`: the test provokes it. */
  statuses: async ({}, use) => use(new Set()),
  page: async ({ page, statuses }, use) => {
    const seen = watch(page, statuses);
    await use(page);
    expect(seen, "what the page must not do").toEqual([]);
  },
});

/** Logs in through the page. */
export async function logIn(page, base, { login, password }, path = "/") {
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

/** Chooses a service in the order form. */
export async function choose(page, text) {
  await page.getByRole("combobox", { name: "Dịch vụ" }).fill(text);
  await page.getByRole("listbox").getByRole("option").first().click();
}
