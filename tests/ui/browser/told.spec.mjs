// What happened is told where one looks, as it is now.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

const PHONE = { viewport: { width: 390, height: 664 } };

test("on a phone a refused order is told in view", async ({ newPage, shop, watch }) => {
  watch.announce(409, "/api/orders");
  const page = await newPage(PHONE);
  const service = await shop.service({ description: "Chậm mà chắc.\n".repeat(40) });
  await enter(page, shop.base, await shop.customer(50_000));
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Liên kết").fill("https://example.com/a");
  const quoted = page.waitForResponse("**/api/orders/quote");
  await page.getByLabel("Số lượng").fill("1000");
  await quoted;
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${service.id}`, { active: false }, admin);
  await page.getByRole("button", { name: "Đặt đơn" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "tạm ngừng bán" })).toBeInViewport({ ratio: 1 });
});

test("on a phone the icons stay inside their buttons", async ({ newPage, shop }) => {
  const page = await newPage(PHONE);
  await shop.service();
  await enter(page, shop.base, ADMIN);
  // A card is touched as a whole; what is done with it stands where that leads.
  const ways = { services: ".desk-side", users: ".page-header .btn-list:has-text('Khóa')", providers: "td" };
  for (const [path, where] of Object.entries(ways)) {
    await page.goto(`${shop.base}/admin/${path}`);
    if (path !== "providers") await page.locator(".desk-card .card-open").first().click();
    await expect(page.locator(`${where} .btn .icon`).first()).toBeVisible();
    const spilled = await page.locator(".btn:has(.icon):visible").evaluateAll((buttons) =>
      buttons.map((outer) => {
        const [inner, around] = [outer.querySelector(".icon"), outer].map((one) => one.getBoundingClientRect());
        return Math.abs(inner.top + inner.bottom - around.top - around.bottom) > 2;
      }),
    );
    expect(spilled.length, path).toBeGreaterThan(0);
    expect(spilled, path).not.toContain(true);
  }
});

test("the dashboard shows what was received of a deposit", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const lan = await panel.customer();
  const deposit = await panel.ask("POST", "/api/payment/deposit", { amount: 200_000 }, lan.token);
  await panel.transfer(1, 150_000, deposit.transfer_content);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin`);
  const line = page.locator("div", { has: page.getByRole("link", { name: deposit.code }) }).last();
  await expect(line).toContainText("150.000 ₫");
  await expect(line).not.toContainText("200.000");
});

