// A customer's own prices: what the operator sets, and what the customer sees of it.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`a customer gets an own price, and buys at it, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const name = `Own ${Date.now()}`;
    const byHand = { provider_id: null, provider_service_id: null };
    const service = await shop.service({ ...byHand, name, rate: "12000", cost: "8000" });
    const lan = await shop.customer(100_000);
    await enter(page, shop.base, ADMIN);
    const admin = await shop.token(ADMIN);
    const { items } = await shop.ask("GET", `/api/admin/users?search=${lan.login}`, undefined, admin);
    await page.goto(`${shop.base}/admin/users/${items[0].id}`);
    const dialog = page.getByRole("dialog");

    await page.getByRole("button", { name: t("user.rate_add") }).click();
    await dialog.getByRole("searchbox").fill(name);
    await dialog.getByRole("button", { name: new RegExp(name) }).click();
    await dialog.getByLabel(t("user.rate")).fill("9000.5");
    await expect(dialog.getByText(t("services.for_thousand", { rate: money(9000.5, 1) }))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: t("common.save") }).click();
    const row = page.getByRole("row", { name });
    await expect(row).toContainText(money(9000.5, 1));

    // Below its cost only when that is said.
    await row.getByRole("button", { name: t("user.rate_edit_of", { id: service.id }) }).click();
    await dialog.getByLabel(t("user.rate")).fill("7000");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog.getByText(t("loss.needed"))).toBeVisible();
    await dialog.getByLabel(t("loss.allow")).check();
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(row).toContainText(t("user.rate_at_loss"));

    // The cost rises: the page says that it does not count any more, and the customer pays the general rate.
    const quote = async () => {
      const wish = { service_id: service.id, link: "https://example.com/a", quantity: 1000 };
      return (await shop.ask("POST", "/api/orders/quote", wish, lan.token)).charge;
    };
    expect(await quote()).toBe(7000);
    await shop.ask("PUT", `/api/admin/services/${service.id}`, { cost: "9000" }, admin);
    await page.reload();
    await expect(row).toContainText(t("user.rate_over"));
    expect(await violations(page)).toEqual([]);
    expect(await quote()).toBe(12_000);
    await row.getByRole("button", { name: t("user.rate_edit_of", { id: service.id }) }).click();
    await dialog.getByLabel(t("user.rate")).fill("9500");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(row).not.toContainText(t("user.rate_over"));

    const seen = await seenAs(page, look, "app");
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/services?search=${encodeURIComponent(name)}`);
    await expect(page.getByRole("row", { name }).getByText(money(9500))).toBeVisible();
    await expect(page.getByRole("row", { name }).getByText(money(12_000))).toBeVisible();
    await page.goto(`${shop.base}/?service=${service.id}`);
    await page.getByLabel(seen.t("order.link")).fill("https://example.com/a");
    await page.getByLabel(seen.t("order_field.quantity")).fill("1000");
    await expect(page.getByText(seen.t("new_order.own_price"))).toBeVisible();
    await expect(page.locator("strong", { hasText: money(9500) })).toBeVisible();
    await page.getByRole("button", { name: seen.t("new_order.submit") }).click();
    await expect
      .poll(async () => (await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance)
      .toBe(90_500);

    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users/${items[0].id}`);
    await row.getByRole("button", { name: t("user.rate_remove_of", { id: service.id }) }).click();
    await dialog.getByRole("button", { name: t("user.rate_remove") }).click();
    await expect(page.getByText(t("user.rates_none"))).toBeVisible();
    expect(await quote()).toBe(12_000);
  });
}
