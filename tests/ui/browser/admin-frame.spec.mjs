// What stands around the admin's pages: the title and the corner always at one place, the menu on low screens, figures
// and dates that are seen whole, and what only the operator can do.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { ADMINS, settled } from "./typed.mjs";

const NOTEBOOK = { ...LOOKS[0], size: { width: 1280, height: 800 } };
const ENGLISH = { ...NOTEBOOK, lang: "en" };
const byHand = { provider_id: null, provider_service_id: null, cost: null };

/** Buys a service that is done by hand. @returns the order */
async function bought(panel, quantity = 1000) {
  const service = await panel.service(byHand);
  const lan = await panel.customer(1_000_000);
  const wish = { service_id: service.id, link: "https://example.com/by-hand", quantity };
  return { lan, service, order: await panel.ask("POST", "/api/orders", wish, lan.token) };
}

for (const look of [NOTEBOOK, ENGLISH]) {
  test(`title and corner are at one place on every page, in ${look.lang}`, async ({ page, shop }) => {
    test.setTimeout(120_000);
    await seenAs(page, look, "admin");
    const { lan, order } = await bought(shop);
    const ticket = await shop.ask("POST", "/api/tickets", { subject: "Hỏi", message: "Bao giờ xong?" }, lan.token);
    await enter(page, shop.base, ADMIN);
    const things = [`/admin/orders/${order.id}`, `/admin/users/${lan.id}`, `/admin/tickets/${ticket.id}`];
    const places = {};
    for (const path of [...ADMINS, ...things]) {
      await page.goto(shop.base + path);
      await settled(page);
      const corner = page.locator(".page-header .desk-corner");
      await expect(corner, path).toBeVisible();
      const [title, way] = [await page.locator("h1").boundingBox(), await corner.boundingBox()];
      const end = Math.round(way.x + way.width);
      places[path] = [title.x, title.y, end, way.y].map(Math.round).join(" ");
    }
    const first = places["/admin"];
    expect(Object.entries(places).filter(([, place]) => place !== first)).toEqual([]);
  });

  test(`money in reports is one line, in ${look.lang}`, async ({ page, shop }) => {
    const { money } = await seenAs(page, look, "admin");
    await page.route(
      ({ pathname }) => pathname === "/api/admin/stats",
      async (route) => {
        const answer = await route.fetch();
        const told = await answer.json();
        Object.assign(told, { sales: 1_234_567_890, cost: 987_654_321, profit: 246_913_569, deposits: 34_100_000 });
        await route.fulfill({ response: answer, json: told });
      },
    );
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/reports`);
    const figures = page.locator(".figures .money");
    await expect(figures.first()).toHaveText(money(1_234_567_890));
    for (const figure of await figures.all()) {
      const [text, card] = [await figure.boundingBox(), await figure.locator("xpath=../../..").boundingBox()];
      expect(text.height, "one line").toBeLessThan(30);
      expect(text.x + text.width, "within its card").toBeLessThanOrEqual(card.x + card.width);
    }
  });

  test(`dates in the list of orders are seen whole, in ${look.lang}`, async ({ page, shop }) => {
    await seenAs(page, look, "admin");
    await bought(shop);
    const times = ["2025-11-30T05:00:00Z", new Date().toISOString()];
    await page.route(
      ({ pathname }) => pathname === "/api/admin/orders",
      async (route) => {
        const answer = await route.fetch();
        const [order] = (await answer.json()).items;
        const items = times.map((created_at, index) => ({ ...order, id: 1000 + index, created_at }));
        await route.fulfill({ response: answer, json: { items, next_cursor: null } });
      },
    );
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/orders`);
    const cells = page.locator("td:has(time)");
    await expect(cells).toHaveCount(2);
    for (const cell of await cells.all())
      expect(await cell.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
  });

  test(`the keys are read from their beginning, in ${look.lang}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/orders`);
    await settled(page);
    await page.getByRole("button", { name: t("desk.keys") }).click();
    const dialog = page.getByRole("dialog", { name: t("desk.keys") });
    await expect(dialog.getByLabel(t("desk.letters"))).toBeFocused();
    await expect(dialog.getByRole("heading", { name: t("desk.keys") })).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByText(t("desk.key.down"))).toBeInViewport({ ratio: 1 });
  });
}

