// What would be sold below its cost is asked about first, over all that is on sale.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test, unfold } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null };

test("a tier's discount that sells below the cost is asked about, naming how many and the worst", async ({
  page,
  open,
}) => {
  const panel = await open({ env: SHOP });
  const admin = await panel.token(ADMIN);
  await panel.service({ ...byHand, name: "Thin", rate: "10000", cost: "9000" });
  await panel.service({ ...byHand, name: "Wide", rate: "10000", cost: "5000" });
  const stored = async () => {
    const { tiers } = await panel.ask("GET", "/api/admin/settings", undefined, admin);
    return tiers.map((tier) => tier.discount_percent);
  };
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/settings`);
  const form = page.getByRole("form", { name: "Cấp bậc" });
  const percent = form.getByLabel("Giảm (%)");
  const save = () => form.getByRole("button", { name: "Lưu" }).click();

  // Up to its cost is no loss, and less than before is none either.
  await percent.nth(3).fill("9");
  await save();
  await expect.poll(stored).toEqual([0, 3, 5, 9]);
  await percent.nth(3).fill("10");
  await save();
  await expect.poll(stored).toEqual([0, 3, 5, 10]);

  await percent.nth(2).fill("10");
  await percent.nth(3).fill("55");
  await expect(form.getByText("2 dịch vụ có giá bán thấp hơn giá gốc")).toBeVisible();
  await expect(form.getByText("Thin: bán 4.500 ₫, giá gốc 9.000 ₫")).toBeVisible();
  await expect(form.getByText("khách ở cấp được giảm 55% trả đúng giá này.")).toBeVisible();
  await save();
  await expect(form.getByText("Hãy sửa mức giảm, hoặc đánh dấu vào đây.")).toBeVisible();
  expect(await stored()).toEqual([0, 3, 5, 10]);
  // Another discount is another question.
  await form.getByLabel("Tôi biết và vẫn tiếp tục").check();
  await percent.nth(3).fill("12");
  await expect(form.getByText("1 dịch vụ có giá bán thấp hơn giá gốc")).toBeVisible();
  await expect(form.getByLabel("Tôi biết và vẫn tiếp tục")).not.toBeChecked();
  await form.getByLabel("Tôi biết và vẫn tiếp tục").check();
  await save();
  await expect.poll(stored).toEqual([0, 3, 10, 12]);
  await expect(form.getByLabel("Tôi biết và vẫn tiếp tục")).toHaveCount(0);
  // What was answered leaves nothing unsaved.
  await page.getByRole("link", { name: "Nhật ký" }).first().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/admin\/audit/);
});

test("an exchange rate is asked about for all services, not for the first hundred", async ({ page, open }) => {
  test.setTimeout(120_000);
  const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
  const admin = await panel.token(ADMIN);
  const wish = { name: "Abroad", api_url: `${panel.base}/nowhere`, api_key: "key-of-abroad", currency: "USD" };
  const { id } = await panel.ask("POST", "/api/admin/providers", { ...wish, exchange_rate: "25000" }, admin);
  const service = { category: "X", rate: "12000", min_quantity: 1, max_quantity: 9, provider_id: id, cost: "11000" };
  for (let number = 0; number < 103; number++)
    await panel.ask(
      "POST",
      "/api/admin/services",
      { ...service, name: `S${number}`, provider_service_id: `${number}` },
      admin,
    );
  const stored = async () => {
    const { items } = await panel.ask("GET", "/api/admin/providers", undefined, admin);
    return items.find((one) => one.id === id).exchange_rate;
  };
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/providers?edit=${id}`);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tỷ giá (VND)").fill("26.000");
  await dialog.getByLabel("Tỷ giá (VND)").fill("30.000");
  // Whoever is quicker than the question is asked all the same.
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog.getByText("103 dịch vụ có giá bán thấp hơn giá gốc")).toBeVisible();
  expect(await stored()).toBe("25000");
  await dialog.getByLabel("Tôi biết và vẫn tiếp tục").check();
  // An answer counts once: the draft holds the rate, and nothing of it.
  await expect.poll(() => page.evaluate(() => JSON.stringify(sessionStorage))).toContain("30.000");
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("allow_loss");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("30000");
});

