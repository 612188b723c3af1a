// What people's own keyboards, clipboards, clocks and settings do to the pages.
import { ADMIN, enter, expect, logIn, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

const DAY_MS = 86_400_000;
const hand = { provider_id: null, provider_service_id: null, cost: null };

/** An input method puts a word together: its keys are its own. */
async function composes(page, text) {
  const keyboard = await page.context().newCDPSession(page);
  await keyboard.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  return {
    /** A key that the input method takes. */
    press: (key) =>
      keyboard.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: 229 }),
    /** The word is done. */
    end: () => keyboard.send("Input.insertText", { text }),
  };
}

test("the keys of an input method neither choose a service nor send a form", async ({ page, shop }) => {
  const name = `Tăng tương tác ${Date.now()}`;
  const service = await shop.service({ ...hand, name });
  await enter(page, shop.base, await shop.customer(50_000));
  await page.goto(shop.base);
  const services = page.getByRole("combobox", { name: "Dịch vụ" });
  await services.click();
  const options = page.getByRole("listbox", { name: "Dịch vụ" }).getByRole("option");
  const word = await composes(page, name);
  await expect(options).toHaveCount(1);
  for (const key of ["ArrowDown", "Enter", "Escape"]) {
    await word.press(key);
    await expect(services).toHaveValue(name);
    await expect(options).toHaveCount(1);
  }
  await word.end();
  await page.keyboard.press("Enter");
  await expect(services).toHaveValue(`${service.id} · ${name}`);
  const sent = [];
  page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
  await page.getByLabel("Số lượng").fill("100");
  await page.getByLabel("Liên kết").click();
  const link = await composes(page, "https://example.com/a");
  await link.press("Enter");
  await link.end();
  expect(sent, "nothing is sent by the Enter of an input method").toEqual([]);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
});

for (const days of [-2, 2]) {
  test(`time is the server's where the customer's clock is ${days} days off`, async ({ page, shop }) => {
    const lan = await shop.customer(50_000);
    const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 20_000 }, lan.token);
    const left = new Date(deposit.expires_at) - new Date(deposit.created_at);
    await page.clock.install({ time: Date.now() + days * DAY_MS });
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/deposit/${deposit.id}`);
    const count = page.locator("[role=status] .tabular");
    await expect(count).toHaveText(/^(\d+:)?\d\d:\d\d$/);
    const seconds = (await count.textContent()).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    expect(Math.abs(left / 1000 - seconds), "seconds beside the truth").toBeLessThan(60);
    await page.clock.fastForward(left + 5000);
    await expect(page.getByText("Mã đã hết hạn.", { exact: false })).toBeVisible();

    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users?search=${lan.login}`);
    const row = page.getByRole("row", { name: new RegExp(lan.login) });
    await expect(row).toContainText(/giây trước|vừa xong|bây giờ|phút trước/);
    const asked = page.waitForRequest(/\/api\/admin\/stats\?from=/);
    await page.goto(`${shop.base}/admin/reports`);
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
    expect(new URL((await asked).url()).searchParams.get("to")).toBe(today);
    const looked = page.waitForRequest(/\/api\/admin\/stats\?from=/);
    await page.goto(`${shop.base}/admin`);
    const { searchParams: span } = new URL((await looked).url());
    const first = new Date(Date.parse(today) - 29 * DAY_MS).toISOString().slice(0, 10);
    expect([span.get("from"), span.get("to")], "the last thirty days on the dashboard").toEqual([first, today]);
  });
}

