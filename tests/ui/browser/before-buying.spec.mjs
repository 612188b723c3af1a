// What a buyer has to know before the button: what is promised, what may be typed, what is missing.
import { violations } from "./axe.mjs";
import { choose, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const LINK = "https://www.tiktok.com/@a";
const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

for (const look of LOOKS) {
  test(`warranty, cancel and price are told before and after buying, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "app");
    const name = `Promised ${Date.now()} ${"with a long name ".repeat(4)}`.trim();
    const service = await shop.service({ ...BY_HAND, name, refill: true, refill_days: 30, cancel: true });
    const plain = await shop.service({ ...BY_HAND, name: `Plain ${Date.now()}` });
    const lan = await shop.customer(100_000);
    const days = t("terms.refill_days", { days: 30 });
    await enter(page, shop.base, lan);

    await page.goto(`${shop.base}/services?search=${service.id}`);
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText(days);
    await expect(row).toContainText(t("terms.cancel"));
    await page.goto(`${shop.base}/services?search=${encodeURIComponent(plain.name)}`);
    await expect(page.getByRole("row").filter({ hasText: plain.name })).toContainText(t("terms.no_refill"));
    await expect(page.getByRole("row").filter({ hasText: plain.name })).toContainText(t("terms.no_cancel"));

    await page.goto(`${shop.base}/`);
    await choose(page, name.slice(0, 20), t("new_order.service"));
    await expect(page.getByText(days)).toBeVisible();
    await expect(page.getByText(t("terms.cancel"))).toBeVisible();
    // The price stands in the closed field, however long the name.
    const price = page.getByText(t("new_order.price_per_thousand", { rate: money(10_000) }));
    await expect(price).toBeVisible();
    await expect(price).toBeInViewport({ ratio: 1 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    await page.screenshot({ path: `results/before-buying-${look.lang}.png`, fullPage: true });

    const order = await shop.ask(
      "POST",
      "/api/orders",
      { service_id: service.id, link: LINK, quantity: 100 },
      lan.token,
    );
    await page.goto(`${shop.base}/orders/${order.id}`);
    await expect(page.getByRole("definition").filter({ hasText: days })).toContainText(t("terms.cancel"));
    const admin = await shop.token({ login: "boss", password: "boss-password" });
    await shop.ask("PUT", `/api/admin/orders/${order.id}/status`, { status: "completed" }, admin);
    const promised = page.getByRole("definition").filter({ hasText: days });
    await expect(promised).toContainText(t("terms.until", { time: "" }).trim());
    // Not at once: the button comes later.
    await expect(promised).toContainText(t("terms.from", { time: "" }).split("  ")[0].trim());
    await expect(promised).not.toContainText(t("terms.cancel"));
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/order-terms-${look.lang}.png`, fullPage: true });
  });

  test(`a field says what is wrong when it is left, ${look.name}`, async ({ page, shop }) => {
    const { t, count } = await seenAs(page, look, "app");
    const service = await shop.service({ ...BY_HAND, max_quantity: 2000 });
    await enter(page, shop.base, await shop.customer(100_000));
    await page.goto(`${shop.base}/?service=${service.id}`);
    const quantity = page.getByLabel(t("new_order.quantity"));
    const bounds = page.getByText(t("new_order.out_of_bounds", { min: count(50), max: count(2000) }));
    await quantity.focus();
    await page.keyboard.press("Tab");
    await expect(quantity, "nothing was typed yet").not.toHaveAttribute("aria-invalid");
    await quantity.fill("5");
    await expect(bounds, "it may become 500").toHaveCount(0);
    await page.keyboard.press("Tab");
    await expect(bounds).toBeVisible();
    await expect(quantity).toHaveAttribute("aria-invalid", "true");
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/left-field-${look.lang}.png`, fullPage: true });
    await quantity.fill("50");
    await expect(bounds).toHaveCount(0);
    await page.keyboard.press("Tab");
    await expect(quantity).not.toHaveAttribute("aria-invalid");
    await page.getByLabel(t("link_kind.url")).fill("nowhere");
    await page.keyboard.press("Tab");
    await expect(page.getByText(t("link.no_address"))).toBeVisible();
  });

  test(`a balance that does not cover it leads to the deposit of what is missing, ${look.name}`, async ({
    page,
    shop,
  }) => {
    const { t, money } = await seenAs(page, look, "app");
    const service = await shop.service();
    await enter(page, shop.base, await shop.customer(3000));
    await page.goto(`${shop.base}/?service=${service.id}`);
    await page.getByLabel(t("link_kind.url")).fill(LINK);
    await page.getByLabel(t("new_order.quantity")).fill("1500");
    const top = page.getByRole("link", { name: t("new_order.top_up", { amount: money(12_000) }) });
    await expect(top).toHaveAttribute("href", "/deposit?amount=12000");
    await expect(page.getByRole("button", { name: t("new_order.submit"), exact: true })).toHaveCount(0);
    await expect(page.getByText(t("new_order.short", { balance: money(3000), amount: money(12_000) }))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/short-${look.lang}.png`, fullPage: true });
    await top.click();
    await expect(page.getByLabel(t("deposit.amount"))).toHaveValue("12000");
    await page.goBack();
    await expect(page.getByLabel(t("new_order.quantity"))).toHaveValue("1500");
    // Less is covered.
    await page.getByLabel(t("new_order.quantity")).fill("300");
    await page.getByRole("button", { name: t("new_order.submit"), exact: true }).click();
    await expect(page.getByRole("button", { name: t("receipt.again") })).toBeVisible();
  });
}
