// Types of orders, from what a service names alone: a list and a poll in the order form, in many lines, and for sale.
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, choose, enter, expect, test } from "./fixtures.mjs";

const LINK = "https://www.instagram.com/p/1";
const byHand = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a list and a poll are ordered and shown, ${look.name}`, async ({ page, open }) => {
    const { t, money } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await enter(page, demo.base, { login: "demo", password: "demo-password" });
    const submit = page.getByRole("button", { name: t("new_order.submit"), exact: true });
    const link = page.getByLabel(t("order.link"));
    const names = page.getByLabel(t("order_field.usernames"));
    const answer = page.getByLabel(t("order_field.answer_number"));
    const charge = page.locator(".pay-sum strong");

    await page.goto(demo.base);
    await choose(page, "Nhắc tên theo danh sách", t("new_order.service"));
    await link.fill(LINK);
    await expect(page.getByLabel(t("order_field.quantity"), { exact: true })).toHaveCount(0);
    await names.fill("mot\nhai\n");
    await expect(
      page.getByText(t("new_order.lines", { count: 2, min: 10, max: look.lang === "vi" ? "5.000" : "5,000" })),
    ).toBeVisible();
    await submit.click();
    await expect(names).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText(t("new_order.too_few_lines", { min: 10, lines: 2 }))).toBeVisible();
    const listed = Array.from({ length: 10 }, (_, at) => `ten_${at}`).join("\n");
    const quoted = page.waitForResponse((answer) => answer.url().endsWith("/api/orders/quote") && answer.ok());
    await names.fill(listed);
    await quoted;
    await expect(charge).toHaveText(money(1300));
    await submit.click();
    await page.getByRole("link", { name: t("receipt.follow") }).click();
    await expect(page.locator("dd", { hasText: "ten_9" })).toHaveText(listed, { useInnerText: true });
    await expect(page.locator("dt").getByText(t("order_field.usernames"), { exact: true })).toBeVisible();

    await page.goto(demo.base);
    await choose(page, "Tăng lượt bình chọn", t("new_order.service"));
    await link.fill("https://www.facebook.com/poll/1");
    await page.getByLabel(t("order_field.quantity"), { exact: true }).fill("100");
    await submit.click();
    await expect(answer).toHaveAttribute("aria-invalid", "true");
    await answer.fill("101");
    await submit.click();
    await expect(answer).toHaveAttribute("aria-invalid", "true");
    await answer.fill("2");
    await expect(charge).toHaveText(money(3000));
    await submit.click();
    await page.getByRole("link", { name: t("receipt.follow") }).click();
    const given = page.locator("dt", { hasText: t("order_field.answer_number") });
    await expect(given.locator("xpath=following-sibling::dd[1]")).toHaveText("2");
    await expect(page.locator("dd").getByText(t("status.order.completed"))).toBeVisible({ timeout: 30_000 });
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
  });

  test(`a poll is put on sale, and ordered in a line, ${look.name}`, async ({ page, shop, newPage }) => {
    const admins = await seenAs(page, look, "admin");
    const name = `Bình chọn ${look.lang} ${Date.now()}`;
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/services`);
    await page.getByRole("button", { name: admins.t("services.add") }).click();
    await page.getByLabel(admins.t("services.name"), { exact: true }).fill(name);
    await page.getByLabel(admins.t("services.category"), { exact: true }).last().fill("Facebook");
    await page.getByLabel(admins.t("services.type")).selectOption({ label: admins.t("order_type.poll") });
    await page.getByLabel(admins.t("services.rate")).fill("30000");
    await page.getByRole("button", { name: admins.t("common.save") }).click();
    await expect(page.getByText(admins.t("common.saved"))).toBeVisible();
    const { items } = await shop.ask("GET", `/api/services?search=${encodeURIComponent(name)}`);
    expect(items.map((service) => [service.type, service.fields.length])).toEqual([["poll", 3]]);
    const list = await shop.service({ ...byHand, type: "mentions_custom_list" });

    const theirs = await newPage();
    const { t, money } = await seenAs(theirs, look, "app");
    const lan = await shop.customer(1_000_000);
    await enter(theirs, shop.base, lan);
    await theirs.goto(`${shop.base}/mass-order`);
    const lines = [
      `${items[0].id} | ${LINK} | 100 | 2`,
      `${items[0].id} | ${LINK}/a | 100`,
      `${list.id} | ${LINK} | 100`,
      `${items[0].id} | ${LINK}/b | 100 | 500`,
    ];
    await theirs.getByLabel(t("mass_order.lines")).fill(lines.join("\n"));
    await theirs.getByRole("button", { name: t("mass_order.preview") }).click();
    const lacks = t("mass_order.problem.lacks", { field: t("order_field.answer_number") });
    await expect(theirs.getByText(lacks)).toBeVisible();
    await expect(theirs.getByText(t("mass_order.problem.needs_lines"))).toBeVisible();
    const why = t("number.too_large", { max: 100 });
    const wrong = t("mass_order.problem.field", { field: t("order_field.answer_number"), why });
    await expect(theirs.getByText(wrong)).toBeVisible();
    if (look.lang === "en") await expect(theirs.getByText("1 good order, 3 lines with errors.")).toBeVisible();
    await theirs.getByRole("button", { name: t("mass_order.send", { count: 1 }) }).click();
    await expect(theirs.getByText(t("mass_order.done", { count: 1, amount: money(3000) }))).toBeVisible();
    const { items: orders } = await shop.ask("GET", "/api/orders", undefined, lan.token);
    const order = await shop.ask("GET", `/api/orders/${orders[0].id}`, undefined, lan.token);
    expect([order.quantity, order.params, order.charge]).toEqual([100, { answer_number: 2 }, 3000]);
  });
}
