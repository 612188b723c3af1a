import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, enter, expect, logIn, test } from "./fixtures.mjs";

test("from an empty database to a shop that sells", async ({ page, open }) => {
  const panel = await open({ env: { BUMX_API_URL: "sandbox", BUMX_API_KEY: "sandbox-key" } });
  const [, token] = await panel.said(/\/setup#([\w-]+)/);
  await page.goto(`${panel.base}/setup#${token}`);
  await page.getByLabel("Tên đăng nhập").fill("chu");
  await page.getByLabel("E-mail").fill("chu@example.vn");
  await page.getByLabel("Mật khẩu", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Tạo quản trị viên" }).click();
  await expect(page.getByRole("heading", { name: "Thiết lập từng bước" })).toBeVisible();

  await page.getByLabel("Mã BIN ngân hàng").fill("970422");
  await page.getByLabel("Tên ngân hàng").fill("MBBank");
  await page.getByLabel("Số tài khoản").fill("0903123456");
  await page.getByLabel("Tên chủ tài khoản").fill("NGUYEN VAN A");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText(`${panel.base}/api/payment/sepay/webhook`)).toBeVisible();
  const secret = page.getByLabel("Khóa webhook");
  await expect(secret, "it is needed, and is not called optional").toHaveAttribute("aria-required", "true");
  await expect(page.locator("label", { hasText: "Khóa webhook" })).not.toContainText("không bắt buộc");
  await page.getByLabel("Token API").fill("a-token");
  await expect(secret, "the token alone may come first").not.toHaveAttribute("aria-required");
  await page.getByLabel("Token API").fill("");
  await secret.fill("a-long-webhook-secret");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByRole("heading", { name: "Nhập dịch vụ" }).or(page.getByLabel("Cộng thêm (%)"))).toBeVisible();
  await page.getByRole("button", { name: "Nhà cung cấp", exact: false }).first().click();
  await page.getByRole("button", { name: "Thử kết nối" }).click();
  await expect(page.getByText(/Kết nối tốt/)).toBeVisible();

  await page.getByRole("button", { name: /Nhập dịch vụ/ }).click();
  await page.getByLabel("Cộng thêm (%)").fill("30");
  await page.getByRole("button", { name: "Xem trước" }).click();
  await page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ }).click();
  await expect(page.getByText("Đã nhập xong")).toBeVisible();
  const { items } = await panel.ask("GET", "/api/services");
  expect(items.length).toBeGreaterThan(3);
});

test("a shop without a provider begins with the practice one, which is called so", async ({ page, open }) => {
  const panel = await open({ env: {} });
  const [, token] = await panel.said(/\/setup#([\w-]+)/);
  await page.goto(`${panel.base}/setup#${token}`);
  await page.getByLabel("Tên đăng nhập").fill("chu");
  await page.getByLabel("E-mail").fill("chu@example.vn");
  await page.getByLabel("Mật khẩu", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: "Tạo quản trị viên" }).click();
  await expect(page.getByRole("heading", { name: "Thiết lập từng bước" })).toBeVisible();
  await page.goto(`${panel.base}/admin/providers`);
  await expect(page.getByText("Chưa thiết lập")).toBeVisible();
  await page.getByRole("button", { name: "Nhập địa chỉ và khóa API" }).click();
  await expect(page.getByLabel("Địa chỉ API")).toBeVisible();
  // A phone shows the form of a step, too, not only its title.
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${panel.base}/admin/wizard`);
  await expect(page.locator("input[name=account_number]")).toBeVisible();
  await page.getByRole("button", { name: "2. " }).click();
  await expect(page.locator("input[name='sepay.secret']")).toBeVisible();
  await page.setViewportSize(size);
  await page.goto(`${panel.base}/admin/wizard`);
  await page.getByRole("button", { name: "3. Nhà cung cấp" }).click();
  await page.getByRole("button", { name: "Thử với nhà cung cấp tập dượt" }).click();
  await expect(page.getByText(/Kết nối tốt/)).toBeVisible();
  await expect(page.getByText("Tập dượt", { exact: true })).toBeVisible();
  await page.goto(`${panel.base}/admin/providers`);
  await expect(page.locator(".badge", { hasText: "Tập dượt" })).toBeVisible();
  await page.goto(`${panel.base}/admin`);
  await expect(page.getByText("Đang dùng nhà cung cấp tập dượt")).toBeVisible();
});

for (const look of LOOKS) {
  test(`a set-up link that serves no more says so, and offers the log-in, ${look.name}`, async ({
    page,
    shop,
    watch,
  }) => {
    const { t } = await seenAs(page, look, "app");
    watch.announce(404, "/api/setup/check");
    await page.goto(`${shop.base}/setup#used-before`);
    await expect(page.getByText(t("setup.over"))).toBeVisible();
    await expect(page.getByLabel(t("register.username"))).toHaveCount(0);
    await page
      .getByRole("main")
      .getByRole("link", { name: t("login.submit") })
      .click();
    await expect(page.getByRole("heading", { name: t("login.title") })).toBeVisible();
  });
}

