// What a number or a button is, is read at once: numbers have their names, and no price or word is cut in two.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";

const DESK = { lang: "vi", size: { width: 1440, height: 900 }, colorScheme: "light" };

test("a service's number at the provider, its cost and its margin are named", async ({ page, shop }) => {
  const { t } = await seenAs(page, DESK, "admin");
  const service = await shop.service({ name: `Named ${Date.now()}` });
  const there = t("services.number_there", { id: service.provider_service_id });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(service.name)}&open=${service.id}`);
  const side = page.getByRole("region", { name: t("services.one", { id: service.id }) });
  await expect(side).toContainText(`${there} · ${t("services.cost")} `);
  await expect(side.getByText(new RegExp(`${t("services.margin")} [−\\d]`))).toBeVisible();
  await page.screenshot({ path: "results/labels-services.png" });
  await side.getByRole("button", { name: t("common.close") }).click();
  await expect(page.locator(`tr[data-id="${service.id}"]`)).toContainText(`${there} · `);
  await page.screenshot({ path: "results/labels-services-row.png" });
});

test("no price is broken in the search of services", async ({ page, shop }) => {
  const phone = { ...DESK, size: { width: 360, height: 740 } };
  const { t } = await seenAs(page, phone, "app");
  const name = `Priced Follow TikTok ${"người dùng thật ".repeat(4)}${Date.now()}`;
  await shop.service({ name, rate: "79000" });
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(shop.base);
  const box = page.getByRole("combobox", { name: t("new_order.service") });
  await expect(box).toBeVisible();
  await box.pressSequentially(name.slice(-13));
  const price = page.locator(".combobox-list .ms-auto");
  await expect(price).toBeVisible();
  const lines = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size;
  };
  expect(await price.evaluate(lines)).toBe(1);
});

test("what ends a contradiction has room in its row", async ({ page, shop }) => {
  const { t } = await seenAs(page, DESK, "admin");
  const [service, lan] = [await shop.service(), await shop.customer(100_000)];
  const wish = { service_id: service.id, link: `https://example.com/strange/${Date.now()}`, quantity: 1000 };
  const order = await shop.ask("POST", "/api/orders", wish, lan.token);
  const admin = await shop.token(ADMIN);
  const isThere = async () => (await shop.ask("GET", `/api/admin/orders/${order.id}`, undefined, admin)).contradiction;
  await expect.poll(isThere).not.toBeNull();
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders?search=${order.id}`);
  const row = page.locator(`tr[data-id="${order.id}"]`);
  await row.hover();
  const button = row.getByRole("button", { name: t("order.acknowledge") });
  const [cell, box] = [await row.locator("td:has(.desk-over)").boundingBox(), await button.boundingBox()];
  expect(box.x).toBeGreaterThanOrEqual(cell.x);
  await page.screenshot({ path: "results/labels-orders.png" });
});

test("the bank's moments are written as all others", async ({ page, shop }) => {
  const id = Date.now() * 1000;
  const notice = {
    id,
    gateway: "MBBank",
    transactionDate: "2026-11-30 04:25:55",
    accountNumber: "0903123456",
    transferType: "in",
    transferAmount: 77_000,
    content: `moment ${id}`,
  };
  const headers = { "Content-Type": "application/json", Authorization: "Apikey sepay-secret" };
  await fetch(`${shop.base}/api/payment/sepay/webhook`, { method: "POST", headers, body: JSON.stringify(notice) });
  await seenAs(page, DESK, "admin");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/bank?search=${id}`);
  const row = page.getByRole("row").filter({ hasText: `${id}` });
  await expect(row).toContainText("04:25 30/11/2026");
});
