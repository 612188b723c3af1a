// The customer's orders: short on a phone, and honest about what is not there.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const LINK = "https://www.tiktok.com/@somebody.with.a.long.name/video/7300000000000000000";
const PHONES = [
  { name: "in Vietnamese on a phone", lang: "vi", size: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "in English on a small dark phone", lang: "en", size: { width: 360, height: 740 }, colorScheme: "dark" },
];
const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

for (const look of PHONES) {
  test(`an order is a short row that says what matters, ${look.name}`, async ({ page, shop }) => {
    const { t, money, count } = await seenAs(page, look, "app");
    const name = `Tăng lượt theo dõi TikTok, tài khoản thật, lên nhanh, bảo hành ${Date.now()}`;
    const service = await shop.service({ ...BY_HAND, name, refill: true, cancel: true });
    const lan = await shop.customer(1_000_000);
    const admin = await shop.token(ADMIN);
    const wish = { service_id: service.id, link: LINK, quantity: 10_000 };
    for (let at = 0; at < 6; at++) await shop.ask("POST", "/api/orders", wish, lan.token);
    const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
    await shop.ask("PUT", `/api/admin/orders/${items[2].id}/status`, { status: "completed" }, admin);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
    await expect(rows).toHaveCount(6);
    for (const [at, { id, status }] of (await shop.ask("GET", "/api/orders", undefined, lan.token)).items.entries()) {
      const row = rows.nth(at);
      await expect(row.getByText(t(`status.order.${status}`))).toBeVisible();
      await expect(row.getByText(money(100_000))).toBeVisible();
      await expect(row.getByText(count(10_000))).toBeVisible();
      await expect(row.getByRole("link", { name: LINK })).toBeVisible();
      await expect(row.getByRole("link", { name: String(id), exact: true })).toBeVisible();
      await expect(row.getByRole("link", { name: t("orders.again") })).toBeVisible();
      expect((await row.boundingBox()).height, `row ${at}`).toBeLessThanOrEqual(140);
    }
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/orders-phone-${look.lang}.png` });
  });
}

for (const look of LOOKS) {
  test(`no such order, and days the wrong way round, are said where one looks, ${look.name}`, async ({
    page,
    shop,
    watch,
  }) => {
    watch.allow(400, "*");
    watch.allow(404, "*");
    const { t } = await seenAs(page, look, "app");
    await enter(page, shop.base, await shop.customer());
    for (const id of ["abc", "999999"]) {
      await page.goto(`${shop.base}/orders/${id}`);
      await expect(page.getByText(t("order.absent"))).toBeVisible();
      await expect(page.getByRole("main").getByRole("link", { name: t("menu.orders") })).toHaveAttribute(
        "href",
        "/orders",
      );
      await expect(page.getByText(t("errors.malformed_request"))).toHaveCount(0);
      expect(await violations(page)).toEqual([]);
    }
    await page.screenshot({ path: `results/no-order-${look.lang}.png` });
    await page.goto(`${shop.base}/orders?from=2026-11-20&to=2026-11-10`);
    await expect(page.getByText(t("common.turned"))).toBeVisible();
    const [from, to] = [
      page.getByLabel(t("common.from"), { exact: true }),
      page.getByLabel(t("common.to"), { exact: true }),
    ];
    await expect(from).toHaveAttribute("aria-invalid", "true");
    await expect(to).toHaveAttribute("aria-invalid", "true");
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/turned-${look.lang}.png` });
    await to.fill("2026-11-21");
    await to.blur();
    await expect(page.getByText(t("common.turned"))).toHaveCount(0);
  });

  test(`an order that the shop makes itself is not said to be sent, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "app");
    const service = await shop.service({ ...BY_HAND, cancel: true });
    const lan = await shop.customer(100_000);
    const wish = { service_id: service.id, link: LINK, quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders/${order.id}`);
    await page.getByRole("button", { name: t("cancel_order.button_of", { id: order.id }) }).click();
    const question = page.getByRole("dialog");
    await expect(question).toContainText(t("cancel_order.by_hand", { amount: money(10_000) }));
    expect(await violations(page)).toEqual([]);
  });
}