test("a price is changed and a service taken off sale", async ({ page, shop }) => {
  const name = `Đổi giá ${Date.now()}`;
  const service = await shop.service({ name, provider_id: null, provider_service_id: null, cost: null });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  const row = page.getByRole("row", { name });
  await row.getByRole("button", { name: "Sửa dịch vụ" }).click();
  const [around, inside] = [page.getByRole("dialog"), page.getByLabel("Tên", { exact: true })];
  expect((await inside.boundingBox()).x - (await around.boundingBox()).x, "room at the edge").toBeGreaterThan(15);
  await page.getByLabel("Giá bán").fill("12345.5");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(row).toContainText("12.345,5");
  await row.getByRole("button", { name: "Ngừng bán" }).click();
  await expect(row).toContainText("Đã tắt");
  const after = await shop.ask("GET", `/api/services/${service.id}`);
  expect([after.rate, after.active]).toEqual(["12345.5", false]);
});

for (const look of LOOKS) {
  test(`a parked order is decided, with what it means for the money, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "admin");
    const service = await shop.service();
    const lan = await shop.customer(100_000);
    const wish = { service_id: service.id, link: "https://example.com/reset", quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/orders/${order.id}`);
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("button", { name: t("orders.resolve") })).toBeVisible({ timeout: 1500 });
    }).toPass();
    await page.getByText(t("order.attempt", { number: 1 })).click();
    await expect(page.getByText("https://example.com/reset").first()).toBeVisible();
    await page.getByRole("button", { name: t("orders.resolve") }).click();
    await page.getByRole("button", { name: t("order_actions.cancel") }).click();
    const effect = t("order_actions.cancel_effect", { name: lan.login, amount: money(10_000) });
    await expect(page.getByText(effect)).toBeVisible();
    await page.getByRole("button", { name: t("order_actions.confirm") }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.locator("dd").getByText(t("status.order.canceled"), { exact: true })).toBeVisible();
    expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(100_000);
  });

  test(`money without an owner is assigned, ${look.name}`, async ({ page, shop }) => {
    const { t, money, go } = await seenAs(page, look, "admin");
    const lan = await shop.customer();
    const content = `khong ma ${lan.login}`;
    await shop.transfer(Date.now() + Math.floor(Math.random() * 1e6), 77_000, content);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin`);
    // The menu says how much waits.
    await go(/^(Cần xử lý|Review)/);
    await page
      .getByRole("row", { name: new RegExp(content) })
      .getByRole("button", { name: t("bank.assign"), exact: true })
      .click();
    await page.getByRole("searchbox", { name: t("bank.find_user") }).fill(lan.login);
    await page.getByRole("button", { name: new RegExp(lan.login) }).click();
    const effect = t("bank.assign_effect", { name: lan.login, amount: money(77_000), after: money(77_000) });
    await expect(page.getByText(effect)).toBeVisible();
    await page.getByRole("button", { name: t("bank.credit") }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(77_000);
  });
}

test("a partial refund says how much before it moves", async ({ page, shop }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const lan = await shop.customer(100_000);
  const wish = { service_id: service.id, link: "https://example.com/hand", quantity: 1000 };
  const order = await shop.ask("POST", "/api/orders", wish, lan.token);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders/${order.id}`);
  await page.getByRole("button", { name: "Đổi trạng thái" }).click();
  await page.getByRole("dialog").getByLabel("Trạng thái", { exact: true }).selectOption("partial");
  await page.getByLabel("Còn lại").fill("250");
  await expect(page.getByText(`${lan.login} được hoàn 2.500 ₫ trong 10.000 ₫`)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Đổi trạng thái" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator("dd").getByText("Hoàn một phần", { exact: true })).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(92_500);
});

