// The support: made by an admin, sees what it may, and does for customers what they could do themselves.
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, narrow, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

for (const look of LOOKS) {
  test(`the support sees no cost and no provider, and cancels for a customer, ${look.name}`, async ({
    page,
    shop,
    watch,
  }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null, cancel: true });
    const lan = await shop.customer(100_000);
    const mai = await shop.customer();
    watch.announce(403, `/api/admin/users/${mai.id}/role`);
    const wish = { service_id: service.id, link: "https://example.com/a", quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    const later = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
    const scheduled = await shop.ask("POST", "/api/orders", { ...wish, start_at: later }, lan.token);

    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users/${mai.id}`);
    await page.getByRole("button", { name: t("user.role"), exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("users.role"), { exact: true }).selectOption("support");
    await expect(dialog.getByText(t("user.role_support"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: t("user.role") }).click();
    await confirm(page, t, ADMIN);
    await expect(page.getByText(t("users.support"), { exact: true }).first()).toBeVisible();

    await enter(page, shop.base, mai);
    await page.goto(`${shop.base}/admin`);
    await page.getByRole("link", { name: t("forbidden.orders") }).click();
    await expect(page.getByRole("link", { name: `${order.id}`, exact: true })).toBeVisible();
    const menu = page.locator("#menu .nav-link");
    await expect(menu).toHaveText(
      [t("menu.orders"), t("menu.users"), t("menu.deposits"), t("menu.tickets")].map((text) => new RegExp(text)),
    );
    expect(await violations(page)).toEqual([]);

    // How far work by hand is.
    await page.goto(`${shop.base}/admin/orders/${order.id}`);
    await expect(page.getByText(t("orders.provider"), { exact: true })).toHaveCount(0);
    await page.getByRole("button", { name: t("orders.set_status") }).click();
    const choices = dialog.getByLabel(t("orders.status"), { exact: true }).locator("option");
    await expect(choices).toHaveText(["processing", "in_progress", "completed"].map((one) => t(`status.order.${one}`)));
    await dialog.getByLabel(t("orders.status"), { exact: true }).selectOption("in_progress");
    await dialog.getByRole("button", { name: t("order_actions.set") }).click();
    await expect(page.locator("dd").getByText(t("status.order.in_progress"), { exact: true })).toBeVisible();
    await expect(page.locator(".steps-list").getByText(t("by.support"))).toBeVisible();

    // Canceled, with what goes back said before.
    await page.goto(`${shop.base}/admin/orders/${scheduled.id}`);
    await page.getByRole("button", { name: t("for_customer.cancel") }).click();
    await expect(page.getByText(t("for_customer.cancel_at_once", { amount: money(10_000) }))).toBeVisible();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("for_customer.cancel") })
      .click();
    await expect(page.locator("dd").getByText(t("status.order.canceled"), { exact: true })).toBeVisible();
    expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(90_000);

    await page.goto(`${shop.base}/admin/users/${lan.id}`);
    await expect(page.getByText(`${lan.login}@example.vn`)).toBeVisible();
    for (const key of ["user.adjust", "user.role", "user.ban"])
      await expect(page.getByRole("button", { name: t(key), exact: true })).toHaveCount(0);
    await page.goto(`${shop.base}/admin/deposits`);
    await expect(page.getByRole("heading", { name: t("deposits.title") })).toBeVisible();
    await page.goto(`${shop.base}/admin/settings`);
    await expect(page.getByRole("heading", { name: t("forbidden.title") })).toBeVisible();

    // What the support did is in the audit log, and is found by who did it.
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/audit`);
    await narrow(page, t("desk.filter"));
    await page.getByLabel(t("audit.actor")).selectOption({ label: mai.login });
    await expect(page.locator(".audit > li")).toHaveCount(2);
    await expect(page.locator(".audit").getByText(mai.login).first()).toBeVisible();
  });
}

test("the support sees a new request come and how many there are, without a reload", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const [lan, mai] = [await panel.customer(), await panel.customer()];
  const boss = await panel.token(ADMIN);
  await panel.ask("PUT", `/api/admin/users/${mai.id}/role`, { role: "support" }, boss);
  await enter(page, panel.base, mai);
  await page.goto(`${panel.base}/admin/tickets`);
  const tabs = page.getByRole("group", { name: t("ticket.status") });
  const open_ones = tabs.getByRole("button", { name: t("status.ticket.open") });
  await expect(open_ones).toContainText("0");
  await panel.ask("POST", "/api/tickets", { subject: "Chậm quá", message: "?" }, lan.token);
  await expect(page.getByRole("link", { name: "Chậm quá" })).toBeVisible();
  await expect(open_ones).toContainText("1");
  await expect(tabs.getByRole("button", { name: t("common.all"), exact: false })).toContainText("1");
});
