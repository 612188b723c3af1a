// What a page says beside a figure: whether it is dearer, what it is the price of, how many there are, how little is taken.
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`an own price is drawn as a discount only where it is one, ${look.name}`, async ({ page, shop }) => {
    const { money } = await seenAs(page, look, "app");
    const name = `Dearer ${look.lang} ${Date.now()}`;
    const { id } = await shop.service({ ...byHand, name, rate: "12000" });
    const lan = await shop.customer();
    const admin = await shop.token(ADMIN);
    const own = (rate) =>
      shop.ask("PUT", `/api/admin/users/${lan.id}/rates`, { rates: [{ service_id: id, rate }] }, admin);
    await enter(page, shop.base, lan);
    const row = page.getByRole("row", { name });
    for (const [rate, crossed] of [
      ["15000", 0],
      ["9000", 1],
    ]) {
      await own(rate);
      await page.goto(`${shop.base}/services?search=${encodeURIComponent(name)}`);
      await expect(row.getByText(money(Number(rate)))).toBeVisible();
      await expect(row.locator("del")).toHaveCount(crossed);
    }
    // In the operator's page of the customer the number and the name stand apart.
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users/${lan.id}`);
    await expect(row.locator("td").first()).toHaveText(new RegExp(`^\\s*${id} · Dearer`));
  });

  test(`live viewers are priced by the minute, and it is said, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const name = `Live ${look.lang} ${Date.now()}`;
    const { id } = await shop.service({ ...byHand, name, type: "live_viewers", rate: "1900" });
    await enter(page, shop.base, await shop.customer());
    await page.goto(`${shop.base}/services?search=${encodeURIComponent(name)}`);
    await expect(page.getByRole("row", { name })).toContainText(t("services.per_minutes"));
    await page.screenshot({ path: `results/live-viewers-${look.lang}.png`, fullPage: true });
    await page.goto(`${shop.base}/?service=${id}`);
    await expect(page.getByText(t("services.per_minutes"))).toBeVisible();
    await page.screenshot({ path: `results/live-viewers-form-${look.lang}.png`, fullPage: true });
  });

  test(`what is missing is added with at least what a deposit takes, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "app");
    const service = await shop.service({ ...byHand, rate: "3000" });
    await enter(page, shop.base, await shop.customer());
    await page.goto(`${shop.base}/?service=${service.id}`);
    await page.getByLabel(t("order.link")).fill("https://example.com/a");
    await page.getByLabel(t("order_field.quantity")).fill("1000");
    await page.getByRole("link", { name: t("new_order.top_up", { amount: money(10_000) }) }).click();
    await expect(page.getByLabel(t("deposit.amount"))).toHaveValue("10000");
    await page.goto(`${shop.base}/deposit?amount=25000`);
    await expect(page.getByLabel(t("deposit.amount"))).toHaveValue("25000");
  });

  test(`a guest finds the API in the menu, ${look.name}`, async ({ page, shop }) => {
    const { t, go } = await seenAs(page, look, "app");
    await page.goto(`${shop.base}/services`);
    await go("reseller");
    await expect(page.getByRole("heading", { name: t("login.reseller.title") })).toBeVisible();
  });
}

test("tabs count what their list shows, or nothing", async ({ page, shop }) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const service = await shop.service(byHand);
  const lan = await shop.customer(100_000);
  const wish = { service_id: service.id, link: "https://example.com/counted", quantity: 1000 };
  await shop.ask("POST", "/api/orders", wish, lan.token);
  await enter(page, shop.base, ADMIN);
  const badges = page.getByRole("group", { name: t("orders.status") }).locator(".badge");
  await page.goto(`${shop.base}/admin/orders?user_id=${lan.id}`);
  await expect(badges.first()).toHaveText("1");
  for (const filter of ["slow=true", `service_id=${service.id}`, "search=counted"]) {
    await page.goto(`${shop.base}/admin/orders?${filter}`);
    await page.getByRole("heading", { name: t("orders.title") }).waitFor();
    await expect(page.locator("table, .empty").first()).toBeVisible();
    await expect(badges).toHaveCount(0);
  }
});
