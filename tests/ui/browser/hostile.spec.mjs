// What is typed into the pages' own fields stays text, for whoever typed it and for whoever reads it.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";
import { ALL, HOSTILE, LONG, SCRIPT, TURNED, markup, settled, tooWide } from "./typed.mjs";

const CUSTOMER = ["/", "/mass-order", "/orders", "/services", "/deposit", "/transactions", "/reseller", "/account"];
const ADMINS = ["orders", "services", "import", "users", "deposits", "bank", "audit", "settings"];
/** Dialogs with fields, by the button that opens them. */
const DIALOGS = [
  ["/admin/services", "Thêm dịch vụ"],
  ["/admin/providers", "Thêm nhà cung cấp"],
];

/** Nothing of what was typed is more than text, and nothing is pushed aside. */
async function harmless(page, what) {
  expect.soft(await markup(page), what).toEqual([]);
  expect.soft(await tooWide(page), `${what}: wider than the window`).toBeLessThanOrEqual(0);
}

/** Puts it into every field that takes text, all at once: some leave the page with what is typed into others. How many
 * there were. */
const typeEverywhere = (within, text) =>
  within.evaluate((part, text) => {
    for (const fold of part.querySelectorAll("details")) fold.open = true;
    const takesText = (field) =>
      field.checkVisibility() &&
      !field.disabled &&
      !["checkbox", "radio", "date", "number", "range", "file", "color"].includes(field.type);
    const fields = [...part.querySelectorAll("input, textarea")].filter(takesText);
    for (const field of fields) {
      field.value = text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    return fields.length;
  }, text);

for (const [who, paths] of [
  ["a customer", CUSTOMER],
  ["an admin", ADMINS.map((name) => `/admin/${name}`)],
]) {
  test(`whatever ${who} types into any field is text`, async ({ page, shop, watch }) => {
    test.setTimeout(120_000);
    // A search too long, a code that is none: refused, and said.
    watch.allow(422, "*");
    await shop.service();
    await enter(page, shop.base, who === "an admin" ? ADMIN : await shop.customer());
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of paths) {
      let typed = 0;
      for (const text of ALL) {
        await page.goto(shop.base + path);
        await settled(page);
        typed += await typeEverywhere(page.locator("main"), text);
        await harmless(page, `${text.slice(0, 30)} on ${path}`);
      }
      if (path !== "/transactions") expect.soft(typed, `fields on ${path}`).toBeGreaterThan(0);
    }
  });
}

test("whatever is typed into the dialogs is text, and refused with a sentence", async ({ page, shop, watch }) => {
  watch.allow(422, "*");
  await enter(page, shop.base, ADMIN);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const [path, button] of DIALOGS) {
    for (const text of ALL) {
      await page.goto(shop.base + path);
      await page.getByRole("button", { name: button }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Lưu" }).waitFor();
      expect(await typeEverywhere(dialog, text)).toBeGreaterThan(2);
      await dialog.getByRole("button", { name: "Lưu" }).click();
      await expect(dialog.locator(".invalid-feedback, .alert").first()).toBeVisible();
      await harmless(page, `${text.slice(0, 30)} in ${button}`);
    }
  }
});

test("who signs up is refused with a sentence or shown as text", async ({ page, shop, watch }) => {
  watch.allow(422, "/api/auth/register");
  await page.goto(`${shop.base}/register`);
  for (const text of ALL) {
    await page.getByLabel("Tên đăng nhập").fill(text);
    await page.getByLabel("E-mail").fill(`${text}@example.vn`);
    await page.getByLabel("Mật khẩu", { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: "Tạo tài khoản" }).click();
    await expect(page.locator(".invalid-feedback:visible, .alert-danger").first()).toBeVisible();
    await harmless(page, `${text.slice(0, 30)} as a name`);
  }
});

test("an order's link and comments are text in both panels, and no script is a link", async ({
  page,
  shop,
  newPage,
  watch,
}) => {
  test.setTimeout(120_000);
  watch.allow(422, "/api/orders", "/api/orders/quote");
  const kind = { provider_id: null, provider_service_id: null, cost: null, min_quantity: 1 };
  const any = await shop.service({ ...kind, name: "Any link", link_kind: "any" });
  const spoken = await shop.service({ ...kind, name: "Spoken", type: "custom_comments" });
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const link of [SCRIPT, HOSTILE, LONG, `https://example.com/${TURNED.replace(" ", "")}`]) {
    await page.goto(`${shop.base}/?service=${any.id}`);
    await page.getByLabel("Liên kết").fill(link);
    await page.getByLabel("Số lượng").fill("100");
    await page.getByRole("button", { name: "Đặt đơn", exact: true }).click();
    // Taken or refused, the page says which.
    const said = page.getByText(/Đã nhận đơn số/).or(page.locator(".invalid-feedback:visible, .alert-danger"));
    await expect(said.first()).toBeVisible();
    await harmless(page, `${link.slice(0, 30)} as a link`);
  }
  await page.goto(`${shop.base}/?service=${spoken.id}`);
  await page.getByLabel("Liên kết").fill("https://example.com/spoken");
  await page.getByLabel(/^Bình luận/).fill(ALL.join("\n"));
  await page.getByRole("button", { name: "Đặt đơn", exact: true }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  const last = items.find((order) => order.service_id === spoken.id);
  const boss = await newPage();
  await enter(boss, shop.base, ADMIN);
  for (const [reader, path] of [
    [page, "/orders"],
    [page, `/orders/${last.id}`],
    [boss, `/admin/orders?user_id=${lan.id}`],
    [boss, `/admin/orders/${last.id}`],
  ]) {
    await reader.setViewportSize({ width: 360, height: 740 });
    await reader.goto(shop.base + path);
    await settled(reader);
    await harmless(reader, path);
  }
  await expect(boss.getByText(HOSTILE).first()).toBeVisible();
});

