import { violations } from "./axe.mjs";
import { choose, enter, expect, logIn, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`sign up, deposit, order, and it appears everywhere, ${look.name}`, async ({ page, open }) => {
    const { t, money, go } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await page.goto(`${demo.base}/register`);
    await page.getByLabel(t("register.username")).fill("lananh");
    await page.getByLabel(t("register.email")).fill("lan@example.vn");
    await page.getByLabel(t("login.password"), { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: t("register.submit") }).click();
    await expect(page.getByRole("heading", { name: t("new_order.title") })).toBeVisible();

    await go("deposit");
    await page.getByLabel(t("deposit.amount")).fill("200.000");
    await page.getByRole("button", { name: t("deposit.submit") }).click();
    const qr = page.getByRole("img", { name: /VietQR/ });
    await expect(qr).toBeVisible();
    await expect.poll(() => qr.evaluate((image) => image.naturalWidth)).toBeGreaterThan(100);
    await page.getByRole("button", { name: t("deposit.demo") }).click();
    await expect(page.getByText(t("deposit.received", { amount: money(200_000) }))).toBeVisible();

    await go("new_order");
    await choose(page, "Tăng tim TikTok", t("new_order.service"));
    await page.getByLabel(t("order.link")).fill("https://www.tiktok.com/@ten/video/1");
    await page.getByLabel(t("new_order.quantity")).fill("1000");
    await expect(page.getByText(money(12_500)).first()).toBeVisible();
    await page.getByRole("button", { name: t("new_order.submit"), exact: true }).click();
    await expect(page.getByText(t("receipt.title", { id: 1 }))).toBeVisible();
    await expect(page.getByText(t("receipt.lead"))).toBeVisible();
    await expect(page.locator("dd").getByText(money(187_500))).toBeVisible();

    await page.getByRole("link", { name: t("receipt.follow") }).click();
    await expect(page.locator("dd").getByText(t("status.order.completed"))).toBeVisible({ timeout: 30_000 });
    await go("orders");
    await expect(page.getByRole("row", { name: /tiktok\.com\/@ten/ })).toContainText(t("status.order.completed"));
    await go("transactions");
    await expect(page.getByText(`+${money(200_000)}`)).toBeVisible();
    await expect(page.getByText(money(-12_500))).toBeVisible();
  });
}

test("an order that the balance does not cover, and one outside the limits, is refused where it is", async ({
  page,
  shop,
}) => {
  const service = await shop.service();
  await enter(page, shop.base, await shop.customer(0));
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Liên kết").fill("https://example.com/a");
  await page.getByLabel("Số lượng").fill("5");
  await page.getByRole("button", { name: "Đặt đơn" }).click();
  await expect(page.getByText("Số lượng phải từ 50 đến 100.000.")).toBeVisible();
  await page.getByLabel("Số lượng").fill("1000");
  await expect(page.getByText(/Số dư 0\s₫ chưa đủ, còn thiếu 10\.000\s₫/)).toBeVisible();
  await expect(page.getByRole("link", { name: /Nạp thêm 10\.000\s₫/ })).toHaveAttribute(
    "href",
    "/deposit?amount=10000",
  );
});

test("mass order: bad lines are named, good ones are sent once each", async ({ page, shop }) => {
  const service = await shop.service();
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/mass-order`);
  const lines = [
    `${service.id} | https://example.com/1 | 1000`,
    `${service.id} | 1000 | https://example.com/2`,
    "nonsense",
    `999999 | https://example.com/3 | 1000`,
    `${service.id} | https://example.com/4 | 1`,
  ];
  await page.getByLabel("Các đơn").fill(lines.join("\n"));
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("2 đơn hợp lệ, 3 dòng lỗi. Tổng cộng 20.000 ₫.")).toBeVisible();
  await expect(page.getByText("Cần ba phần, cách nhau bằng tab, dấu | hoặc dấu ;")).toBeVisible();
  await expect(page.getByText("Không có dịch vụ này")).toBeVisible();
  await page.getByRole("button", { name: "Gửi 2 đơn" }).click();
  await expect(page.getByText("Đã đặt 2 đơn, tổng cộng 20.000 ₫.")).toBeVisible();
  await expect(page.getByLabel("Các đơn")).toHaveValue(lines.slice(2).join("\n"));
  const orders = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(orders.items.map((order) => order.link).sort()).toEqual(["https://example.com/1", "https://example.com/2"]);
});

