// The end of a session: seen in every tab, hidden from who comes after, and nothing that was typed is lost by it.
import { chromium } from "@playwright/test";
import { ADMIN, enter, expect, logIn, test } from "./fixtures.mjs";

const hand = { provider_id: null, provider_service_id: null, cost: null };
const loginField = (page) => page.getByLabel("Tên đăng nhập hoặc e-mail");

/** Logs in on the page as it stands. */
async function logInHere(page, { login, password }) {
  await loginField(page).fill(login);
  await page.getByLabel("Mật khẩu", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Đăng nhập" }).click();
}

/** Ends all sessions of somebody, as from another device. */
const endSessions = (shop, { token }) => shop.ask("POST", "/api/auth/logout", { everywhere: true }, token);

test("a log-out that fails says so, and the page stays", async ({ page, shop, watch }) => {
  watch.announce(503, "/api/auth/logout");
  await enter(page, shop.base, await shop.customer());
  await page.goto(`${shop.base}/orders`);
  const body = JSON.stringify({ code: "overloaded", status: 503 });
  const busy = (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body });
  await page.route("**/api/auth/logout", busy, { times: 1 });
  const button = page.getByRole("button", { name: "Đăng xuất" }).first();
  await button.click();
  await expect(page.getByText("Chưa đăng xuất được, phiên của bạn vẫn còn mở.", { exact: false })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Đơn hàng" })).toBeVisible();
  await button.click();
  await expect(loginField(page)).toBeVisible();
});

test("a log-out everywhere is asked about first", async ({ page, shop }) => {
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/account`);
  const everywhere = page.getByRole("button", { name: "Đăng xuất mọi nơi" });
  const question = page.getByRole("dialog", { name: "Đăng xuất mọi thiết bị?" });
  await everywhere.click();
  await question.getByRole("button", { name: "Hủy" }).click();
  await expect(question).toHaveCount(0);
  await shop.ask("GET", "/api/auth/me", undefined, lan.token);
  await everywhere.click();
  await question.getByRole("button", { name: "Đăng xuất mọi nơi" }).click();
  await expect(loginField(page)).toBeVisible();
  await expect(shop.ask("GET", "/api/auth/me", undefined, lan.token)).rejects.toThrow("401");
});

test("a log-out in one tab is seen in the others, and so is a log-in", async ({ page, context, shop, watch }) => {
  // Until it knows that somebody else has come.
  watch.allow(403, "/api/admin/users", "/api/admin/settings", "/api/admin/review");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users`);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  const other = await context.newPage();
  await other.goto(shop.base);
  await other.getByRole("button", { name: "Đăng xuất" }).first().click();
  await expect(loginField(page)).toBeVisible();
  await expect(page.getByText("Bạn đã đăng xuất ở một thẻ khác.", { exact: false })).toBeVisible();
  await expect(page.getByText(ADMIN.login)).toHaveCount(0);
  await logInHere(other, ADMIN);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  // Somebody else has nothing to do with what the first one sees.
  const lan = await shop.customer();
  await enter(other, shop.base, lan);
  await other.goto(`${shop.base}/orders`);
  await other.evaluate(() => new BroadcastChannel("session").postMessage("changed"));
  await expect(page.getByRole("heading", { name: "Trang này dành cho quản trị viên" })).toBeVisible();
});

test("Back after a log-out shows nothing of the one who left", async ({ shop }) => {
  // Playwright itself switches the memory for pages off.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  const page = await (await browser.newContext({ locale: "vi-VN" })).newPage();
  await enter(page, shop.base, ADMIN);
  const paths = ["/admin/users", "/admin/orders", "/account", "/"];
  for (const path of paths) {
    const answer = await page.goto(shop.base + path);
    expect(answer.headers()["cache-control"], path).toBe("no-store");
  }
  await page.goto(`${shop.base}/admin/users?search=${ADMIN.login}`);
  await expect(page.getByRole("table").getByRole("link", { name: ADMIN.login })).toBeVisible();
  // Any other page, and back: out of the memory, where the browser has one for it.
  await page.goto(`${shop.base}/docs`);
  await page.goBack();
  await expect(page.getByRole("table").getByRole("link", { name: ADMIN.login })).toBeVisible();
  await page.goto(`${shop.base}/`);
  await page.getByRole("button", { name: "Đăng xuất" }).first().click();
  await expect(loginField(page)).toBeVisible();
  await page.goBack();
  await expect(loginField(page)).toBeVisible();
  await expect(page.getByRole("link", { name: ADMIN.login })).toHaveCount(0);
  await browser.close();
});