test("nothing is promised beside an error, and a package has no part to refund", async ({ page, shop, watch }) => {
  const byHand = { provider_id: null, provider_service_id: null, cost: null };
  const [usual, bundle] = [await shop.service(byHand), await shop.service({ ...byHand, type: "package" })];
  const lan = await shop.customer(100_000);
  const buy = (wish) => shop.ask("POST", "/api/orders", { link: "https://example.com/hand", ...wish }, lan.token);
  const order = await buy({ service_id: usual.id, quantity: 1000 });
  const next = await buy({ service_id: usual.id, quantity: 1000 });
  const whole = await buy({ service_id: bundle.id });
  for (const { id } of [order, next]) watch.announce(409, `/api/admin/orders/${id}/status`);
  await enter(page, shop.base, ADMIN);
  const dialog = page.getByRole("dialog");
  const status = dialog.getByLabel("Trạng thái", { exact: true });
  const open = async (id) => {
    await page.goto(`${shop.base}/admin/orders/${id}`);
    await page.getByRole("button", { name: "Đổi trạng thái" }).click();
  };
  await open(whole.id);
  await expect(status.locator("option")).toHaveText(["Đang xử lý", "Đang chạy", "Hoàn thành", "Đã hủy"]);

  await open(order.id);
  await status.selectOption("partial");
  await page.getByLabel("Còn lại").fill("250");
  const promise = dialog.getByText("được hoàn");
  await expect(promise).toBeVisible();
  await page.getByLabel("Còn lại").fill("5000");
  await expect(dialog.getByText("Số không được vượt quá 1.000.")).toBeVisible();
  await expect(promise).toHaveCount(0);
  await page.getByLabel("Còn lại").fill("250");
  await expect(promise).toBeVisible();
  // Somebody else ends it meanwhile.
  const admin = await shop.token(ADMIN);
  const cancel = ({ id }) => shop.ask("PUT", `/api/admin/orders/${id}/status`, { status: "canceled" }, admin);
  await cancel(order);
  await dialog.getByRole("button", { name: "Đổi trạng thái" }).click();
  const ended = dialog.getByText("Đơn đã kết thúc, không thể thay đổi.");
  await expect(ended).toHaveCount(1);
  await expect(promise).toHaveCount(0);
  // And what the panel refuses is said before it is sent.
  await open(next.id);
  await expect(dialog.getByText("Không hoàn tiền")).toBeVisible();
  await cancel(next);
  await status.selectOption("canceled");
  await expect(ended).toHaveCount(1);
  await expect(promise).toHaveCount(0);
});