test("what an admin writes about the shop, a service and a customer is text for everybody", async ({
  page,
  shop,
  newPage,
}) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const lan = await shop.customer(10_000);
  const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 20_000 }, lan.token);
  await enter(page, shop.base, ADMIN);

  await page.goto(`${shop.base}/admin/services?search=${service.id}`);
  // The search also finds names with these digits in them.
  const its = page.getByRole("row").filter({ has: page.getByLabel(`Chọn số ${service.id}`, { exact: true }) });
  await its.getByRole("button", { name: "Sửa dịch vụ" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Tên", { exact: true }).fill(`${HOSTILE} name`);
  await dialog.getByLabel("Danh mục").fill(`${TURNED} category`);
  await dialog.getByLabel("Mô tả").fill(`${HOSTILE} ${TURNED} ${SCRIPT}`);
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);

  await page.goto(`${shop.base}/admin/users/${lan.id}`);
  await page.getByRole("button", { name: "Cộng / trừ tiền" }).click();
  await dialog.getByLabel("Số tiền (VND)").fill("500");
  await dialog.getByLabel("Lý do").fill(`${HOSTILE} ${TURNED}`);
  await dialog.getByRole("button", { name: "Cộng / trừ tiền" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText(HOSTILE).first()).toBeVisible();

  await page.goto(`${shop.base}/admin/deposits?search=${deposit.code}`);
  await page
    .getByRole("row", { name: new RegExp(deposit.code) })
    .getByRole("button", { name: "Từ chối" })
    .click();
  await dialog.getByRole("textbox").last().fill(`${HOSTILE} ${TURNED}`);
  await dialog.getByRole("button", { name: "Từ chối" }).click();
  await expect(dialog).toHaveCount(0);

  const theirs = await newPage();
  await enter(theirs, shop.base, lan);
  await theirs.setViewportSize({ width: 360, height: 740 });
  for (const [reader, path] of [
    [theirs, "/services"],
    [theirs, `/?service=${service.id}`],
    [theirs, "/transactions"],
    [theirs, "/deposit"],
    [page, `/admin/users/${lan.id}`],
    [page, "/admin/ledger"],
    [page, "/admin/audit"],
    [page, "/admin/services"],
    [page, "/admin/deposits"],
  ]) {
    await reader.goto(shop.base + path);
    await settled(reader);
    await harmless(reader, path);
  }
});

test("the site's name, notice and contacts are refused beside their fields, or text on every page", async ({
  page,
  newPage,
  watch,
  open,
}) => {
  watch.announce(422, "/api/admin/settings");
  const panel = await open({ env: SHOP });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/settings`);
  const site = page.getByRole("form", { name: "Trang web" });
  await site.getByLabel("Tên trang").fill('"><img src=x>');
  await site.getByLabel("Thông báo cho khách").fill(`${HOSTILE} ${TURNED}`);
  await site.getByLabel("Zalo").fill(SCRIPT);
  await site.getByRole("button", { name: "Lưu" }).click();
  await expect(site.getByLabel("Zalo")).toHaveAttribute("aria-invalid", "true");
  await site.getByLabel("Zalo").fill(`${TURNED} ${HOSTILE}`.replace(":", ""));
  await site.getByLabel("Telegram").fill('"><img src=x onerror=1>');
  await site.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText("Đã lưu")).toBeVisible();
  const guest = await newPage();
  await guest.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/?service=1", "/services", "/register"]) {
    await guest.goto(panel.base + path);
    await settled(guest);
    await expect(guest.getByText(HOSTILE)).toBeVisible();
    await harmless(guest, path);
    const ways = await guest.locator("footer a").evaluateAll((links) => links.map((link) => link.protocol));
    expect(ways.every((protocol) => ["http:", "https:", "mailto:"].includes(protocol))).toBe(true);
  }
});