test("the first steps ask for what is missing", async ({ page, open }) => {
  const { BANK_BIN, BANK_NAME, BANK_ACCOUNT_NUMBER, BANK_ACCOUNT_NAME, SEPAY_SECRET, ...env } = SHOP;
  const panel = await open({ env });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/wizard`);
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText("Hãy điền vào đây.")).toHaveCount(4);
  await page.getByRole("button", { name: "SePay" }).click();
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText("Hãy điền vào đây.")).toHaveCount(1);
  await expect(page.getByText("Đã lưu")).toHaveCount(0);
  // What cannot be done yet is left for later, step by step.
  const later = page.getByRole("button", { name: /^(Để sau|Bước tiếp theo)$/ });
  const step = (name) => page.getByRole("button", { name: new RegExp(`${name}$`) });
  await later.click();
  await expect(step("Nhà cung cấp")).toHaveAttribute("aria-current", "step");
  await later.click();
  await expect(step("Nhập dịch vụ")).toHaveAttribute("aria-current", "step");
  await later.click();
  await expect(page.getByText("Chưa xong: Ngân hàng, SePay")).toBeVisible();
  await expect(page.getByText("Cửa hàng đã sẵn sàng")).toHaveCount(0);
});

test("a shop is called ready where strangers reach it and what they buy is real", async ({ page, open }) => {
  const alone = await open({ env: SHOP });
  await alone.service();
  await enter(page, alone.base, ADMIN);
  await page.goto(`${alone.base}/admin/wizard`);
  await page.getByRole("button", { name: "Bán hàng" }).click();
  await expect(page.getByText("Đang dùng nhà cung cấp tập dượt")).toBeVisible();
  await expect(page.getByText("Chưa có tên miền")).toBeVisible();
  await expect(page.getByText("Cửa hàng đã sẵn sàng")).toHaveCount(0);
  await page.getByRole("button", { name: "SePay" }).click();
  await expect(page.getByText("SePay không gọi tới được")).toBeVisible();
});

test("with an address and a real provider the shop is not called a practice", async ({ page, open }) => {
  const real = { BUMX_API_URL: "http://127.0.0.1:1/api/v2", PROVIDER_ALLOW_PRIVATE: "true" };
  const known = await open({ env: { ...SHOP, ...real, PUBLIC_URL: "http://panel.example.vn" } });
  await known.service({ provider_id: null, provider_service_id: null, cost: null });
  await enter(page, known.base, ADMIN);
  await page.goto(`${known.base}/admin/wizard`);
  await page.getByRole("button", { name: "Bán hàng" }).click();
  await expect(page.getByText("Đang dùng nhà cung cấp tập dượt")).toHaveCount(0);
  await expect(page.getByText("Chưa có tên miền")).toHaveCount(0);
  await page.getByRole("button", { name: "SePay" }).click();
  await expect(page.getByText("http://panel.example.vn/api/payment/sepay/webhook")).toBeVisible();
  await expect(page.getByText("SePay không gọi tới được")).toHaveCount(0);
});

test("a form that is sent as it was does not say that it saved anything", async ({ page, open }) => {
  const panel = await open({ env: { ...SHOP, BUMX_API_URL: "", BUMX_API_KEY: "", PROVIDER_ALLOW_PRIVATE: "true" } });
  const admin = await panel.token(ADMIN);
  const wish = { api_url: `${panel.base}/nowhere`, api_key: "a-first-key" };
  await panel.ask("PUT", "/api/admin/providers/1", wish, admin);
  await panel.service({ name: "Untouched", provider_id: null, provider_service_id: null, cost: null });
  const changes = async () => (await panel.ask("GET", "/api/admin/audit-log", undefined, admin)).items.length;
  const before = await changes();
  await enter(page, panel.base, ADMIN);
  const [saved, unchanged] = [page.getByText("Đã lưu"), page.getByText("Không có gì thay đổi")];
  const main = page.getByRole("main");
  const edit = (name) => main.getByRole("button", { name, exact: true }).first().click();
  for (const [path, open] of [
    ["wizard", () => edit("3. Nhà cung cấp")],
    ["providers?edit=1", () => {}],
    ["services?search=Untouched", () => edit("Sửa dịch vụ")],
    ["settings", () => {}],
  ]) {
    await page.goto(`${panel.base}/admin/${path}`);
    await open();
    const within = /edit|services/.test(path) ? page.getByRole("dialog") : main;
    await within.getByRole("button", { name: "Lưu", exact: true }).first().click();
    await expect(unchanged, path).toBeVisible();
    await expect(saved, path).toHaveCount(0);
  }
  expect(await changes()).toBe(before);
  await page.goto(`${panel.base}/admin/wizard`);
  await edit("3. Nhà cung cấp");
  await main.getByLabel("Tên", { exact: true }).fill("Another name");
  await main.getByRole("button", { name: "Lưu", exact: true }).click();
  await expect(saved).toBeVisible();
  await expect(unchanged).toHaveCount(0);
});

test("the head knows the balance after the order that was just placed, as it was foretold", async ({ page, shop }) => {
  const service = await shop.service();
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(`${shop.base}/?service=${service.id}`);
  const balance = page.locator(".balance:visible");
  const foretold = page.locator(".pay-after");
  await expect(balance).toContainText(/100\.000\s₫/);
  await expect(foretold).toHaveText("Số dư sau đơn–");
  await page.getByLabel("Liên kết").fill("https://example.com/a");
  await page.getByLabel("Số lượng").fill("1000");
  await expect(foretold).toHaveText(/Số dư sau đơn90\.000\s₫/);
  await page.getByRole("button", { name: "Đặt đơn" }).click();
  await expect(balance).toContainText(/90\.000\s₫/);
});

test("an order that is not there leads back to the list", async ({ page, shop, watch }) => {
  for (const path of ["/api/orders/999999", "/api/admin/orders/999999"])
    for (const part of ["", "/timeline"]) watch.announce(404, path + part);
  await enter(page, shop.base, ADMIN);
  for (const [path, list] of [
    ["/orders/999999", "/orders"],
    ["/admin/orders/999999", "/admin/orders"],
  ]) {
    const timeline = page.waitForResponse((answer) => answer.url().endsWith("/timeline"));
    await page.goto(shop.base + path);
    await expect(page.getByRole("heading", { level: 1, name: "Đơn hàng số 999999" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "Đơn hàng" })).toHaveAttribute("href", list);
    await timeline;
  }
});

test("while the percentage is none, the title still counts the services", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  await panel.service();
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/services`);
  await page.getByRole("row").getByRole("checkbox").last().check();
  await page.getByRole("button", { name: "Đổi giá, tình trạng, danh mục" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Cộng thêm (%)").fill("abc");
  await expect(dialog.getByRole("heading")).toContainText("1 dịch vụ");
  await expect(dialog.getByRole("button", { name: "Xác nhận" })).toBeDisabled();
});

test("money that lasts long is counted in days", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  const funds = [47, 48, 7282].map((hours_left, at) => ({
    provider_id: at,
    provider_name: `P${at}`,
    balance: "1",
    currency: "VND",
    balance_vnd: 1,
    hours_left,
  }));
  await page.route("**/api/admin/stats?*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), funds } });
  });
  await page.goto(`${shop.base}/admin`);
  for (const time of ["47 giờ", "2 ngày", "303 ngày"])
    await expect(page.getByText(`còn ${time}`, { exact: true })).toBeVisible();
});
