// A shop after a month, on a phone: no page is a roll of paper, and what was left out is one touch away.
import { violations } from "./axe.mjs";
import { enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { small } from "./phone.mjs";
import { settled, tooWide } from "./typed.mjs";

const PHONES = [
  { name: "in Vietnamese", lang: "vi", size: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "in English, in the dark", lang: "en", size: { width: 390, height: 844 }, colorScheme: "dark" },
];
const OPERATOR = { login: "admin", password: "admin-password" };
const CUSTOMER = { login: "demo", password: "demo-password" };
/** About seven screens. */
const LONGEST = 6000;

const height = (page) => page.evaluate(() => document.documentElement.scrollHeight);

for (const look of PHONES) {
  test(`no page of a filled shop is a roll of paper, ${look.name}`, async ({ page, open, newPage }) => {
    test.setTimeout(240_000);
    const { t, count } = await seenAs(page, look, "admin");
    const demo = await open({ mode: "demo --filled" });
    await enter(page, demo.base, OPERATOR);
    const { items: services } = await demo.ask("GET", "/api/services");
    const pages = [
      ...["orders", "review", "services", "categories", "users", "users/3", "deposits", "bank", "tickets"],
      ...["announcements", "coupons", "ledger", "reports", "audit", "settings"],
    ];
    for (const path of pages) {
      await page.goto(`${demo.base}/admin/${path}`);
      await settled(page);
      expect.soft(await height(page), path).toBeLessThan(LONGEST);
      expect.soft(await tooWide(page), `${path} is wider than the phone`).toBeLessThanOrEqual(0);
    }
    for (const path of ["reports", "review", "users/3", "settings", "coupons", "announcements", ""]) {
      await page.goto(`${demo.base}/admin/${path}`);
      await settled(page);
      expect.soft(await violations(page), `axe on ${path}`).toEqual([]);
      expect.soft(await small(page), `too small on ${path}`).toEqual([]);
    }

    await page.goto(`${demo.base}/admin/reports`);
    const customers = page.getByRole("table", { name: t("reports.customers") });
    await expect(customers.getByRole("row")).toHaveCount(10);
    const card = page.locator(".card", { has: customers });
    const all = card.getByRole("button", { expanded: false });
    const said = (await all.innerText()).match(/\d+/)?.[0];
    await all.click();
    await expect(customers.getByRole("row")).toHaveCount(Number(said));
    await card.getByRole("button", { name: t("reports.first", { count: count(10) }) }).click();
    await expect(customers.getByRole("row")).toHaveCount(10);

    await page.goto(`${demo.base}/admin/settings#sepay`);
    const part = (name) => page.locator("details", { has: page.getByRole("heading", { name: t(`settings.${name}`) }) });
    await expect(part("sepay")).toHaveAttribute("open", "");
    await expect(part("safety")).not.toHaveAttribute("open");
    await page.getByRole("link", { name: t("settings.safety"), exact: true }).click();
    await expect(part("safety")).toHaveAttribute("open", "");

    const guest = await newPage({ viewport: look.size, hasTouch: true });
    await enter(guest, demo.base, CUSTOMER);
    for (const path of ["/", "/orders", "/services", "/announcements", "/transactions"]) {
      await guest.goto(demo.base + path);
      await settled(guest);
      expect.soft(await height(guest), path).toBeLessThan(LONGEST);
    }
    expect(services.length).toBeGreaterThan(100);
  });
}