test("a blank service names all that it lacks, and a package has no limits", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services`);
  await page.getByRole("button", { name: "Thêm dịch vụ" }).click();
  const dialog = page.getByRole("dialog");
  const save = dialog.getByRole("button", { name: "Lưu" });
  await dialog.getByLabel("Nhà cung cấp", { exact: true }).selectOption("1");
  await save.click();
  const wrong = dialog.locator("[aria-invalid=true]");
  await expect(wrong).toHaveCount(4);
  expect(await wrong.evaluateAll((all) => all.map((one) => one.name))).toEqual([
    "name",
    "category",
    "rate",
    "provider_service_id",
  ]);
  await expect(dialog.getByLabel("Tối thiểu")).toBeVisible();
  await dialog.getByLabel("Loại").selectOption("package");
  await expect(dialog.getByLabel("Tối thiểu")).toHaveCount(0);
  const name = `Gói ${Date.now()}`;
  await dialog.getByLabel("Nhà cung cấp", { exact: true }).selectOption("");
  await dialog.getByLabel("Tên", { exact: true }).fill(name);
  await dialog.getByLabel("Danh mục").fill("Facebook");
  await dialog.getByLabel("Giá bán").fill("79000");
  await save.click();
  await expect(dialog).toHaveCount(0);
  const { items } = await shop.ask("GET", `/api/services?search=${encodeURIComponent(name)}`);
  expect(items.map((one) => [one.min_quantity, one.max_quantity])).toEqual([[1, 1]]);
});

test("the audit log breaks no number on a phone", async ({ page, shop }) => {
  const admin = await shop.token(ADMIN);
  for (const [zalo, deposit_max] of [
    ["0903123456", 123_456_789],
    ["0903 123 457", 500_000_000],
  ])
    await shop.ask("PUT", "/api/admin/settings", { support: { zalo }, deposit_max }, admin);
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/audit?action=settings.change`);
  const entry = page.getByRole("list", { name: "Nhật ký" }).getByRole("listitem").first();
  await entry.locator("summary").click();
  for (const text of ["0903123456", "0903 123 457", "123.456.789 ₫", "500.000.000 ₫"]) {
    const value = entry.locator("td bdi").getByText(text, { exact: true });
    expect(await value.evaluate((node) => node.getClientRects().length), text).toBe(1);
  }
  // A name of two words is read in two lines at most.
  const lines = await entry.locator("tbody th").evaluateAll((all) =>
    all.map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return range.getClientRects().length <= one.textContent.trim().split(/\s+/).length;
    }),
  );
  expect(lines).toEqual(lines.map(() => true));
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test("after a ban the customer's next click is refused", async ({ page, shop, newPage, watch }) => {
  const lan = await shop.customer();
  // Whichever asks first.
  watch.allow(401, "/api/orders", "/api/orders/counts");
  const theirs = await newPage();
  // News that neither come nor fail: only the click may find it out.
  await theirs.route("**/api/events", () => {});
  await logIn(theirs, shop.base, lan);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users?search=${lan.login}`);
  await page
    .getByRole("row", { name: new RegExp(lan.login) })
    .getByRole("button", { name: "Khóa" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Khóa" }).click();
  await expect(page.getByRole("row", { name: new RegExp(lan.login) })).toContainText("Bị khóa");
  await theirs.getByRole("link", { name: "Đơn hàng" }).first().click();
  await expect(theirs.getByLabel("Tên đăng nhập hoặc e-mail")).toBeVisible();
});

test("a customer is shown no admin page", async ({ page, shop }) => {
  await enter(page, shop.base, await shop.customer());
  await page.goto(`${shop.base}/admin/users`);
  await expect(page.getByRole("heading", { name: "Trang này dành cho quản trị viên" })).toBeVisible();
});

test("many services get a new price at once, seen before it is made", async ({ page, shop }) => {
  const name = `Bulk ${Date.now()}`;
  const [first, second] = [await shop.service({ name: `${name} A` }), await shop.service({ name: `${name} B` })];
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  for (const { id } of [first, second]) await page.getByLabel(`Chọn số ${id}`, { exact: true }).check();
  await page.getByRole("button", { name: "Đổi giá, tình trạng, danh mục" }).click();
  await page.getByLabel("Cộng thêm (%)").fill("50");
  await expect(page.getByRole("dialog").getByText("13.500 ₫").first()).toBeVisible();
  await page.getByRole("button", { name: "Xác nhận" }).click();
  await expect(page.getByText("Đã đổi 2 dịch vụ")).toBeVisible();
  for (const { id } of [first, second]) expect((await shop.ask("GET", `/api/services/${id}`)).rate).toBe("13500");
  await expect(page.getByRole("row", { name: `${name} A` })).toContainText("13.500");
  await expect(page.getByRole("region", { name: "2 dịch vụ" })).toBeHidden();
});

test("many orders get a new status at once, and all of them", async ({ page, shop }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const lan = await shop.customer(100_000);
  const orders = [];
  for (const one of [1, 2, 3]) {
    const wish = { service_id: service.id, link: `https://example.com/bulk-${one}`, quantity: 1000 };
    orders.push(await shop.ask("POST", "/api/orders", wish, lan.token));
  }
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders?user_id=${lan.id}`);
  for (const { id } of orders) await page.getByLabel(`Chọn số ${id}`, { exact: true }).check();
  await page.getByRole("region", { name: "Đã chọn 3 đơn" }).getByRole("button", { name: "Đã hủy" }).click();
  await expect(page.getByRole("dialog").getByText("30.000 ₫")).toBeVisible();
  await page.getByRole("button", { name: "Xác nhận" }).click();
  await expect(page.getByText("Đã chuyển 3 đơn, hoàn 30.000 ₫", { exact: true })).toBeVisible();
  for (const { id } of orders)
    expect((await shop.ask("GET", `/api/orders/${id}`, null, lan.token)).status).toBe("canceled");
  expect((await shop.ask("GET", "/api/auth/me", null, lan.token)).balance).toBe(100_000);
});