test("a page out of the browser's memory is hidden until the panel has said who is there", async ({
  page,
  shop,
  watch,
}) => {
  // What is read again finds out as well.
  watch.allow(401, ...["tier", "email", "sessions", "logins", "telegram"].map((name) => `/api/user/${name}`));
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/account`);
  await expect(page.getByText(`${lan.login}@example.vn`)).toBeVisible();
  let answer;
  const asked = new Promise((done) => {
    page.route("**/api/auth/session", (route) => done((answer = () => route.continue())), { times: 1 });
  });
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await asked;
  await expect(page.getByText(`${lan.login}@example.vn`)).toBeHidden();
  answer();
  await expect(page.getByText(`${lan.login}@example.vn`)).toBeVisible();
  await endSessions(shop, lan);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await expect(loginField(page)).toBeVisible();
  await expect(page.getByText("Phiên đăng nhập đã kết thúc.", { exact: false })).toBeVisible();
});

test("an order that was being typed as the session ended is there after the log-in", async ({ page, shop, watch }) => {
  watch.announce(401, "/api/orders");
  watch.allow(401, "/api/events", "/api/orders/counts", "/api/user/tier");
  const service = await shop.service({ ...hand, name: `Draft ${Date.now()}` });
  const lan = await shop.customer(50_000);
  await page.route("**/api/events", () => {});
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Liên kết").fill("https://example.com/typed");
  // What is asked for while typing would end the session before the button does.
  const quoted = page.waitForResponse("**/api/orders/quote");
  await page.getByLabel("Số lượng").fill("120");
  await quoted;
  await endSessions(shop, lan);
  await page.getByRole("button", { name: "Đặt đơn", exact: true }).click();
  await expect(page.getByText("Phiên đăng nhập đã kết thúc.", { exact: false })).toBeVisible();
  // Somebody else on the same machine finds nothing of it.
  const mai = await shop.customer();
  await logInHere(page, mai);
  await expect(page.getByLabel("Liên kết")).toHaveValue("");
  await endSessions(shop, { token: await shop.token(mai) });
  await page.reload();
  await logInHere(page, lan);
  await expect(page.getByLabel("Liên kết")).toHaveValue("https://example.com/typed");
  await expect(page.getByLabel("Số lượng")).toHaveValue("120");
  await expect(page.getByText("Đã khôi phục nội dung bạn nhập trước đó.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Đặt đơn", exact: true }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
  await page.getByRole("button", { name: "Đặt đơn khác" }).click();
  await expect(page.getByLabel("Liên kết"), "what was sent is not typed again").toHaveValue("");
});

test("a dialog and its text survive the end of a session, secrets are written nowhere", async ({
  page,
  shop,
  watch,
}) => {
  watch.allow(401, "*");
  await page.route("**/api/events", () => {});
  const boss = { ...ADMIN, token: await shop.token(ADMIN) };
  await enter(page, shop.base, boss);
  await page.goto(`${shop.base}/admin/providers`);
  await page.getByRole("button", { name: "Thêm nhà cung cấp" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tên", { exact: true }).fill("Typed so far");
  await dialog.getByLabel("Khóa API").fill("k3y-of-the-provider");
  await expect.poll(() => page.evaluate(() => JSON.stringify(sessionStorage))).toContain("Typed so far");
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("k3y-of-the-provider");
  await endSessions(shop, boss);
  await dialog.getByLabel("Địa chỉ API").fill("https://example.com/api/v2");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await logInHere(page, ADMIN);
  await page.getByRole("button", { name: "Thêm nhà cung cấp" }).click();
  await expect(dialog.getByLabel("Tên", { exact: true })).toHaveValue("Typed so far");
  await expect(dialog.getByLabel("Khóa API")).toHaveValue("");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Bỏ", exact: true }).click();
});

test("what was typed into a dialog is not thrown away by a slip, and the focus goes back", async ({ page, shop }) => {
  const lan = await shop.customer();
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users?search=${lan.login}`);
  const opener = page.getByRole("row", { name: lan.login }).getByRole("button", { name: "Cộng / trừ tiền" });
  const dialog = page.getByRole("dialog", { name: new RegExp(lan.login) });
  const question = page.getByRole("dialog", { name: "Bỏ nội dung đã nhập?" });
  await opener.focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();

  await page.keyboard.press("Enter");
  await dialog.getByLabel("Lý do").fill("a long reason");
  for (const slip of [() => page.keyboard.press("Escape"), () => page.mouse.click(5, 5)]) {
    await slip();
    await question.getByRole("button", { name: "Ở lại" }).click();
    await expect(dialog.getByLabel("Lý do")).toHaveValue("a long reason");
  }
  await page.keyboard.press("Escape");
  await question.getByRole("button", { name: "Bỏ", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Lý do"), "thrown away").toHaveValue("");
  await dialog.getByLabel("Số tiền (VND)").fill("1000");
  await dialog.getByLabel("Lý do").fill("bonus");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(opener, "also after it was done").toBeFocused();
});

test("a dialog begins at its first field, and a question at its harmless answer", async ({ page, shop }) => {
  const lan = await shop.customer();
  const { api_key } = await shop.ask("POST", "/api/user/api-keys", { name: "Bot" }, lan.token);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/reseller`);
  const row = page.getByRole("row", { name: "Bot" });
  await row.getByRole("button", { name: "Xóa khóa Bot", exact: true }).click();
  const question = page.getByRole("dialog", { name: "Xóa khóa Bot?" });
  await expect(question.getByRole("button", { name: "Giữ lại" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(question).toHaveCount(0);
  const said = await fetch(`${shop.base}/api/v2`, {
    method: "POST",
    body: new URLSearchParams({ key: api_key, action: "balance" }),
  });
  expect(await said.json()).toMatchObject({ currency: "VND" });

  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users?search=${lan.login}`);
  const users = page.getByRole("row", { name: lan.login });
  await users.getByRole("button", { name: "Cộng / trừ tiền" }).click();
  await expect(page.getByRole("dialog").getByLabel("Số tiền (VND)")).toBeFocused();
});

