// The customer's orders: short on a phone, and honest about what is not there.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { small, wholeRows } from "./phone.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const LINK = "https://www.tiktok.com/@somebody.with.a.long.name/video/7300000000000000000";
const PHONES = [
  { name: "in Vietnamese on a phone", lang: "vi", size: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "in English on a small dark phone", lang: "en", size: { width: 360, height: 740 }, colorScheme: "dark" },
];
const size = (look) => look.size.height;
/** What the sheet's button says of so many orders. */
const shown = (t, count) => t("orders.show", { count });
const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

for (const look of PHONES) {
  test(`orders are cards of the same height with the one likely action, ${look.name}`, async ({ page, shop }) => {
    const { t, money, count } = await seenAs(page, look, "app");
    const name = `Tăng lượt theo dõi TikTok, tài khoản thật, lên nhanh, bảo hành ${Date.now()}`;
    const service = await shop.service({ ...BY_HAND, name, refill: true, cancel: true });
    const lan = await shop.customer(1_000_000);
    const admin = await shop.token(ADMIN);
    await shop.ask("PUT", "/api/admin/settings", { refill_wait_hours: 0 }, admin);
    const wish = { service_id: service.id, link: LINK, quantity: 10_000 };
    for (let at = 0; at < 9; at++) await shop.ask("POST", "/api/orders", wish, lan.token);
    const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
    const set = (at, change) => shop.ask("PUT", `/api/admin/orders/${items[at].id}/status`, change, admin);
    await set(2, { status: "completed" });
    await set(3, { status: "in_progress", start_count: 5, remains: 4000 });
    await set(4, { status: "canceled" });
    await set(5, { status: "partial", remains: 500 });
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
    await expect(rows).toHaveCount(9);
    const action = {
      pending: ["button", (id) => t("cancel_order.button_of", { id })],
      completed: ["button", (id) => t("refill.button_of", { id })],
      in_progress: ["button", (id) => t("cancel_order.button_of", { id })],
      canceled: ["link", () => t("orders.again")],
      partial: ["link", () => t("orders.again")],
    };
    for (const [at, { id, status }] of (await shop.ask("GET", "/api/orders", undefined, lan.token)).items.entries()) {
      const row = rows.nth(at);
      await expect(row.getByText(t(`status.order.${status}`), { exact: true })).toBeVisible();
      await expect(row.getByText(money(100_000), { exact: true })).toBeVisible();
      await expect(row.getByText(count(10_000))).toBeVisible();
      await expect(row.getByText("tiktok.com/@somebody.with.a.long.name")).toBeVisible();
      const [role, label] = action[status];
      await expect(row.getByRole(role, { name: label(id) })).toBeVisible();
      await expect(row.locator("a, button"), "the card and its action").toHaveCount(2);
      expect((await row.boundingBox()).height, `row ${at}`).toBe(87);
    }
    // What ran of each, of what was ordered; the number alone where all did.
    const ran = { 0: 0, 3: 6000, 4: 0, 5: 9500 };
    for (const [at, done] of Object.entries(ran))
      await expect(rows.nth(Number(at)).getByText(`${count(done)} / ${count(10_000)}`, { exact: true })).toBeVisible();
    await expect(rows.nth(2).getByText(count(10_000), { exact: true })).toBeVisible();
    const back = rows.nth(5).getByText(t("orders.refunded", { amount: money(5000) }), { exact: true });
    await expect(back).toBeVisible();
    const isCut = (note) => note.closest(".row-note").scrollWidth > note.closest(".row-note").clientWidth;
    expect(await back.evaluate(isCut), "what came back is said whole").toBe(false);
    await expect(page.getByRole("rowheader")).toContainText([t("orders.today")]);
    const first = size(look) === 844 ? 6 : 4;
    expect(await wholeRows(page), "whole orders on the first screen").toBeGreaterThanOrEqual(first);
    expect(await small(page), "touched with a thumb").toEqual([]);
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/orders-phone-${look.lang}.png` });
    // A tap anywhere else opens it.
    await rows.nth(3).click({ position: { x: 60, y: 40 } });
    await expect(page).toHaveURL(`${shop.base}/orders/${items[3].id}`);
  });

  test(`one button holds the filters, and says what comes, ${look.name}`, async ({ page, shop }) => {
    const { t, count } = await seenAs(page, look, "app");
    const service = await shop.service({ ...BY_HAND });
    const lan = await shop.customer(1_000_000);
    const wish = { service_id: service.id, link: LINK, quantity: 100 };
    for (let at = 0; at < 3; at++) await shop.ask("POST", "/api/orders", wish, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    const open = page.getByRole("button", { name: t("orders.filter"), exact: false });
    await open.click();
    const sheet = page.getByRole("dialog", { name: t("orders.filter") });
    await expect(sheet.getByRole("button", { name: shown(t, 3) })).toBeVisible();
    // No field opens its calendar or the keyboard by itself.
    await expect(sheet.getByRole("heading", { name: t("orders.filter") })).toBeFocused();
    expect(await violations(page)).toEqual([]);
    expect(await small(page), "touched with a thumb").toEqual([]);
    await sheet.getByRole("button", { name: t("status.order.completed") }).click();
    await expect(sheet.getByRole("button", { name: shown(t, 0) })).toBeVisible();
    await expect(page, "nothing changes behind it").toHaveURL(`${shop.base}/orders`);
    await sheet.getByRole("button", { name: t("status.order.pending") }).click();
    await sheet.getByRole("button", { name: t("orders.today") }).click();
    await page.screenshot({ path: `results/filter-sheet-${look.lang}.png` });
    await sheet.getByRole("button", { name: shown(t, 3) }).click();
    await expect(page).toHaveURL(/status=pending/);
    await expect(page).toHaveURL(/from=\d{4}-\d{2}-\d{2}/);
    await expect(open).toContainText(count(2));
    await expect(open).toBeFocused();
    await open.press("Enter");
    await sheet.getByRole("button", { name: t("orders.clear") }).click();
    await sheet.getByRole("button", { name: shown(t, 3) }).click();
    await expect(page).toHaveURL(`${shop.base}/orders`);
  });
}

test("on a desk an order is one line, whatever is to be said of it", async ({ page, shop }) => {
  const look = { lang: "vi", size: { width: 1280, height: 800 }, colorScheme: "light" };
  const { t, money, count } = await seenAs(page, look, "app");
  const name = "Tăng lượt theo dõi TikTok, người dùng thật | bảo hành ba mươi ngày ~ lên nhanh trong ngày";
  const service = await shop.service({ ...BY_HAND, name, cancel: true });
  const lan = await shop.customer(1_000_000);
  const admin = await shop.token(ADMIN);
  const wish = { service_id: service.id, link: LINK, quantity: 1000 };
  for (let at = 0; at < 12; at++) await shop.ask("POST", "/api/orders", wish, lan.token);
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  await shop.ask("PUT", `/api/admin/orders/${items[0].id}/status`, { status: "canceled" }, admin);
  await shop.ask("POST", `/api/orders/${items[1].id}/cancel`, {}, lan.token);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/orders`);
  const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows).toHaveCount(12);
  await expect(rows.nth(0)).toContainText(t("orders.refunded", { amount: money(10_000) }));
  for (const at of [0, 2]) await expect(rows.nth(at).getByText(`${count(0)} / ${count(1000)}`)).toBeVisible();
  await expect(rows.nth(1)).toContainText(t("cancel.asked"));
  for (const row of await rows.all()) expect((await row.boundingBox()).height).toBeLessThanOrEqual(44);
  expect(await wholeRows(page), "whole orders on the first screen").toBe(12);
  expect(await page.evaluate(wide), "wider than the screen").toBe(false);
  expect(await violations(page)).toEqual([]);
});

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
    const isPhone = look.size.width < 768;
    // A phone has the days in the sheet of its filters.
    const filters = page.getByRole("button", { name: t("orders.filter") });
    if (isPhone) await filters.click();
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