const NO_CLIPBOARD = () => Object.defineProperty(navigator, "clipboard", { value: undefined });
const REFUSING = () => {
  navigator.clipboard.writeText = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
};
const NO_COPY = () => {
  document.execCommand = () => false;
};
for (const [name, isThere, ...broken] of [
  ["is missing, as on plain http", true, NO_CLIPBOARD],
  ["refuses", true, REFUSING],
  ["is missing, and the old way too", false, NO_CLIPBOARD, NO_COPY],
]) {
  test(`copying where the clipboard ${name}`, async ({ page, shop }) => {
    const lan = await shop.customer();
    const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
    for (const part of broken) await page.addInitScript(part);
    await page.context().grantPermissions(["clipboard-read"]);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/deposit/${deposit.id}`);
    const button = page.getByRole("button", { name: "Sao chép: Số tiền" });
    await button.click();
    if (isThere) {
      await expect(button).toHaveAttribute("title", "Đã sao chép");
      await expect(button, "the focus stays").toBeFocused();
    } else {
      await expect(page.getByText("Trình duyệt không cho sao chép.")).toBeVisible();
      const chosen = () => page.evaluate(() => [document.activeElement.value, getSelection().toString()]);
      await expect.poll(chosen).toEqual(["50000", "50000"]);
      await page.keyboard.press("Control+C");
    }
    await page.getByRole("link", { name: "Tạo đơn" }).first().click();
    const link = page.getByLabel("Liên kết");
    await page.goto(`${shop.base}/?service=${(await shop.service(hand)).id}`);
    await link.click();
    await page.keyboard.press("Control+V");
    await expect(link).toHaveValue("50000");
  });
}

const BLOCKED = () => {
  for (const name of ["localStorage", "sessionStorage", "BroadcastChannel"]) {
    Object.defineProperty(window, name, {
      get() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      },
    });
  }
};
test("blocked storage is no white page", async ({ page, shop }) => {
  await page.addInitScript(BLOCKED);
  const lan = await shop.customer(50_000);
  await page.goto(`${shop.base}/?ref=whoever`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await logIn(page, shop.base, lan, "/login?ref=whoever");
  await page.getByRole("button", { name: "Giao diện tối" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-bs-theme", "dark");
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "New order" })).toBeVisible();
  await page.getByRole("button", { name: "Tiếng Việt" }).click();
  for (const path of ["/mass-order", "/deposit", "/register", "/services"]) {
    await page.goto(shop.base + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  const { id } = await shop.service(hand);
  await page.goto(`${shop.base}/mass-order`);
  await page.getByLabel("Các đơn").fill(`${id} | https://example.com/a | 100`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await page.getByRole("button", { name: "Gửi 1 đơn" }).click();
  await expect(page.getByText("Đã đặt 1 đơn", { exact: false })).toBeVisible();
});

test("the notice to customers keeps its lines, on their pages and on the admin's", async ({ page, newPage, open }) => {
  const panel = await open({ env: SHOP });
  const notice = "Bảo trì lúc 23:00.\nNạp tiền vẫn chạy.\n\nXin cảm ơn.";
  await panel.ask("PUT", "/api/admin/settings", { notice }, await panel.token(ADMIN));
  const theirs = await newPage();
  await enter(page, panel.base, ADMIN);
  for (const [reader, path] of [
    [theirs, "/services"],
    [page, "/admin"],
  ]) {
    await reader.goto(panel.base + path);
    const shown = reader.getByRole("note").filter({ hasText: "Bảo trì" });
    await expect(shown).toBeVisible();
    expect(await shown.evaluate((one) => one.innerText.trim()), path).toBe(notice);
  }
});

test("a page whose program does not come says so after a while, and not before", async ({ page, shop, watch }) => {
  watch.cutsLines();
  for (const [path, entry] of [
    ["/login", "app.js"],
    ["/admin", "admin.js"],
  ]) {
    await page.route(`**/${entry}`, (route) => route.abort());
    await page.goto(shop.base + path);
    const late = page.getByText("Nếu trang không hiện, hãy tải lại.");
    await expect(late).toBeHidden();
    await expect(late).toBeVisible();
    await page.unroute(`**/${entry}`);
    await page.reload();
    await expect(page.getByRole("heading").first()).toBeVisible();
    await page.waitForTimeout(5000);
    await expect(late).toBeHidden();
  }
});
