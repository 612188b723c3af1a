// Several accounts to pay to, as the operator sets them and as a customer chooses; and all about one user on one page.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { tooWide } from "./typed.mjs";

const LOOKS = [
  { size: { width: 1440, height: 900 }, colorScheme: "light", lang: "vi" },
  { size: { width: 390, height: 844 }, colorScheme: "dark", lang: "en" },
];

for (const look of LOOKS) {
  const name = `${look.lang}-${look.size.width}`;

  test(`the operator adds an account and a customer chooses it, ${name}`, async ({ page, open, newPage }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/settings#banks`);
    const form = page.locator("#banks");
    await form.getByRole("button", { name: t("settings.bank_add") }).click();
    await form.getByRole("button", { name: t("common.save") }).click();
    await expect(form.locator(".is-invalid").first()).toBeVisible();
    await form.getByRole("combobox", { name: t("settings.bank_known"), exact: true }).selectOption("970436");
    await form.getByLabel(t("settings.bank_account_number")).fill("1022 334 455");
    await form.getByLabel(t("settings.bank_account_name")).fill("NGUYEN VAN A");
    await form.getByRole("button", { name: t("common.save") }).click();
    await expect(page.getByText(t("common.saved"), { exact: true })).toBeVisible();
    await page.reload();
    await expect(form.getByLabel(t("settings.bank_account_number"))).toHaveValue("1022334455");
    await form.screenshot({ path: `results/banks-set-${name}.png` });
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    const own = await newPage({ viewport: look.size, colorScheme: look.colorScheme });
    const { t: say } = await seenAs(own, look, "app");
    const lan = await panel.customer();
    await enter(own, panel.base, lan);
    await own.goto(`${panel.base}/deposit`);
    await own.getByLabel(say("deposit.amount")).fill("50000");
    await own.getByLabel(say("deposit.to")).selectOption("1022334455");
    await own.screenshot({ path: `results/banks-choose-${name}.png` });
    expect(await violations(own)).toEqual([]);
    await own.getByRole("button", { name: say("deposit.submit") }).click();
    await expect(own.getByText("1022334455")).toBeVisible();
    expect(await tooWide(own)).toBeLessThanOrEqual(0);
  });

  test(`a user's page has the money, the last things and signs of fraud, ${name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    const service = await panel.service();
    const lan = await panel.customer(100_000);
    const mai = await panel.customer();
    const order = { service_id: service.id, link: "https://www.tiktok.com/@ten/video/1", quantity: 1000 };
    await panel.ask("POST", "/api/orders", order, lan.token);
    await panel.ask("POST", "/api/tickets", { subject: "Đơn chậm", message: "Sao lâu thế?" }, lan.token);
    await panel.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/users/${lan.id}`);
    await expect(page.getByText(t("person.deposited"), { exact: true })).toBeVisible();
    await expect(page.getByRole("table", { name: t("person.orders") }).locator("tbody tr")).toHaveCount(1);
    await expect(page.getByText("Đơn chậm")).toBeVisible();
    // Everybody comes from this machine.
    const told = page.getByRole("table", { name: t("person.others") });
    await expect(told.getByText(mai.login)).toBeVisible();
    await page.screenshot({ path: `results/person-${name}.png`, fullPage: true });
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
  });
}