test("on a low screen the menu scrolls, and its foot is seen", async ({ page, shop }) => {
  const { t } = await seenAs(page, { ...NOTEBOOK, size: { width: 1280, height: 560 } }, "admin");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders`);
  await settled(page);
  const menu = page.getByRole("navigation", { name: t("frame.menu"), exact: true });
  const whole = async () => {
    for (const name of [t("frame.logout"), t("menu.rail")])
      await expect(menu.getByRole("button", { name }), name).toBeInViewport({ ratio: 1 });
    const last = menu.getByRole("link", { name: t("menu.settings"), exact: true });
    await last.scrollIntoViewIfNeeded();
    await expect(last).toBeInViewport({ ratio: 1 });
  };
  await whole();
  await menu.getByRole("button", { name: t("menu.rail") }).click();
  await expect(page.locator(".is-rail")).toBeVisible();
  await whole();
});

for (const look of LOOKS) {
  test(`orders to be done by hand wait, and are found by one press, ${look.name}`, async ({ page, open }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const panel = await open({ env: SHOP });
    const { service, order } = await bought(panel);
    const sent = await panel.service();
    const lan = await panel.customer(100_000);
    const wish = { service_id: sent.id, link: "https://example.com/sent", quantity: 1000 };
    await panel.ask("POST", "/api/orders", wish, lan.token);
    await enter(page, panel.base, ADMIN);
    for (const path of ["/admin", "/admin/review"]) {
      await page.goto(panel.base + path);
      const line = page.locator(".tasks li").filter({ hasText: money(order.charge) });
      await expect(line).toBeVisible();
      await line.getByRole("link", { name: t("tasks.do.by_hand") }).click();
      await expect(page.getByRole("button", { name: t("orders.only_by_hand") })).toBeVisible();
      const rows = page.locator(look.size.width < 768 ? ".desk-card" : ".desk-table tbody tr");
      await expect(rows).toHaveCount(1);
      await expect(rows).toContainText(service.name);
    }
  });
}

test("the tab of what waits counts what it lists", async ({ page, shop }) => {
  const { t } = await seenAs(page, NOTEBOOK, "admin");
  const parked = { count: 3, orders: 3, bank_transactions: 0, held_providers: 0, pending_deposits: 0, items: [] };
  await page.route("**/api/admin/review", (route) => route.fulfill({ json: parked }));
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders`);
  const tab = page.getByRole("group", { name: t("orders.status") }).getByRole("button", { name: t("orders.yours") });
  await expect(tab.locator(".badge")).toHaveText("3");
});

test("beside a list what has nothing to do is no line", async ({ page, shop }) => {
  const { t } = await seenAs(page, NOTEBOOK, "admin");
  const lan = await shop.customer();
  const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
  await shop.transfer(Date.now(), 50_000, deposit.code);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/deposits?user_id=${lan.id}&open=${deposit.id}`);
  const side = page.locator(".desk-side");
  await expect(side.getByText(t("deposits.credited"), { exact: true })).toBeVisible();
  await expect(side.getByText(t("common.actions"), { exact: true })).toHaveCount(0);
});

test("on a phone a list without filters begins below its tabs", async ({ page, shop }) => {
  await seenAs(page, LOOKS[1], "admin");
  const admin = await shop.token(ADMIN);
  const news = { title: "Nghỉ lễ" };
  await shop.ask("POST", "/api/admin/announcements", news, admin);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/announcements`);
  const card = page.locator(".desk-card").first();
  await expect(card).toBeVisible();
  const [tabs, first] = [await page.locator(".desk .tabs").boundingBox(), await card.boundingBox()];
  expect(first.y - tabs.y - tabs.height).toBeLessThan(4);
});
