// A word of any length, wherever people or providers can write one, makes no page wider than a phone.
import { createServer } from "node:http";
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

test("the longest name of the widest letters fits among the newest orders", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const service = await panel.service({ provider_id: null, provider_service_id: null, cost: null });
  const wide = await panel.customer(100_000, "w".repeat(32));
  const wish = { service_id: service.id, link: "https://example.com/a", quantity: 1000 };
  await panel.ask("POST", "/api/orders", wish, wide.token);
  await panel.ask("POST", "/api/payment/deposit", { amount: 50_000 }, wide.token);
  await enter(page, panel.base, ADMIN);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${panel.base}/admin`);
  await settled(page);
  // Once with the order, once with the deposit, and among those who bought most.
  await expect(page.getByRole("link", { name: wide.login })).toHaveCount(3);
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
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
    ["/admin/services?open=1", "Sửa dịch vụ"],
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

/** A provider that answers everything with one word of 300 characters. Its orders' links say how it takes them. */
async function talkative(said) {
  const word = `${said}-`.padEnd(300, said);
  let taken = 0;
  const answers = {
    contradicted: () => ({ order: ++taken }),
    parked: () => null,
    refused: () => ({ error: word }),
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const asked = new URLSearchParams(body);
      const [, way] = /example\.com\/(\w+)/.exec(asked.get("link") ?? "") ?? [];
      const report = Object.fromEntries((asked.get("orders") ?? "").split(",").map((id) => [id, { status: word }]));
      const answer = { add: answers[way], status: () => (asked.has("orders") ? report : { status: word }) };
      const json = (answer[asked.get("action")] ?? answers.refused)();
      response.writeHead(json ? 200 : 500).end(json ? JSON.stringify(json) : word);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { word, url: `http://127.0.0.1:${server.address().port}/api/v2`, close: () => server.close() };
}

/** What holds this text and is wider than its place: it is seen by moving it sideways, or not at all. */
const sideways = (page, text) =>
  page.evaluate((text) => {
    const isCut = (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible";
    // What is for screen readers alone has no place.
    const parts = [...document.querySelectorAll("main :not(.visually-hidden)")];
    const holding = parts.filter((part) => part.textContent.includes(text));
    return holding.filter(isCut).map((part) => part.outerHTML.slice(0, 300));
  }, text);

test("a provider's own words fit on a phone, however long", async ({ page, open }) => {
  test.setTimeout(180_000);
  const provider = await talkative("Zauberwort");
  const env = { BUMX_API_URL: provider.url, BUMX_API_KEY: "key-of-it", BUMX_CATALOG_SECONDS: "1" };
  const panel = await open({ env: { ...SHOP, ...env } });
  const admin = await panel.token(ADMIN);
  const service = await panel.service();
  const order = async (way) => {
    const { token } = await panel.customer(1_000_000);
    const wish = { service_id: service.id, link: `https://example.com/${way}`, quantity: 100 };
    return (await panel.ask("POST", "/api/orders", wish, token)).id;
  };
  const become = (id, what) =>
    expect
      .poll(async () => what(await panel.ask("GET", `/api/admin/orders/${id}`, undefined, admin)), { timeout: 60_000 })
      .toBe(true);
  const [parked, contradicted] = [await order("parked"), await order("contradicted")];
  await become(parked, ({ dispatch }) => dispatch === "review");
  await become(contradicted, ({ contradiction_coded }) => contradiction_coded !== null);
  const refused = [];
  for (let customers = 0; customers < 3; customers++) refused.push(await order("refused"));
  const known = async () => (await panel.ask("GET", "/api/admin/providers", undefined, admin)).items[0];
  await expect.poll(async () => Boolean((await known()).held), { timeout: 60_000 }).toBe(true);
  await expect.poll(async () => Boolean((await known()).trouble_coded), { timeout: 60_000 }).toBe(true);

  await enter(page, panel.base, ADMIN);
  await page.setViewportSize({ width: 360, height: 740 });
  const main = page.getByRole("main");
  const fits = async (what) => {
    expect.soft(await tooWide(page), `${what} is wider than a phone`).toBeLessThanOrEqual(0);
    expect.soft(await sideways(page, "Zauberwort"), `${what} moves sideways`).toEqual([]);
  };
  for (const path of [
    "",
    "/review",
    "/providers",
    `/orders?open=${parked}`,
    `/orders/${parked}`,
    `/orders/${contradicted}`,
    `/orders/${refused[0]}`,
  ]) {
    await page.goto(`${panel.base}/admin${path}`);
    await settled(page);
    for (const fold of await main.locator("details summary").all()) await fold.click();
    await expect(main.getByText("Zauberwort").first(), path).toBeVisible();
    await fits(path);
  }
  for (const [path, button] of [
    [`/orders/${parked}`, "Xử lý"],
    [`/orders/${contradicted}`, "Giữ nguyên"],
  ]) {
    await page.goto(`${panel.base}/admin${path}`);
    await main.getByRole("button", { name: button, exact: true }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await fits(button);
  }
  await page.goto(`${panel.base}/admin/providers`);
  await main.getByRole("button", { name: "Thử kết nối" }).click();
  await expect(main.getByRole("alert").filter({ hasText: "Zauberwort" }).last()).toBeVisible();
  await fits("a try");
  provider.close();
});
