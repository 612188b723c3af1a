// One order for a link at a time: turned on in the operator's form, seen by the customer and by the operator.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`the second order for a link says what it waits for, ${look.name}`, async ({ page, open, newPage }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const admin = await panel.token(ADMIN);
    // Nobody listens there, so the orders stay queued.
    const away = { name: "Far away", api_url: "http://127.0.0.1:9/api/v2", api_key: "a-first-key" };
    const provider = await panel.ask("POST", "/api/admin/providers", away, admin);
    const service = await panel.service({ provider_id: provider.id, provider_service_id: "41", cost: "8000" });

    const desk = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/services?search=${encodeURIComponent(service.name)}`);
    const row = await buttonsOf(page.getByRole("row").filter({ hasText: service.name }));
    await row
      .getByRole("button", { name: desk.t("services.edit") })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(desk.t("services.exclusive_links")).check();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: desk.t("common.save") }).click();
    await expect(dialog).toHaveCount(0);

    const lan = await panel.customer(100_000);
    const buy = (link) => panel.ask("POST", "/api/orders", { service_id: service.id, quantity: 1000, link }, lan.token);
    const first = await buy("https://www.tiktok.com/@a/");
    const second = await buy("http://tiktok.com/@a#x");
    await page.goto(`${panel.base}/admin/orders?user_id=${lan.id}`);
    const behind = page.getByRole("link", { name: desk.t("orders.behind", { id: first.id }) });
    await expect(page.getByText(desk.t("waits_for.link"))).toHaveCount(1);
    expect(await violations(page)).toEqual([]);
    await page.goto(`${panel.base}/admin/orders/${second.id}`);
    await behind.click();
    await expect(page).toHaveURL(`${panel.base}/admin/orders/${first.id}`);

    const shop = await newPage();
    const { t } = await seenAs(shop, look, "app");
    await enter(shop, panel.base, lan);
    await shop.goto(`${panel.base}/orders/${second.id}`);
    await expect(shop.getByText(t("waits_for.link"))).toHaveCount(1);
    await shop.goto(`${panel.base}/orders`);
    await expect(shop.getByText(t("waits_for.link"))).toHaveCount(1);
    expect(await violations(shop)).toEqual([]);
    // The first is taken back, and the second waits for nothing but the provider.
    await panel.ask("POST", `/api/orders/${first.id}/cancel`, {}, lan.token);
    await expect(shop.getByText(t("status.order.canceled"))).not.toHaveCount(0);
    await shop.reload();
    await expect(shop.getByText(t("waits_for.link"))).toHaveCount(0);
  });
}
