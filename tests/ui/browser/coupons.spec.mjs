// What is given beside a deposit: set by the operator, who is asked about losses first, and seen by the customer.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null };

test("steps of the bonus on deposits are added, asked about and taken away", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const stored = async () => (await panel.ask("GET", "/api/site")).bonus;
  await panel.service({ ...byHand, name: "Thin", rate: "10000", cost: "9900" });
  const admin = await panel.token(ADMIN);
  const tier = (await panel.ask("GET", "/api/admin/settings", undefined, admin)).tiers;
  const flat = tier.map((one) => ({ ...one, discount_percent: 0 }));
  await panel.ask("PUT", "/api/admin/settings", { tiers: flat }, admin);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin`);
  await page.getByRole("link", { name: "Khuyến mãi" }).click();
  const form = page.getByRole("form", { name: "Thưởng nạp tiền" });
  await form.getByRole("button", { name: "Thêm mức" }).click();
  await form.getByLabel("Nạp từ (VND)").fill("200.000");
  await form.getByLabel("Phần trăm").fill("5");
  await expect(form.getByText("1 dịch vụ có giá bán thấp hơn giá gốc")).toBeVisible();
  await form.getByRole("button", { name: "Lưu" }).click();
  await expect(form.getByText("Hãy xác nhận bán lỗ, hoặc giảm mức thưởng.")).toBeVisible();
  expect(await stored()).toEqual([]);
  await form.getByLabel("Phần trăm").fill("1");
  await expect(form.getByText("1 dịch vụ có giá bán thấp hơn giá gốc")).toHaveCount(0);
  await form.getByRole("button", { name: "Lưu" }).click();
  await expect.poll(stored).toEqual([{ from: 200_000, percent: 1 }]);
  await form.getByRole("button", { name: "Bỏ mức 1" }).click();
  await form.getByRole("button", { name: "Lưu" }).click();
  await expect.poll(stored).toEqual([]);
});

test("a coupon is made, used with a deposit and turned off", async ({ page, open, watch }) => {
  watch.announce(422, "/api/admin/coupons");
  watch.announce(409, "/api/payment/deposit");
  watch.announce(409, "/api/payment/coupon");
  const panel = await open({ env: SHOP });
  const lan = await panel.customer();
  const admin = await panel.token(ADMIN);
  await panel.ask("PUT", "/api/admin/settings", { bonus: [{ from: 100_000, percent: 2 }] }, admin);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/coupons`);
  await page.getByRole("button", { name: "Tạo mã" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Mã", { exact: true }).fill("tet 27");
  await dialog.getByLabel("Phần trăm").fill("10");
  await dialog.getByLabel("Thưởng tối đa (VND)").fill("15.000");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog.getByText("chữ không dấu, chữ số, gạch ngang hoặc gạch dưới")).toBeVisible();
  await dialog.getByLabel("Mã", { exact: true }).fill("tet27");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  const row = page.getByRole("row", { name: /TET27/ });
  await expect(row).toContainText("10% · tối đa 15.000 ₫");
  await expect(row).toContainText("0 / ∞");

  await page.context().clearCookies();
  await enter(page, panel.base, lan);
  await page.goto(`${panel.base}/deposit`);
  await expect(page.getByText("Từ 100.000 ₫: thêm 2%")).toBeVisible();
  const form = page.getByRole("form", { name: "Nạp tiền" });
  await form.getByLabel("Số tiền (VND)").fill("200000");
  await expect(form.getByText("Với số tiền này bạn được thưởng thêm 4.000 ₫.")).toBeVisible();
  await expect(form.getByText("Từ 10.000 ₫ đến 500.000.000 ₫.")).toBeVisible();
  const coupon = form.getByLabel("Mã khuyến mãi");
  await coupon.fill("NONE");
  await form.getByRole("button", { name: "Tạo mã QR" }).click();
  await expect(form.getByText("Không có mã này. Hãy kiểm tra lại từng ký tự.")).toBeVisible();
  // What it brings is known before anything is asked for.
  await coupon.fill("GONE");
  await coupon.press("Tab");
  await expect(form.getByText("Không có mã này. Hãy kiểm tra lại từng ký tự.")).toBeVisible();
  // It does not come back with the rest of what was typed.
  await page.reload();
  await expect(form.getByLabel("Số tiền (VND)")).toHaveValue("200000");
  await expect(coupon).toHaveValue("");
  await coupon.fill("tet27");
  await coupon.press("Tab");
  await expect(form.getByText("Với mã này bạn được thưởng 15.000 ₫, thay cho thưởng nạp tiền.")).toBeVisible();
  await form.getByLabel("Số tiền (VND)").fill("100000");
  await expect(form.getByText("Với mã này bạn được thưởng 10.000 ₫, thay cho thưởng nạp tiền.")).toBeVisible();
  await form.getByLabel("Số tiền (VND)").fill("750000");
  await expect(form.getByText("Thưởng nạp tiền bằng hoặc cao hơn nên mã này sẽ không bị dùng.")).toBeVisible();
  // Nobody can ask for so little: nothing is looked up, which the watch would see refused.
  await form.getByLabel("Số tiền (VND)").fill("9999");
  await expect(form.getByText("Với mã này bạn được thưởng")).toHaveCount(0);
  await page.waitForTimeout(600);
  await form.getByLabel("Số tiền (VND)").fill("200000");
  expect((await panel.ask("GET", "/api/payment/deposits", undefined, lan.token)).items).toEqual([]);
  await form.getByRole("button", { name: "Tạo mã QR" }).click();
  const code = page.getByText(/^NAP[0-9A-Z]{8}$/).first();
  await expect(code).toBeVisible();
  await expect(page.getByText("Với mã này bạn được thưởng 15.000 ₫, thay cho thưởng nạp tiền.")).toBeVisible();
  await page.screenshot({ path: "results/deposit-waits-coupon.png" });
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Lưu mã QR" }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^NAP[0-9A-Z]{8}\.png$/);
  await panel.transfer(71, 200_000, (await code.textContent()) ?? "");
  await expect(page.getByText("Bạn được thưởng thêm 15.000 ₫.")).toBeVisible();
  await expect(page.getByRole("link", { name: "215.000 ₫" })).toBeVisible();
  await page.getByRole("link", { name: "Lịch sử giao dịch" }).click();
  await expect(page.getByRole("cell", { name: "Tiền thưởng" })).toBeVisible();

  await page.context().clearCookies();
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/coupons`);
  await expect(row).toContainText("1 / ∞");
  await row.getByRole("button", { name: "Tắt" }).click();
  await expect(row).toContainText("Đã tắt");
});

test("a gift code is credited on a phone, in English", async ({ page, open, watch }) => {
  watch.announce(409, "/api/user/coupons");
  const panel = await open({ env: SHOP });
  const lan = await panel.customer();
  const admin = await panel.token(ADMIN);
  await panel.ask("POST", "/api/admin/coupons", { code: "HELLO", kind: "free", value: 5_000 }, admin);
  await page.setViewportSize({ width: 360, height: 800 });
  await enter(page, panel.base, lan);
  await page.addInitScript(() => localStorage.setItem("lang", "en"));
  await page.goto(`${panel.base}/deposit`);
  const form = page.getByRole("form", { name: "Gift code" });
  await form.getByRole("textbox", { name: "Gift code" }).fill("hello");
  await form.getByRole("button", { name: "Redeem" }).click();
  await expect(form.getByText("Gift codes can be used after your first deposit.")).toBeVisible();
  const deposit = await panel.ask("POST", "/api/payment/deposit", { amount: 20_000 }, lan.token);
  await panel.transfer(72, 20_000, deposit.code);
  await form.getByRole("button", { name: "Redeem" }).click();
  await expect(page.getByText("5.000 ₫ was credited.").or(page.getByText("₫5,000 was credited."))).toBeVisible();
});