test("a lost answer to a mass order charges nothing twice", async ({ page, shop, watch }) => {
  watch.cutsLines();
  const service = await shop.service();
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/mass-order`);
  let lost = 0;
  await page.route("**/api/orders/mass", async (route) => {
    if (route.request().postDataJSON().check || lost++ > 0) return route.fallback();
    // The panel takes the orders, the browser never hears of it.
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page
    .getByLabel("Các đơn")
    .fill(`${service.id}|https://example.com/a|100\n${service.id}|https://example.com/b|100`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await page.getByRole("button", { name: "Gửi 2 đơn" }).click();
  await expect(page.getByText("Không kết nối được máy chủ.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Chưa rõ các đơn đã được đặt hay chưa")).toBeVisible();
  await page.getByRole("button", { name: "Gửi lại" }).click();
  await expect(page.getByText("Đã đặt 2 đơn, tổng cộng 2.000 ₫.")).toBeVisible();
  const orders = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(orders.items.length).toBe(2);
});

for (const look of LOOKS) {
  test(`the referral page tells clicks, sign-ups and earnings, ${look.name}`, async ({ page, shop }) => {
    const { t, count, money } = await seenAs(page, look, "app");
    const lan = await shop.customer();
    const { referral_code: code } = await shop.ask("GET", "/api/auth/me", undefined, lan.token);
    const browser = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0" };
    for (let again = 0; again < 2; again += 1) await fetch(`${shop.base}/?ref=${code}`, { headers: browser });
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/referrals`);
    const figure = (name) =>
      page
        .locator(".figure")
        .filter({ hasText: t(`referrals.${name}`) })
        .locator(".tabular");
    await expect(figure("clicks")).toHaveText(count(1));
    await expect(figure("sign_ups")).toHaveText(count(0));
    await expect(figure("earned")).toHaveText(money(0));
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/referrals-${look.lang}.png`, fullPage: true });
  });
}

test("who comes by a referral link is counted for whoever sent it", async ({ page, shop }) => {
  const lan = await shop.customer();
  const { referral_code: code } = await shop.ask("GET", "/api/auth/me", undefined, lan.token);
  await page.goto(`${shop.base}/?ref=${code}`);
  await page.getByRole("link", { name: "Dịch vụ", exact: true }).click();
  await page.getByRole("link", { name: "Đăng ký" }).first().click();
  await expect(page.getByLabel("Mã giới thiệu")).toHaveValue(code);
  const name = `ref${Date.now().toString(36)}`;
  await page.getByLabel("Tên đăng nhập").fill(name);
  await page.getByLabel("E-mail").fill(`${name}@example.vn`);
  await page.getByLabel("Mật khẩu", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Tạo tài khoản" }).click();
  await expect(page.getByRole("heading", { name: "Tạo đơn" })).toBeVisible();
  const referrals = await shop.ask("GET", "/api/user/referrals", undefined, lan.token);
  expect(referrals.items.map((one) => one.username)).toEqual([name]);
});

test("log-in stands in for a page, a wrong password says so, and the page follows", async ({ page, shop, watch }) => {
  watch.announce(401, "/api/auth/login");
  const lan = await shop.customer();
  await page.goto(`${shop.base}/orders?status=completed`);
  await page.getByLabel("Tên đăng nhập hoặc e-mail").fill(lan.login);
  await page.getByLabel("Mật khẩu", { exact: true }).fill("wrong password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Sai tên đăng nhập hoặc mật khẩu.")).toBeVisible();
  // Typed over.
  await page.keyboard.insertText(lan.password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await expect(page.getByRole("button", { name: /Hoàn thành/ })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: /Đã hủy/ }).click();
  await expect(page).toHaveURL(/status=canceled/);
  await page.goBack();
  await expect(page.getByRole("button", { name: /Hoàn thành/ })).toHaveAttribute("aria-pressed", "true");
});

test("both languages, light and dark, and both are remembered", async ({ page, shop }) => {
  await logIn(page, shop.base, await shop.customer(), "/orders");
  await page.goto(`${shop.base}/services`);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Services and prices" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
  await expect(page.getByRole("heading", { name: "Services and prices" })).toBeVisible();
});

test("a missing page says so and leads home", async ({ page, shop, watch }) => {
  watch.announce(404, "/nowhere");
  await page.goto(`${shop.base}/nowhere`);
  await expect(page.getByRole("heading", { name: "Không tìm thấy trang này" })).toBeVisible();
});