test("the focus goes to the page's title when what opened a dialog is gone", async ({ page, shop }) => {
  const lan = await shop.customer();
  const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 20_000 }, lan.token);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/deposits?search=${deposit.code}`);
  const row = page.getByRole("row", { name: new RegExp(deposit.code) });
  await row.getByRole("button", { name: "Duyệt" }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Duyệt" }).press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("settings that are not saved ask before they are left", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users`);
  await page.getByRole("link", { name: "Cài đặt" }).first().click();
  const notice = page.getByLabel("Thông báo cho khách");
  const question = page.getByRole("dialog", { name: "Bỏ nội dung đã nhập?" });
  await notice.fill("not saved yet");
  for (const way of [() => page.getByRole("link", { name: "Sổ cái" }).first().click(), () => page.goBack()]) {
    await way();
    await question.getByRole("button", { name: "Ở lại" }).click();
    await expect(page).toHaveURL(/\/admin\/settings$/);
    await expect(notice).toHaveValue("not saved yet");
  }
  await page.goBack();
  await question.getByRole("button", { name: "Bỏ", exact: true }).click();
  await expect(page).toHaveURL(/\/admin\/users$/);
  await page.goForward();
  await expect(page.getByLabel("Tên trang")).toBeVisible();
  await expect(notice).toHaveValue("");
});

test("a mass order goes on after the session ended before it was sent", async ({ page, shop, watch }) => {
  watch.announce(401, "/api/orders/mass");
  watch.allow(401, "*");
  const service = await shop.service(hand);
  const lan = await shop.customer(1_000_000);
  await page.route("**/api/events", () => {});
  await logIn(page, shop.base, lan, "/mass-order");
  const line = (name) => `${service.id} | https://example.com/${name} | 100`;
  await page.getByLabel("Các đơn").fill([line("a"), line("b")].join("\n"));
  await page.getByRole("button", { name: "Xem trước" }).click();
  const send = page.getByRole("button", { name: "Gửi 2 đơn" });
  await expect(send).toBeVisible();
  await endSessions(shop, lan);
  await send.click();
  await expect(page.getByText("Phiên đăng nhập đã kết thúc.", { exact: false })).toBeVisible();
  await logInHere(page, lan);
  await page.getByRole("button", { name: "Gửi lại" }).click();
  await expect(page.getByText("Đã đặt 2 đơn", { exact: false })).toBeVisible();
  const orders = await shop.ask("GET", "/api/orders", undefined, await shop.token(lan));
  expect(orders.items.length).toBe(2);
});

test("settings and an import that were being filled as the session ended are there after the log-in", async ({
  page,
  shop,
  watch,
}) => {
  watch.allow(401, "*");
  await page.route("**/api/events", () => {});
  for (const [path, label, text, button] of [
    ["settings", "Tên trang", "Typed so far", "Lưu"],
    ["import", "Cộng thêm (%)", "47", "Xem trước"],
  ]) {
    const boss = { ...ADMIN, token: await shop.token(ADMIN) };
    await enter(page, shop.base, boss);
    await page.goto(`${shop.base}/admin/${path}`);
    await page.getByLabel(label).fill(text);
    await endSessions(shop, boss);
    await page
      .locator("form", { has: page.getByLabel(label) })
      .getByRole("button", { name: button })
      .click();
    await expect(page.getByText("Phiên đăng nhập đã kết thúc.", { exact: false })).toBeVisible();
    await logInHere(page, ADMIN);
    await expect(page.getByLabel(label), path).toHaveValue(text);
    await page.getByRole("button", { name: "Xóa", exact: true }).first().click();
    await expect(page.getByLabel(label), path).not.toHaveValue(text);
  }
});
