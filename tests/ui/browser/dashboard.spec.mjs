// The operator's day: what waits, today against the days before, the days before in a chart and a table.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const TODAY = "**/api/admin/stats/today";

/** Of a new panel, with figures of the days before. */
async function withYesterday(page) {
  await page.route(TODAY, async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    Object.assign(told.today, {
      sales: 120_000,
      profit: 30_000,
      margin_permille: 250,
      orders: 12,
      average_order: 10_000,
    });
    Object.assign(told.yesterday, { sales: 100_000, profit: 40_000, orders: 10 });
    Object.assign(told.last_week, { sales: 90_000 });
    await route.fulfill({ response: answer, json: told });
  });
}

/** Notes by how much what is seen has moved by itself. */
const NOTE_SHIFTS = () => {
  window.shifted = 0;
  const note = (list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
  };
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
};

for (const look of LOOKS) {
  test(`the overview begins with what waits and goes on with today, ${look.name}`, async ({ page, open }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const panel = await open({ env: SHOP });
    const service = await panel.service({ provider_id: null, provider_service_id: null, cost: "8000", rate: "12000" });
    const lan = await panel.customer(1_000_000);
    const wish = { service_id: service.id, link: "https://example.com/a", quantity: 1000 };
    await panel.ask("POST", "/api/orders", wish, lan.token);
    for (const id of [1, 2]) await panel.transfer(id, 38_500, `khong ma ${id}`);
    await panel.ask("POST", "/api/tickets", { subject: "Hỏi", message: "Bao giờ xong?" }, lan.token);
    await withYesterday(page);
    await page.addInitScript(NOTE_SHIFTS);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin`);

    const tasks = page.getByRole("list", { name: t("tasks.title") });
    // One count with one meaning: the menu's, the head's and the lines themselves.
    await expect(tasks.getByRole("listitem").nth(1)).toBeVisible();
    const lines = await tasks.getByRole("listitem").count();
    const entry = page.locator('.nav-link[href="/admin/review"]');
    await expect(entry.locator(".badge")).toHaveText(String(lines));
    await expect(entry).toHaveAttribute("title", `${t("menu.review")}: ${t("tasks.counted", { count: lines })}`);
    await expect(page.locator(".overview-tasks .card-title .badge")).toHaveText(String(lines));
    const money_in = tasks.getByRole("listitem").filter({ hasText: money(77_000) });
    await expect(money_in).toBeVisible();
    await expect(tasks.locator(".btn-primary"), "one thing is next").toHaveCount(1);
    const [first, today] = [
      tasks.getByRole("listitem").first(),
      page.getByRole("heading", { name: t("dashboard.today") }),
    ];
    await expect(first.locator(".btn-primary")).toBeVisible();
    expect((await first.boundingBox()).y).toBeLessThan((await today.boundingBox()).y);

    const tile = (name) => page.locator(".stat").filter({ hasText: t(`today.of.${name}`) });
    await expect(tile("sales")).toContainText("20%");
    await expect(tile("sales")).toContainText(t("today.up"));
    await expect(tile("sales")).toContainText(t("today.yesterday", { value: money(100_000) }));
    await expect(tile("sales")).toContainText(t("today.last_week", { value: money(90_000) }));
    await expect(tile("profit")).toContainText(t("today.down"));
    await expect(tile("profit")).toContainText(t("today.margin", { share: "25%" }));
    await expect(tile("orders")).toContainText(t("today.average", { amount: money(10_000) }));
    await expect(tile("deposits"), "nothing was yesterday").toContainText(t("today.no_yesterday"));

    const sold = page
      .getByRole("table", { name: t("dashboard.by_service", { days: 30 }) })
      .getByRole("row")
      .nth(1);
    await expect(sold).toContainText(money(12_000));
    await expect(sold).toContainText(/33[,.]3%/);
    await expect(page.getByRole("table", { name: t("dashboard.customers", { days: 30 }) })).toContainText(lan.login);

    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await expect(page.locator(".chart canvas")).toBeVisible();
    expect(await page.evaluate(() => window.shifted), "nothing moves by itself").toBeLessThan(0.05);
    expect(await violations(page)).toEqual([]);

    await money_in.getByRole("link", { name: t("tasks.do.unmatched") }).click();
    await expect(page.getByRole("heading", { name: t("review.title") })).toBeVisible();
    const boss = await panel.token(ADMIN);
    for (const { id } of (await panel.ask("GET", "/api/admin/tickets", undefined, boss)).items)
      await panel.ask("POST", `/api/admin/tickets/${id}/replies`, { message: "Xong rồi." }, boss);
    await expect(entry.locator(".badge"), "it counts without a reload").toHaveText(String(lines - 1));
    const [order] = (await panel.ask("GET", "/api/admin/orders", undefined, boss)).items;
    await panel.ask("PUT", `/api/admin/orders/${order.id}/status`, { status: "completed" }, boss);
    await expect(entry.locator(".badge"), "of what a person delivers, too").toHaveText(String(lines - 2));
  });

  test(`a chart is read by the keys and as a table, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin`);
    const chart = page.getByRole("slider", { name: t("figures.by_day") });
    await expect(chart).toHaveAttribute("aria-valuenow", "29");
    const now = await chart.getAttribute("aria-valuetext");
    expect(now).toContain(t("figures.sales"));
    await expect(page.locator(".chart canvas")).toBeVisible();
    await chart.focus();
    await page.keyboard.press("ArrowLeft");
    await expect(chart).toHaveAttribute("aria-valuenow", "28");
    await expect(chart).not.toHaveAttribute("aria-valuetext", now);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    await expect(chart).toHaveAttribute("aria-valuenow", "0");
    await page.keyboard.press("End");
    await expect(chart).toHaveAttribute("aria-valuetext", now);

    await page.getByRole("button", { name: t("reports.days", { days: "7" }), exact: true }).click();
    await expect(page).toHaveURL(/[?&]days=7\b/);
    await expect(chart).toHaveAttribute("aria-valuemax", "6");
    const table = page.getByRole("button", { name: t("figures.table") });
    await table.click();
    await expect(table).toHaveAttribute("aria-pressed", "true");
    const rows = page.getByRole("table", { name: t("figures.by_day") }).getByRole("row");
    await expect(rows).toHaveCount(1 + 7);
    expect(await violations(page)).toEqual([]);
    await table.click();
    await expect(chart).toBeVisible();
    // Who comes back by the address finds the same days.
    await page.reload();
    await expect(chart).toHaveAttribute("aria-valuemax", "6");
  });
}

test("what is as it should be is one line, and what is not stands before it", async ({ page, open }) => {
  const panel = await open({ mode: "demo" });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, panel.base, { login: "admin", password: "admin-password" });
  await page.goto(`${panel.base}/admin`);
  const health = page.locator("#health");
  const fine = health.getByText(/^\d+ mục ổn$/);
  await expect(fine).toBeVisible();
  const count = Number((await fine.innerText()).split(" ")[0]);
  await expect(health.getByText(t("status.job.ok"), { exact: true }).first()).toBeHidden();
  await fine.click();
  await expect(health.locator("details li")).toHaveCount(count);
  await expect(health.getByText(t("status.job.off"), { exact: true }).first()).toBeVisible();
});

test("services on sale below their cost wait, and their button shows just these", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const name = "Below its cost";
  await panel.service({ name: "Well priced", provider_id: null, provider_service_id: null, cost: "8000" });
  await panel.service({ name, provider_id: null, provider_service_id: null, cost: "20000", rate: "12000" });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin`);
  await page.getByRole("link", { name: t("tasks.do.losses") }).click();
  await expect(page).toHaveURL(/\/admin\/services\?loss=true$/);
  await expect(page.getByRole("row", { name })).toBeVisible();
  await expect(page.getByRole("row", { name: "Well priced" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: t("services.only_loss") })).toHaveAttribute("aria-pressed", "true");
});