test("an exchange rate is asked about by what the best tier pays", async ({ page, open }) => {
  const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
  const admin = await panel.token(ADMIN);
  const wish = { name: "Abroad", api_url: `${panel.base}/nowhere`, api_key: "key-of-abroad", currency: "USD" };
  const { id } = await panel.ask("POST", "/api/admin/providers", { ...wish, exchange_rate: "25000" }, admin);
  await panel.service({ name: "Thin", rate: "12000", cost: "10000", provider_id: id, provider_service_id: "1" });
  const stored = async () => {
    const { items } = await panel.ask("GET", "/api/admin/providers", undefined, admin);
    return items.find((one) => one.id === id).exchange_rate;
  };
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/providers?edit=${id}`);
  const dialog = page.getByRole("dialog");
  const exchange = dialog.getByLabel("Tỷ giá (VND)");
  await exchange.fill("27.500");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog.getByText("Thin: bán 10.800 ₫, giá gốc 11.000 ₫")).toBeVisible();
  await expect(dialog.getByText("khách ở cấp được giảm 10% trả đúng giá này.")).toBeVisible();
  expect(await stored()).toBe("25000");
  // At its cost is no loss.
  await exchange.fill("27.000");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("27000");
});

test("a price that the best tier's discount brings below the cost is asked about", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const admin = await panel.token(ADMIN);
  const { tiers } = await panel.ask("GET", "/api/admin/settings", undefined, admin);
  tiers[3].discount_percent = 20;
  await panel.ask("PUT", "/api/admin/settings", { tiers }, admin);
  const service = await panel.service({ ...byHand, name: "Thin", rate: "20000", cost: "9000" });
  const stored = async () => (await panel.ask("GET", `/api/services/${service.id}`)).rate;
  // Where the tiers are at hand, it is named.
  const note = /khách (ở cấp|cấp VIP,) được giảm 20%,? trả đúng giá này\./;
  const allow = page.getByLabel("Tôi biết và vẫn tiếp tục");
  const dialog = page.getByRole("dialog");
  await enter(page, panel.base, ADMIN);

  // The form: at its cost after the discount is no loss.
  await page.goto(`${panel.base}/admin/services?search=Thin`);
  await page.getByRole("button", { name: "Sửa dịch vụ" }).click();
  await dialog.getByLabel("Giá bán").fill("11.250");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("11250");
  await page.getByRole("button", { name: "Sửa dịch vụ" }).click();
  await dialog.getByLabel("Giá bán").fill("10.000");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog.getByText("bán 8.000 ₫, giá gốc 9.000 ₫")).toBeVisible();
  await expect(dialog.getByText(note)).toBeVisible();
  expect(await stored()).toBe("11250");
  await allow.check();
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("10000");

  // Many at once.
  await page.goto(`${panel.base}/admin/services?search=Thin`);
  await page.getByLabel(`Chọn số ${service.id}`, { exact: true }).check();
  await page.getByRole("button", { name: "Đổi giá, tình trạng, danh mục" }).click();
  const confirm = dialog.getByRole("button", { name: "Xác nhận" });
  await dialog.getByLabel("Cộng thêm (%)").fill("25");
  await expect(allow).toHaveCount(0);
  await expect(confirm).toBeEnabled();
  await dialog.getByLabel("Cộng thêm (%)").fill("20");
  await expect(dialog.getByText("bán 8.640 ₫, giá gốc 9.000 ₫")).toBeVisible();
  await expect(dialog.getByText(note)).toBeVisible();
  await expect(confirm).toBeDisabled();
  await page.keyboard.press("Escape");

  // An import, by its page and in the wizard.
  for (const path of ["import", "wizard"]) {
    await page.goto(`${panel.base}/admin/${path}`);
    const take = page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ });
    const look = page.getByRole("button", { name: "Xem trước" });
    if (path === "wizard") await page.getByRole("button", { name: /Nhập dịch vụ/ }).click();
    await page.getByLabel("Cộng thêm (%)").fill("30");
    await look.click();
    await expect(take).toBeEnabled();
    await page.getByLabel("Cộng thêm (%)").fill("20");
    await look.click();
    await expect(page.getByText(note)).toBeVisible();
    await expect(take).toBeDisabled();
    await allow.check();
    await expect(take).toBeEnabled();
  }
});

for (const look of LOOKS) {
  test(`own prices that a new exchange rate rules out are named, and nothing is asked, ${look.name}`, async ({
    page,
    open,
  }) => {
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const { t, money } = await seenAs(page, look, "admin");
    const admin = await panel.token(ADMIN);
    const wish = { name: "Abroad", api_url: `${panel.base}/nowhere`, api_key: "key-of-abroad", currency: "USD" };
    const { id } = await panel.ask("POST", "/api/admin/providers", { ...wish, exchange_rate: "25000" }, admin);
    const made = { name: "Wide", rate: "13000", cost: "10000", provider_id: id, provider_service_id: "1" };
    const service = await panel.service(made);
    const lan = await panel.customer();
    const rates = [{ service_id: service.id, rate: "10500" }];
    await panel.ask("PUT", `/api/admin/users/${lan.id}/rates`, { rates }, admin);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/providers?edit=${id}`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("providers.rate"), { exact: true }).fill("27500");
    const named = dialog.getByRole("listitem").filter({ hasText: lan.login });
    await expect(named).toContainText(t("loss.own_line", { rate: money(10_500), cost: money(11_000) }));
    await expect(dialog.getByText(t("loss.own_note"))).toBeVisible();
    await expect(dialog.getByLabel(t("loss.allow"))).toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog).toHaveCount(0);
    await page.goto(`${panel.base}/admin/settings`);
    await unfold(page);
    await expect(page.getByText(t("settings.discount_on_own_rates_hint"))).toBeVisible();
  });
}
