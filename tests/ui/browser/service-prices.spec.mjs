// Prices of many services: every line is seen before it is made, and what would lose stays as it is.
import { violations } from "./axe.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";

for (const look of LOOKS) {
  test(`rates are raised and lowered together, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const name = `Priced ${Date.now()}`;
    // Delivered by hand, so that no provider's list changes the cost meanwhile.
    const byHand = { provider_id: null, provider_service_id: null };
    const good = await shop.service({ ...byHand, name: `${name} A`, rate: "12345", cost: "8000" });
    const tight = await shop.service({ ...byHand, name: `${name} B`, rate: "9000", cost: "8999" });
    const rateOf = async ({ id }) => (await shop.ask("GET", `/api/services/${id}`)).rate;
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
    const dialog = page.getByRole("dialog");
    const open = async () => {
      for (const { id } of [good, tight])
        await page.getByLabel(t("common.select_one", { id }), { exact: true }).check();
      await page.getByRole("button", { name: t("services.prices") }).click();
      await expect(dialog.getByLabel(t("import.markup")), "nothing is chosen yet").toHaveValue("");
      await expect(dialog.getByRole("button", { name: t("order_actions.confirm") })).toBeDisabled();
      await expect(dialog.getByRole("table")).toHaveCount(0);
      await dialog.getByLabel(t("services.change")).selectOption("rate");
    };
    await open();
    const confirm = dialog.getByRole("button", { name: t("order_actions.confirm") });
    await expect(confirm).toBeDisabled();
    await expect(dialog.getByText(t("bulk.wait.change"))).toBeVisible();
    await dialog.getByLabel(t("services.move")).fill("2,5");
    await expect(dialog.getByText(t("number.fraction"))).toBeVisible();
    await expect(confirm).toBeDisabled();
    await dialog.getByLabel(t("services.move")).fill("-20");
    await dialog.getByLabel(t("services.round_to")).selectOption("500");
    await expect(dialog.getByText(money(10_000))).toBeVisible();
    await expect(dialog.getByText(t("services.obstacle.below_cost"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    expect([await rateOf(good), await rateOf(tight)], "nothing is done yet").toEqual(["12345", "9000"]);
    await dialog.getByRole("button", { name: t("order_actions.confirm") }).click();
    await expect(dialog).toHaveCount(0);
    expect([await rateOf(good), await rateOf(tight)]).toEqual(["10000", "9000"]);

    // The best tier pays less than the rate.
    await open();
    await dialog.getByLabel(t("services.change")).selectOption("margin");
    await dialog.getByLabel(t("import.markup")).fill("1");
    await expect(dialog.getByText(t("loss.tier_named", { tier: "VIP", percent: "10%" }))).toBeVisible();
    await expect(confirm).toBeDisabled();
    await expect(dialog.getByText(t("bulk.wait.loss"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/bulk-prices-${look.lang}.png` });
    // What has to be answered stands above the lines, however many these are.
    const top = async (what) => (await what.boundingBox()).y;
    const lines = await top(dialog.getByRole("table"));
    expect(await top(dialog.getByLabel(t("loss.allow")))).toBeLessThan(lines);
    expect(await top(dialog.getByLabel(t("services.silent")))).toBeLessThan(lines);
    await page.keyboard.press("Escape");
    await expect(dialog, "a number is soon typed anew").toHaveCount(0);
    await page.getByRole("button", { name: t("orders.clear") }).click();

    const row = await buttonsOf(page.getByRole("row").filter({ hasText: `${name} A` }));
    await row.getByRole("button", { name: t("services.history") }).click();
    const past = dialog.getByRole("table", { name: t("services.history") }).getByRole("row");
    const priced = past.filter({ hasText: money(8000) });
    await expect(priced).toHaveCount(2);
    await expect(priced.first()).toContainText(money(10_000));
    await expect(priced.last()).toContainText(money(12_345));
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    const side = page.locator(".desk-side");
    if (await side.isVisible()) await side.getByRole("button", { name: t("common.close") }).click();

    await open();
    await dialog.getByLabel(t("services.change")).selectOption("category");
    await dialog.getByLabel(t("services.category")).fill("Moved");
    await expect(dialog.getByText(t("services.plan.changed"))).toHaveCount(2);
    await dialog.getByRole("button", { name: t("order_actions.confirm") }).click();
    await expect(dialog).toHaveCount(0);
    expect((await shop.ask("GET", `/api/services/${tight.id}`)).category).toBe("Moved");
  });
}

for (const look of LOOKS) {
  test(`what is to be done with chosen rows stays in sight, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    const name = `Long ${Date.now()}`;
    const made = [];
    for (let at = 0; at < 30; at++) made.push(await shop.service({ name: `${name} ${at}` }));
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
    const boxes = page.getByRole("checkbox", { name: t("common.select_one", { id: "" }).trim() });
    await expect(boxes).toHaveCount(30);
    await boxes.last().check();
    const prices = page.getByRole("button", { name: t("services.prices") });
    await expect(boxes.last()).toBeInViewport();
    await expect(prices).toBeInViewport();
    await page.screenshot({ path: `results/chosen-${look.lang}.png` });
    await prices.click();
    await expect(page.getByRole("dialog")).toBeVisible();
  });
}
