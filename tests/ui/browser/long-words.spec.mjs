// A word of any length, wherever people or providers can write one, makes no page wider than a phone.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";
import { ADMINS, CUSTOMER, GUEST, settled, tooWide } from "./typed.mjs";

const WORD = "Langerwortohneleerzeichen".repeat(3);
const LINK = `https://example.com/${WORD}/${WORD}`;

/** A shop in which every text is one long word. */
async function stocked(panel) {
  const admin = await panel.token(ADMIN);
  const tiers = [1, 2, 3, 4].map((level) => ({
    level,
    name: WORD.slice(level, 50),
    min_spent: (level - 1) * 1_000_000,
    discount_percent: level,
  }));
  const support = { zalo: LINK, telegram: LINK, email: `${WORD.slice(0, 50)}@example.vn` };
  const change = { site_name: WORD.slice(0, 50), notice: `${WORD}${WORD}`, support, tiers };
  await panel.ask("PUT", "/api/admin/settings", change, admin);
  const provider = {
    name: WORD,
    api_url: `${LINK}/api/v2`,
    api_key: "a-long-key",
    currency: "VND",
    exchange_rate: "1",
    active: false,
  };
  const { id: provider_id } = await panel.ask("POST", "/api/admin/providers", provider, admin);
  const texts = {
    name: `${WORD}${WORD}`,
    category: `${WORD}${WORD}`,
    description: `${WORD} ${WORD}${WORD}`,
    link_kind: "any",
  };
  const service = await panel.service({ ...texts, provider_id: null, provider_service_id: null, cost: null });
  await panel.service({ ...texts, provider_id, provider_service_id: WORD });
  const comments = await panel.service({
    ...texts,
    type: "custom_comments",
    min_quantity: 1,
    provider_id: null,
    provider_service_id: null,
    cost: null,
  });
  const lan = await panel.customer(900_000_000, `long_${WORD.slice(0, 27).toLowerCase()}`);
  const buy = (wish) => panel.ask("POST", "/api/orders", wish, lan.token);
  await buy({ service_id: service.id, link: LINK, quantity: 100 });
  const order = await buy({ service_id: comments.id, link: WORD, comments: `${WORD}${WORD}\n${WORD}` });
  const reason = `${WORD}${WORD}`;
  await panel.ask("PUT", `/api/admin/users/${lan.id}/balance`, { amount: 1, reason }, admin);
  const deposit = await panel.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
  const other = await panel.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
  await panel.ask("PUT", `/api/admin/deposits/${other.id}/reject`, { note: reason }, admin);
  await panel.transfer(77, 12_000, `${WORD}${WORD}`);
  return { lan, service: service.id, order: order.id, deposit: deposit.id, rejected: other.id };
}

test("no page is wider than a phone, whatever long words stand in it", async ({ page, newPage, open }) => {
  test.setTimeout(240_000);
  const panel = await open({ env: { ...SHOP, BANK_ACCOUNT_NAME: WORD.slice(0, 50).toUpperCase(), BANK_NAME: WORD } });
  const made = await stocked(panel);
  const [theirs, guest] = [await newPage(), await newPage()];
  await enter(page, panel.base, ADMIN);
  await enter(theirs, panel.base, made.lan);
  const things = [
    [page, [...ADMINS, `/admin/orders/${made.order}`, `/admin/users/${made.lan.id}`]],
    [theirs, [...CUSTOMER, `/?service=${made.service}`, `/orders/${made.order}`]],
    [theirs, [`/deposit/${made.deposit}`, `/deposit/${made.rejected}`]],
    [guest, GUEST],
  ];
  for (const [reader, paths] of things) {
    await reader.setViewportSize({ width: 360, height: 740 });
    for (const path of paths) {
      await reader.goto(panel.base + path);
      await settled(reader);
      expect.soft(await tooWide(reader), `${path} is wider than a phone`).toBeLessThanOrEqual(0);
    }
  }
});

test("no dialog is wider than a phone", async ({ page, open }) => {
  test.setTimeout(120_000);
  const panel = await open({ env: SHOP });
  const made = await stocked(panel);
  await enter(page, panel.base, ADMIN);
  await page.setViewportSize({ width: 360, height: 740 });
  for (const [path, button] of [
    [`/admin/users/${made.lan.id}`, "Cộng / trừ tiền"],
    [`/admin/orders/${made.order}`, "Đổi trạng thái"],
    ["/admin/services", "Sửa dịch vụ"],
    ["/admin/providers", "Thêm nhà cung cấp"],
    ["/admin/deposits?status=pending", "Duyệt"],
    ["/admin/bank", "Gán"],
  ]) {
    await page.goto(panel.base + path);
    await settled(page);
    await page.getByRole("main").getByRole("button", { name: button, exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog, `${button} on ${path}`).toBeVisible();
    const over = await dialog.evaluate((box) => box.querySelector(".dialog-inner").scrollWidth - box.clientWidth);
    expect.soft(over, `${button} is wider than its dialog`).toBeLessThanOrEqual(0);
    expect.soft(await tooWide(page), `${button} on ${path}`).toBeLessThanOrEqual(0);
  }
});

test("a preview of an import is no wider than a phone, whatever the provider lists", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  await page.route("**/api/admin/services/import", async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    const said = { code: "line_other_type", values: { said: `${WORD}${WORD}` } };
    Object.assign(list.items[0], { provider_service_id: WORD, name: `${WORD}${WORD}`, category: WORD });
    Object.assign(list.items[1], { action: "skipped", reason_coded: said, name: WORD });
    return route.fulfill({ response: answer, json: list });
  });
  await enter(page, panel.base, ADMIN);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${panel.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText(`Loại “${WORD}${WORD}” không bán được ở đây.`)).toBeVisible();
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
});
