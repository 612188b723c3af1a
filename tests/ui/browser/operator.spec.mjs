// What waits for the operator: first on the dashboard, each with its button, and every row can be ended.
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";

const someId = () => Date.now() + Math.floor(Math.random() * 1e6);

/** Waits until the API says so. */
async function until(panel, path, token, holds) {
  await expect(async () => expect(holds(await panel.ask("GET", path, undefined, token))).toBe(true)).toPass();
}

test("a shop where nothing waits says so, once it is set up", async ({ page, open }) => {
  const { SHOP } = await import("./panel.mjs");
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin`);
  await expect(page.getByText(t("dashboard.unfinished"))).toBeVisible();
  await expect(page.getByRole("heading", { name: t("dashboard.newest_deposits") })).toBeVisible();
  await expect(page.getByText(t("tasks.nothing"))).toHaveCount(0);
  await panel.service();
  await page.reload();
  await expect(page.getByText("Không có việc gì chờ bạn. Mọi thứ đang chạy tốt.")).toBeVisible();
  await expect(page.getByText(t("dashboard.unfinished"))).toHaveCount(0);
});

for (const look of LOOKS) {
  test(`what waits stands first on the dashboard, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    await shop.transfer(someId(), 77_000, "tien khong ma");
    const admin = await shop.token(ADMIN);
    const { items } = await shop.ask("GET", "/api/admin/review", undefined, admin);
    const { count, amount } = items.find(({ kind }) => kind === "unmatched");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin`);
    const task = page
      .getByRole("list", { name: t("tasks.title") })
      .getByRole("listitem")
      .filter({ hasText: t("tasks.what.unmatched", { count, amount: money(amount) }) });
    await expect(task).toBeVisible();
    // Before any figure, whatever the size.
    const figures = page.getByRole("heading", { name: t("dashboard.today") });
    expect((await task.boundingBox()).y).toBeLessThan((await figures.boundingBox()).y);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await task.getByRole("link", { name: t("tasks.do.unmatched") }).click();
    await expect(page.getByRole("heading", { name: t("review.title") })).toBeVisible();
  });

  test(`a provider that is away is told once, ${look.name}`, async ({ page, open }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const { t } = await seenAs(page, look, "admin");
    const admin = await panel.token(ADMIN);
    // Nobody listens there: neither is its list read, nor is an order sent.
    const away = { name: "Far away", api_url: "http://127.0.0.1:9/api/v2", api_key: "the-first-key" };
    const provider = await panel.ask("POST", "/api/admin/providers", away, admin);
    const service = await panel.service({ provider_id: provider.id, provider_service_id: "41", cost: "8000" });
    const { token } = await panel.customer(100_000);
    const wish = { service_id: service.id, link: "https://www.tiktok.com/@a", quantity: 1000 };
    await panel.ask("POST", "/api/orders", wish, token);
    await until(panel, "/api/admin/review", admin, ({ items }) => items.some(({ kind }) => kind === "provider"));
    await until(panel, "/api/admin/jobs", admin, ({ items }) =>
      items.some(({ name, status }) => name === "sync-catalog" && status === "failing"),
    );
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin`);
    const health = page
      .locator("#health")
      .getByRole("listitem")
      .filter({ hasText: t("job.sync_catalog") });
    await expect(health).toContainText(t("status.job.failing"));
    await expect(page.getByText(t("tasks.what.provider", { about: away.name }))).toBeVisible();
    await expect(page.getByRole("main").getByText("127.0.0.1:9")).toHaveCount(1);
  });

  test(`a provider moves, and what it had waits for the operator, ${look.name}`, async ({ page, open, watch }) => {
    watch.announce(403, "/api/admin/providers/2");
    watch.announce(409, "/api/admin/providers/2");
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const { t, count } = await seenAs(page, look, "admin");
    const admin = await panel.token(ADMIN);
    // Nobody listens there, so the order stays queued.
    const away = { name: "Far away", api_url: "http://127.0.0.1:9/api/v2", api_key: "the-first-key" };
    const provider = await panel.ask("POST", "/api/admin/providers", away, admin);
    const service = await panel.service({ provider_id: provider.id, provider_service_id: "41", cost: "8000" });
    const { token } = await panel.customer(100_000);
    const wish = { service_id: service.id, link: "https://www.tiktok.com/@a", quantity: 1000 };
    const order = await panel.ask("POST", "/api/orders", wish, token);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/providers`);
    await page
      .getByRole("row", { name: /Far away/ })
      .getByRole("button", { name: t("providers.edit") })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("providers.url")).fill("http://127.0.0.1:10/api/v2");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    // The stored key would go to another server.
    await confirm(page, t, ADMIN);
    await expect(dialog.getByText(t("refusal.orders_open", { orders: count(1) }))).toBeVisible();
    const abandon = dialog.getByLabel(t("providers.abandon"));
    // Another address, or another key, is another question.
    for (const [field, text] of [
      ["providers.key", "another-key"],
      ["providers.key", ""],
      ["providers.url", "http://127.0.0.1:11/api/v2"],
    ]) {
      await abandon.check();
      await dialog.getByLabel(t(field)).fill(text);
      await expect(abandon, `after another ${field}`).not.toBeChecked();
    }
    await abandon.check();
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog).toHaveCount(0);
    await page.goto(`${panel.base}/admin/orders/${order.id}`);
    await expect(page.getByText(t("order.account_left"))).toBeVisible();
    await page.getByRole("button", { name: t("orders.resolve"), exact: true }).click();
    const question = page.getByRole("dialog");
    await expect(question.getByText(t("order_actions.left_lead"))).toBeVisible();
    await question.getByRole("button", { name: t("order_actions.resend_left"), exact: true }).click();
    await expect(question.getByText(t("order_actions.resend_left_effect"))).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await question.getByRole("button", { name: t("order_actions.cancel"), exact: true }).click();
    await question.getByRole("button", { name: t("order_actions.confirm"), exact: true }).click();
    await expect(question).toHaveCount(0);
    await until(panel, `/api/orders/${order.id}`, token, ({ status }) => status === "canceled");
  });

  test(`an import in many parts is one entry of the audit log, ${look.name}`, async ({ page, open }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: SHOP });
    const { t, count } = await seenAs(page, look, "admin");
    const admin = await panel.token(ADMIN);
    await panel.ask("POST", "/api/admin/services/import", { provider_id: 1, markup_percent: 30 }, admin);
    let services = 0;
    // As if its list had been so long.
    await page.route("**/api/admin/audit-log*", async (route) => {
      const answer = await route.fetch();
      const list = await answer.json();
      list.items = list.items.flatMap((entry) => {
        if (entry.action !== "service.import") return [entry];
        services = entry.after.services.length;
        return [3, 2, 1].map((part) => ({ ...entry, id: entry.id * 10 + part }));
      });
      return route.fulfill({ response: answer, json: list });
    });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/audit`);
    const entries = page.getByRole("list", { name: t("audit.title") }).getByRole("listitem");
    const imports = entries.filter({ has: page.getByText(t("audit.show")) }).filter({ hasText: "30%" });
    await expect(imports).toHaveCount(1);
    expect(services).toBeGreaterThan(1);
    await expect(imports).toContainText(count(3 * services));
    await imports.getByText(t("audit.show")).click();
    await expect(imports.getByRole("table").getByRole("row")).toHaveCount(3 * services + 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test(`a provider is added, ${look.name}`, async ({ page, open }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/providers`);
    await page.getByRole("button", { name: t("providers.add") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("[name=name]").fill("Another one");
    await dialog.locator("[name=api_url]").fill("http://127.0.0.1:9/api/v2");
    await dialog.locator("[name=api_key]").fill("the-first-key");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog).toHaveCount(0);
    await expect(page.getByRole("row", { name: /Another one/ })).toBeVisible();
  });

  test(`private money is set aside and brought back, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const content = `tien nha ${someId()}`;
    await shop.transfer(someId(), 50_000, content);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/review`);
    const row = page.getByRole("row", { name: new RegExp(content) });
    await row.getByRole("button", { name: t("bank.aside"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: t("bank.aside_title", { amount: money(50_000) }) });
    await dialog.getByRole("button", { name: t("bank.aside"), exact: true }).click();
    await expect(dialog.getByText(t("bank.aside_needed"))).toBeVisible();
    await dialog.getByLabel(t("bank.aside_reason")).fill("rent of the flat");
    await dialog.getByRole("button", { name: t("bank.aside"), exact: true }).click();
    await expect(row).toHaveCount(0);
    await page.goto(`${shop.base}/admin/bank?status=ignored`);
    await expect(row).toContainText("rent of the flat");
    await row.getByRole("button", { name: t("bank.bring_back") }).click();
    await expect(row.getByRole("button", { name: t("bank.assign"), exact: true })).toBeVisible();
  });

  test(`a cancel says that the provider goes on, before and after, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    const [service, lan] = [await shop.service(), await shop.customer(100_000)];
    const wish = { service_id: service.id, link: `https://example.com/${someId()}`, quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    const admin = await shop.token(ADMIN);
    await until(shop, `/api/admin/orders/${order.id}`, admin, ({ dispatch }) => dispatch === "sent");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/orders/${order.id}`);
    await page.getByRole("button", { name: t("orders.set_status") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("orders.status"), { exact: true }).selectOption("canceled");
    await expect(dialog.getByText(t("order_actions.goes_on"))).toBeVisible();
    await dialog.getByRole("button", { name: t("order_actions.set") }).click();
    await expect(page.getByText(t("order.goes_on"))).toBeVisible();
    // The provider goes on to its end, which the status sync asks for.
    await until(shop, `/api/admin/orders/${order.id}`, admin, ({ cost }) => cost !== null);
    const { items } = await shop.ask("GET", "/api/admin/orders?review=true", undefined, admin);
    expect(items.filter(({ id }) => id === order.id)).toEqual([]);
  });

  test(`a contradiction is ended in its row, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    const [service, lan] = [await shop.service(), await shop.customer(100_000)];
    const wish = { service_id: service.id, link: `https://example.com/strange/${someId()}`, quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    const admin = await shop.token(ADMIN);
    await until(shop, `/api/admin/orders/${order.id}`, admin, ({ contradiction }) => contradiction !== null);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/review`);
    const row = page.getByRole("row").filter({ has: page.locator(`a[href="/admin/orders/${order.id}"]`) });
    await row.getByRole("button", { name: t("order.acknowledge") }).click();
    const dialog = page.getByRole("dialog", { name: t("order_actions.acknowledge_title", { id: order.id }) });
    await dialog.getByRole("button", { name: t("order.acknowledge") }).click();
    await expect(dialog).toHaveCount(0);
    await expect(row).toHaveCount(0);
  });

  test(`what a provider did is said in the reader's language, ${look.name}`, async ({ page, shop }) => {
    const { t, count, money } = await seenAs(page, look, "admin");
    const [service, lan] = [await shop.service(), await shop.customer(1_000_000)];
    const admin = await shop.token(ADMIN);
    const ordered = async (word, holds) => {
      const wish = { service_id: service.id, link: `https://example.com/${word}/${someId()}`, quantity: 5000 };
      const { id } = await shop.ask("POST", "/api/orders", wish, lan.token);
      await until(shop, `/api/admin/orders/${id}`, admin, holds);
      return shop.ask("GET", `/api/admin/orders/${id}`, undefined, admin);
    };
    const parked = await ordered("gateway", ({ dispatch }) => dispatch === "review");
    const contradicted = await ordered("strange", ({ contradiction }) => contradiction !== null);
    const partial = await ordered("partial", ({ status }) => status === "partial");
    await enter(page, shop.base, ADMIN);
    const main = page.getByRole("main");

    await page.goto(`${shop.base}/admin/orders/${parked.id}`);
    await expect(main.getByText(t("defect.status"))).toBeVisible();
    await page.getByRole("button", { name: t("orders.resolve") }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(`${t("defect.status")}, HTTP 502`)).toBeVisible();
    const { balance_after: left } = parked.dispatch_note_coded.values;
    await expect(dialog.getByText(money(Number(left), 3))).toBeVisible();
    await expect(page.getByText("the status is neither")).toHaveCount(0);

    await page.goto(`${shop.base}/admin/orders/${contradicted.id}`);
    const contradiction = main.getByText(t("note.unknown_status", { said: "Failed" }));
    await expect(contradiction.first()).toBeVisible();
    // In the notice, in the standing and in the timeline.
    await expect(contradiction).toHaveCount(3);
    await expect(page.getByText(contradicted.contradiction)).toHaveCount(0);

    await shop.ask("POST", `/api/admin/orders/${contradicted.id}/acknowledge`, {}, admin);
    await page.goto(`${shop.base}/admin/audit`);
    const entry = page
      .getByRole("list", { name: t("audit.title") })
      .getByRole("listitem")
      .filter({ has: page.locator(`a[href="/admin/orders/${contradicted.id}"]`) });
    await entry.getByText(t("audit.show")).click();
    await expect(entry.getByText(t("note.unknown_status", { said: "Failed" }))).toBeVisible();

    await page.goto(`${shop.base}/admin/orders/${partial.id}`);
    const undelivered = { vi: `còn thiếu ${count(2000)}`, en: `remaining ${count(2000)}` }[look.lang];
    await expect(main.getByText(`${t("status.order.partial")} · ${undelivered}`)).toBeVisible();
    await expect(page.getByText("remains 2000")).toHaveCount(0);
  });

  test(`the audit log speaks in sentences, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const admin = await shop.token(ADMIN);
    const [service, lan] = [await shop.service({ name: `Likes ${someId()}` }), await shop.customer(100_000)];
    const change = { rate: "12500", min_quantity: 20, description: '{"raw": 1}' };
    await shop.ask("PUT", `/api/admin/services/${service.id}`, { rate: "11000" }, admin);
    await shop.ask("PUT", `/api/admin/services/${service.id}`, change, admin);
    await shop.ask("PUT", "/api/admin/settings", { tiers: await tiersWith(shop, admin, 4_000_000) }, admin);
    const wish = {
      name: `Moved ${someId()}`,
      api_url: "https://first.example/api/v2",
      api_key: "a-key-of-it",
      active: false,
    };
    const moved = await shop.ask("POST", "/api/admin/providers", wish, admin);
    await shop.ask("PUT", `/api/admin/providers/${moved.id}`, { api_url: "https://second.example/api/v2" }, admin);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/audit`);
    const entries = page.getByRole("list", { name: t("audit.title") }).getByRole("listitem");
    const said = (key, values) => entries.filter({ hasText: t(`audit.sentence.${key}`, values) });
    const called = t("audit.subject_of.service_named", { id: service.id, name: service.name });
    const one = {
      actor: ADMIN.login,
      subject: called,
      field: t("audit.field.rate"),
      before: money(10_000),
      after: money(11_000),
    };
    await expect(said("service.change_one", one)).toHaveCount(1);
    const gave = {
      actor: ADMIN.login,
      subject: t("audit.subject_of.user_named", { name: lan.login }),
      amount: money(100_000),
      after: money(100_000),
    };
    await expect(said("user.balance_up", gave)).toHaveCount(1);
    const left = { actor: ADMIN.login, subject: t("audit.subject_of.provider_named", { name: moved.name }) };
    await expect(said("provider.leave", left)).toHaveCount(1);
    await expect(said("provider.leave_parked", { ...left, count: 0 })).toHaveCount(0);
    const row = entries
      .filter({ hasText: called })
      .filter({ hasText: t("audit.field.min_quantity") })
      .first();
    await row.getByText(t("audit.show")).click();
    await expect(
      row
        .getByRole("table")
        .getByRole("row")
        .filter({ hasText: t("audit.field.min_quantity") }),
    ).toContainText("20");
    await page.goto(`${shop.base}/admin/audit?action=user.create_admin`);
    const made = {
      vi: `Máy chủ tạo thành viên ${ADMIN.login}, quyền quản trị`,
      en: `The server created user ${ADMIN.login} as an administrator`,
    };
    await expect(entries.filter({ hasText: made[look.lang] })).toHaveCount(1);
    await page.goBack();
    // No JSON but what somebody wrote.
    await expect(page.getByText('{"level"')).toHaveCount(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
}

/** The tiers in force with another border of the second. */
async function tiersWith(shop, admin, border) {
  const { tiers } = await shop.ask("GET", "/api/admin/settings", undefined, admin);
  const other = tiers[1].min_spent === border ? border + 1 : border;
  return tiers.map((tier) => (tier.level === 2 ? { ...tier, min_spent: other } : tier));
}
