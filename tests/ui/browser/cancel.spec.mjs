// A customer cancels an order: at once what was not sent, by request what is under way.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const WISH = { link: "https://www.tiktok.com/@a", quantity: 1000 };
const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`what was not sent is canceled at once, ${look.name}`, async ({ page, open }) => {
    const { SHOP } = await import("./panel.mjs");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const { t, money } = await seenAs(page, look, "app");
    const admin = await panel.token(ADMIN);
    // Nobody listens there, so the order stays queued.
    const away = { name: "Far away", api_url: "http://127.0.0.1:9/api/v2", api_key: "a-first-key" };
    const provider = await panel.ask("POST", "/api/admin/providers", away, admin);
    const service = await panel.service({ provider_id: provider.id, provider_service_id: "41", cost: "8000" });
    const lan = await panel.customer(100_000);
    const order = await panel.ask("POST", "/api/orders", { service_id: service.id, ...WISH }, lan.token);
    await enter(page, panel.base, lan);
    await page.goto(`${panel.base}/orders/${order.id}`);
    const button = page.getByRole("button", { name: t("cancel_order.button_of", { id: order.id }) });
    await button.click();
    const question = page.getByRole("dialog");
    await expect(question).toContainText(t("cancel_order.at_once", { amount: money(order.charge) }));
    // Nothing is done yet that it would have to turn for.
    await expect(page.locator("main .btn-loading")).toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await question.getByRole("button", { name: t("cancel_order.no") }).click();
    await expect(page.locator("dd").getByText(t("status.order.pending"))).toBeVisible();
    await expect(button).toBeFocused();
    await button.click();
    await expect(question).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(button).toBeFocused();
    await button.click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("cancel_order.yes") })
      .click();
    await expect(page.locator("dd").getByText(t("orders.canceled_by_you"))).toBeVisible();
    await expect(button).toHaveCount(0);
    await expect(page.locator("#page-title")).toBeFocused();
    // The balance, which stands in two places of which a screen shows one.
    await expect(page.getByText(money(100_000)).first()).toBeAttached();
  });

  test(`an order that cannot be canceled says why, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const [plain, open] = [await shop.service(BY_HAND), await shop.service({ ...BY_HAND, cancel: true })];
    const lan = await shop.customer(100_000);
    const buy = (service) => shop.ask("POST", "/api/orders", { service_id: service.id, ...WISH }, lan.token);
    const [first, second] = [await buy(plain), await buy(open)];
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders/${first.id}`);
    await expect(page.getByText(t("terms.no_cancel"))).toBeVisible();
    // A shop by hand never has one in between.
    let why = "cancel_in_review";
    await page.route(`**/api/orders/${second.id}`, async (route) => {
      const answer = await route.fetch();
      const refused = { can_cancel: false, cancel_way: null, cancel_refusal: why };
      await route.fulfill({ response: answer, json: { ...(await answer.json()), ...refused } });
    });
    await page.goto(`${shop.base}/orders/${second.id}`);
    await expect(page.getByText(t("refusal.cancel_in_review"))).toBeVisible();
    await expect(page.getByText(t("terms.cancel"))).toHaveCount(0);
    // Of a sentence that does not speak of it, it is said what it is about.
    for (const [reason, about] of [
      ["cancel_while_sending", "not_yet"],
      ["runs_all_begun", "not"],
    ]) {
      why = reason;
      await page.reload();
      const said = t(`refusal.${reason}`);
      const whole = t(`terms.${about}`, { why: said[0].toLowerCase() + said.slice(1) });
      await expect(page.getByText(whole, { exact: true })).toBeVisible();
    }
  });

  test(`a request is seen by both, and refused with words for the customer, ${look.name}`, async ({
    page,
    shop,
    newPage,
  }) => {
    const customer = await seenAs(page, look, "app");
    const service = await shop.service({ ...BY_HAND, cancel: true });
    const lan = await shop.customer(100_000);
    const order = await shop.ask("POST", "/api/orders", { service_id: service.id, ...WISH }, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    await page.getByRole("button", { name: customer.t("cancel_order.button_of", { id: order.id }) }).click();
    const amount = customer.money(order.charge);
    await expect(page.getByRole("dialog")).toContainText(customer.t("cancel_order.by_hand", { amount }));
    await page
      .getByRole("dialog")
      .getByRole("button", { name: customer.t("cancel_order.yes") })
      .click();
    await expect(page.getByRole("row").getByText(customer.t("cancel.asked"))).toBeVisible();

    const desk = await newPage();
    const { t } = await seenAs(desk, look, "admin");
    await enter(desk, shop.base, ADMIN);
    await desk.goto(`${shop.base}/admin/orders?cancel=open`);
    const row = desk.getByRole("row").filter({ hasText: service.name });
    await (await buttonsOf(row)).getByRole("button", { name: t("cancel_request.button") }).click();
    const dialog = desk.getByRole("dialog");
    // The words belong to the refusal, not to the cancel above it.
    const refusal = dialog.getByRole("form", { name: t("cancel_request.refuse") });
    await expect(refusal.getByRole("button")).toHaveText([t("cancel_request.refuse")]);
    await expect(refusal.getByLabel(t("cancel_request.detail"))).toBeFocused();
    await dialog.getByLabel(t("cancel_request.detail")).fill("Half of it is done");
    expect(await violations(desk)).toEqual([]);
    await desk.screenshot({ path: `results/cancel-dialog-${look.lang}.png` });
    await dialog.getByRole("button", { name: t("cancel_request.refuse") }).click();
    await expect(row.getByText(t("cancel.refused"))).toBeVisible();
    // Told without a reload.
    await expect(page.getByText("Half of it is done")).toBeVisible();
    await page.goto(`${shop.base}/orders/${order.id}`);
    await expect(page.getByText(customer.t("step.cancel_refused"), { exact: true })).toBeVisible();
  });
}

for (const lang of ["vi", "en"]) {
  test(`no action of an order is cut off on a small desk, ${lang}`, async ({ page, shop }) => {
    const look = { name: lang, lang, size: { width: 1280, height: 800 }, colorScheme: "light" };
    const { t } = await seenAs(page, look, "app");
    const name = "Tăng lượt theo dõi TikTok, người dùng thật, bảo hành ba mươi ngày";
    const service = await shop.service({ ...BY_HAND, name, cancel: true });
    const lan = await shop.customer(100_000);
    const link = `https://www.tiktok.com/@${"a".repeat(60)}`;
    const order = await shop.ask("POST", "/api/orders", { ...WISH, service_id: service.id, link }, lan.token);
    // Every action is offered: the panel itself never offers the two of them at once.
    await page.route(/\/api\/orders(\?|$)/, async (route) => {
      const answer = await route.fetch();
      const list = await answer.json();
      await route.fulfill({
        response: answer,
        json: { ...list, items: list.items.map((one) => ({ ...one, can_refill: true })) },
      });
    });
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    await expect(page.getByRole("button", { name: t("refill.button_of", { id: order.id }) })).toBeVisible();
    const [inner, shown] = await page
      .locator(".table-responsive")
      .evaluate((box) => [box.scrollWidth, box.clientWidth]);
    expect(inner).toBeLessThanOrEqual(shown);
  });
}
