// A customer has a completed order topped up, and the operator's desk for it.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const WISH = { link: "https://www.tiktok.com/@a", quantity: 1000 };
const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a refill is asked for, and decided at the desk, ${look.name}`, async ({ page, open, newPage }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: SHOP });
    const customer = await seenAs(page, look, "app");
    const admin = await panel.token(ADMIN);
    await panel.ask("PUT", "/api/admin/settings", { refill_wait_hours: 0 }, admin);
    const service = await panel.service({ ...BY_HAND, refill: true });
    const lan = await panel.customer(100_000);
    const order = await panel.ask("POST", "/api/orders", { service_id: service.id, ...WISH }, lan.token);
    await panel.ask("PUT", `/api/admin/orders/${order.id}/status`, { status: "completed", start_count: 250 }, admin);
    await enter(page, panel.base, lan);
    await page.goto(`${panel.base}/orders`);
    const button = page.getByRole("button", { name: customer.t("refill.button_of", { id: order.id }) });
    await expect(button).toBeVisible();
    await page.goto(`${panel.base}/orders/${order.id}`);
    await button.click();
    await expect(page.getByText(customer.t("status.refill.pending"))).toBeVisible();
    await expect(button).toHaveCount(0);
    await expect(page.locator("#refills"), "the focus is at what came of it").toBeFocused();
    expect(await violations(page)).toEqual([]);

    const desk = await newPage();
    const { t, go, count } = await seenAs(desk, look, "admin");
    await enter(desk, panel.base, ADMIN);
    await desk.goto(`${panel.base}/admin`);
    await expect(desk.getByText(t("tasks.what.refills", { count: 1 }))).toBeVisible();
    await go("refills");
    // What is done by hand is no promise of a provider's.
    await expect(desk.getByRole("button", { name: `${t("refills.by_hand")} 1` })).toBeVisible();
    await expect(desk.getByRole("button", { name: `${t("refills.waiting")} 1` })).toBeVisible();
    await expect(desk.getByRole("heading", { name: t("refills.by_service") })).toHaveCount(0);
    const row = desk.getByRole("row").filter({ hasText: service.name });
    await expect(row.getByRole("link", { name: WISH.link })).toHaveAttribute("href", WISH.link);
    await expect(row).toContainText(count(WISH.quantity));
    await expect(row).toContainText(`${t("orders.start")} ${count(250)}`);
    expect(await violations(desk)).toEqual([]);
    expect(await desk.evaluate(wide), "wider than the screen").toBe(false);
    await desk.screenshot({ path: `results/refills-${look.lang}.png`, fullPage: true });
    await desk.goto(`${panel.base}/admin/orders/${order.id}`);
    await expect(desk.getByRole("heading", { name: t("refills.title"), exact: true })).toBeVisible();
    await expect(desk.getByText(t("status.refill.pending"))).toBeVisible();
    const link = desk.getByRole("main").getByRole("link", { name: t("menu.refills"), exact: true });
    await expect(link).toHaveAttribute("href", "/admin/refills?desk=all");
    await desk.goBack();
    await desk.getByRole("button", { name: t("refills.decide"), exact: true }).click();
    const dialog = desk.getByRole("dialog");
    await expect(dialog.getByLabel(t("refills.state"))).toBeFocused();
    await expect(dialog.getByRole("link", { name: WISH.link })).toBeVisible();
    await expect(dialog).toContainText(service.name);
    await expect(dialog).toContainText(count(250));
    // What is rejected stays so: not without a word.
    await dialog.getByLabel(t("refills.state")).selectOption("rejected");
    await dialog.getByRole("button", { name: t("refills.set") }).click();
    await expect(dialog.getByText(t("common.missing"))).toBeVisible();
    expect((await panel.ask("GET", "/api/refills", undefined, lan.token)).items[0].status).toBe("pending");
    await dialog.getByLabel(t("refills.why")).fill("The page is private");
    expect(await violations(desk)).toEqual([]);
    await desk.screenshot({ path: `results/refill-dialog-${look.lang}.png` });
    await dialog.getByRole("button", { name: t("refills.set") }).click();
    await expect(desk.getByText(t("refills.none"))).toBeVisible();
    // Told without a reload.
    await expect(page.getByText("The page is private")).toBeVisible();
    await page.screenshot({ path: `results/refill-${look.lang}.png`, fullPage: true });
  });

  test(`the service form says for how long, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    const service = await shop.service({});
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/services?search=${service.id}`);
    const row = await buttonsOf(page.getByRole("row").filter({ hasText: service.name }));
    await row.getByRole("button", { name: t("services.edit") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("services.refill"), { exact: true }).check();
    await dialog.getByLabel(t("services.refill_days")).fill("30");
    await dialog.getByLabel(t("services.cancel")).check();
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog).toHaveCount(0);
    const kept = await shop.ask("GET", `/api/services/${service.id}`);
    expect([kept.refill, kept.refill_days, kept.cancel]).toEqual([true, 30, true]);
  });
}
