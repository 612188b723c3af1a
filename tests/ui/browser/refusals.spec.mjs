// What is refused says what is wanted, with its figures, in the reader's language.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

test("a deposit names its limits, a search how much it needs", async ({ page, shop, watch }) => {
  const lan = await shop.customer(0);
  await enter(page, shop.base, lan);
  watch.announce(422, "/api/payment/deposit");
  await page.goto(`${shop.base}/deposit`);
  await page.getByLabel("Số tiền").fill("5000");
  await page.getByRole("button", { name: "Tạo mã" }).click();
  await expect(page.getByText("Số tiền phải từ 10.000 ₫ đến 500.000.000 ₫.")).toBeVisible();
  watch.announce(422, "/api/orders");
  await page.goto(`${shop.base}/orders?search=ab`);
  await expect(page.getByText("Hãy nhập mã đơn, hoặc từ 3 đến 2.048 ký tự của liên kết.")).toBeVisible();
});

test("a wrong key is red in the wizard and gets no tick", async ({ page, open }) => {
  const panel = await open({ mode: "demo" });
  await enter(page, panel.base, { login: "admin", password: "admin-password" });
  const wrong = { ok: false, reason: "provider_account", values: { said: "Invalid API key" }, trouble: "…" };
  await page.route("**/api/admin/providers/1/test", (route) => route.fulfill({ json: wrong }));
  await page.goto(`${panel.base}/admin/wizard`);
  const step = page.getByRole("list", { name: "Thiết lập từng bước" }).getByRole("button", { name: "Nhà cung cấp" });
  await expect(step).toHaveAttribute("aria-current", "step");
  await expect(page.getByRole("alert")).toContainText("Nguyên văn: “Invalid API key”");
  await expect(step.locator("svg")).toHaveCount(0);
});

test("an import in another currency leads to the provider's exchange rate", async ({ page, shop, watch }) => {
  await enter(page, shop.base, ADMIN);
  const values = { provider_id: 1, currency: "USD" };
  const error = { field: "provider_id", message: "…", rule: "exchange_rate", values };
  const problem = { code: "validation_failed", detail: "…", errors: [error] };
  watch.announce(422, "/api/admin/services/import");
  await page.route("**/api/admin/services/import", (route) =>
    route.request().method() === "POST" ? route.fulfill({ status: 422, json: problem }) : route.continue(),
  );
  await page.goto(`${shop.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("Tài khoản ở nhà cung cấp này dùng USD")).toBeVisible();
  await page.getByRole("link", { name: "Đặt tỷ giá của nhà cung cấp" }).click();
  await expect(page.getByRole("dialog").getByLabel("Tỷ giá")).toBeVisible();
});
