// Many tabs, hidden tabs, lines that fail and come back, and the way back to a page.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

const hand = { provider_id: null, provider_service_id: null, cost: null };

/** Counts the event streams that are open. */
function streams(context) {
  const open = new Set();
  const isStream = (request) => new URL(request.url()).pathname === "/api/events";
  context.on("request", (request) => isStream(request) && open.add(request));
  for (const end of ["requestfinished", "requestfailed"]) context.on(end, (request) => open.delete(request));
  context.on("page", (page) =>
    page.on("close", () => {
      for (const one of open) if (one.frame().page() === page) open.delete(one);
    }),
  );
  return open;
}

/** What a browser does to a tab that nobody looks at, and to one that is looked at again. */
const look = (page, state) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

test("eight tabs share one stream, hear the same, and a hidden one holds none", async ({ page, context, shop }) => {
  test.setTimeout(120_000);
  const open = streams(context);
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  const tabs = [page];
  for (let count = 1; count < 8; count++) tabs.push(await context.newPage());
  // The eighth would wait for a connection for ever.
  for (const tab of tabs) {
    await tab.goto(`${shop.base}/orders`);
    await expect(tab.getByText("Bạn chưa có đơn nào")).toBeVisible();
  }
  const balance = (tab) => tab.getByRole("link", { name: "Số dư" }).first();
  const credit = async (amount, seen) => {
    const admin = await shop.token(ADMIN);
    await shop.ask("PUT", `/api/admin/users/${lan.id}/balance`, { amount, reason: "tabs" }, admin);
    for (const tab of tabs) await expect(balance(tab)).toContainText(seen);
  };
  await credit(11_000, "11.000 ₫");
  expect(open.size).toBe(1);
  // Whichever has it gives it up; the others go on.
  const leader = [...open][0].frame().page();
  await look(leader, "hidden");
  await expect.poll(() => [...open].map((one) => one.frame().page() === leader)).toEqual([false]);
  await credit(1_000, "12.000 ₫");
  await tabs.splice(tabs.indexOf(leader), 1)[0].close();
  await [...open][0].frame().page().close();
  tabs.splice(0, tabs.length, ...context.pages());
  await expect.poll(() => open.size).toBe(1);
  await credit(1_000, "13.000 ₫");
  for (const tab of tabs) await look(tab, "hidden");
  await expect.poll(() => open.size, "nobody looks").toBe(0);
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/users/${lan.id}/balance`, { amount: 7_000, reason: "unseen" }, admin);
  await look(tabs[0], "visible");
  await expect(balance(tabs[0]), "what changed meanwhile").toContainText("20.000 ₫");
  await expect.poll(() => open.size).toBe(1);
});

test("where there are no locks each visible tab has its own stream", async ({ page, context, shop }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
  const open = streams(context);
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(`${shop.base}/orders`);
    await expect(tab.getByText("Bạn chưa có đơn nào")).toBeVisible();
  }
  await expect.poll(() => open.size).toBe(2);
  await look(other, "hidden");
  await expect.poll(() => open.size).toBe(1);
});

test("a server that comes back needs no click", async ({ page, watch, open }) => {
  watch.cutsLines();
  const panel = await open({ env: SHOP });
  await enter(page, panel.base, await panel.customer(50_000));
  await page.goto(`${panel.base}/transactions`);
  await expect(page.getByText("+50.000 ₫")).toBeVisible();
  await page.getByRole("link", { name: "Đơn hàng" }).first().click();
  await expect(page.getByText("Bạn chưa có đơn nào")).toBeVisible();
  await panel.crash();
  await expect(page.getByText("Mất kết nối trực tiếp.", { exact: false })).toBeVisible();
  await page.getByRole("link", { name: "Lịch sử giao dịch" }).first().click();
  await expect(page.getByText("Không kết nối được máy chủ.", { exact: false }).first()).toBeVisible();
  await panel.startAgain();
  await expect(page.getByText("+50.000 ₫")).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText("Mất kết nối trực tiếp.", { exact: false })).toBeHidden();
});

test("a panel that does not answer at first is waited for, and nobody is taken for a guest", async ({
  page,
  shop,
  watch,
}) => {
  watch.allow(503, "/api/auth/session", "/assets/on-disk/locales/common.vi.json");
  await enter(page, shop.base, await shop.customer());
  const away = (route) => route.fulfill({ status: 503, body: "Service Unavailable" });
  await page.route("**/api/auth/session", away, { times: 2 });
  await page.route("**/locales/common.vi.json", away, { times: 1 });
  // Where another site leads here the browser sends no session with the page, so the page has to ask.
  await page.setContent(`<a href="${shop.base}/orders">shop</a>`);
  await page.getByRole("link", { name: "shop" }).click();
  await expect(page.getByText("Không kết nối được máy chủ, đang thử lại…")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Đơn hàng" })).toBeVisible();
  await expect(page.getByText("Không kết nối được máy chủ, đang thử lại…")).toBeHidden();
});

test("a page that says who is there waits for no answer to that", async ({ page, shop }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  asked.length = 0;
  // It never comes.
  await page.route("**/api/auth/session", () => {});
  await page.goto(`${shop.base}/orders`);
  await expect(page.getByRole("heading", { name: "Đơn hàng" })).toBeVisible();
  await expect.poll(() => asked).toContain("/api/orders");
  expect(asked).not.toContain("/api/site");
  // The words are asked for once, though page and script both want them.
  expect(asked.filter((path) => path.endsWith("/locales/common.vi.json"))).toHaveLength(1);
});

test("a page whose scripts come late is whoever's is logged in by then", async ({ page, shop }) => {
  const [anna, bert] = [await shop.customer(), await shop.customer()];
  await enter(page, shop.base, anna);
  let come;
  const late = new Promise((resolve) => (come = resolve));
  const hold = async (route) => {
    await late;
    await route.continue();
  };
  await page.route("**/app.js", hold, { times: 1 });
  await page.goto(`${shop.base}/deposit`, { waitUntil: "commit" });
  await enter(page, shop.base, bert);
  come();
  await expect(page.locator(".account-name")).toHaveText(bert.login);
});

test("Back finds the list as it was left: its rows, its place, and what has changed", async ({ page, shop }) => {
  test.setTimeout(120_000);
  const service = await shop.service(hand);
  const lan = await shop.customer(1_000_000);
  let last;
  for (let number = 0; number < 120; number++) {
    const wish = { service_id: service.id, link: `https://example.com/row-${number}`, quantity: 100 };
    const { id } = await shop.ask("POST", "/api/orders", wish, lan.token);
    last ??= id;
  }
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/orders`);
  const rows = page.getByRole("row");
  for (const count of [51, 101, 121]) {
    await expect(rows).toHaveCount(count);
    if (count < 121) await page.getByRole("button", { name: "Xem thêm" }).click();
  }
  const link = page.getByRole("link", { name: String(last), exact: true });
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(1000);
  await link.click();
  await expect(page.getByRole("heading", { name: `Đơn hàng số ${last}` })).toBeVisible();
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/orders/${last}/status`, { status: "completed" }, admin);
  await page.goBack();
  await expect(link).toBeInViewport();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
  await expect(rows).toHaveCount(121);
  await expect(page.getByRole("row").filter({ has: link })).toContainText("Hoàn thành");
  await page.getByRole("link", { name: "Đơn hàng" }).first().click();
  await page.getByRole("link", { name: "Dịch vụ" }).first().click();
  await page.getByRole("link", { name: "Đơn hàng" }).first().click();
  await expect(rows, "another visit begins at the top").toHaveCount(51);
});
