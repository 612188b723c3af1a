// Many orders as text, and what may change between the preview and the last of them.
import { violations } from "./axe.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

async function preview(page, base, text) {
  await page.goto(`${base}/mass-order`);
  await page.getByLabel("Các đơn").fill(text);
  await page.getByRole("button", { name: "Xem trước" }).click();
}

/** `count` lines of the same service and quantity, each with a link of its own. */
const lines = (service, quantity, count) =>
  Array.from({ length: count }, (_, at) => `${service.id} | https://example.com/${at} | ${quantity}`).join("\n");

for (const look of LOOKS) {
  test(`good lines are bought at once, bad ones stay for mending, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "app");
    const service = await shop.service(byHand);
    const lan = await shop.customer(1_000_000);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/mass-order`);
    const text = page.getByLabel(t("mass_order.lines"));
    const good = page.getByText(t("mass_order.good_lines", { count: 2 }));
    await text.fill(`nonsense\n${lines(service, 1000, 2)}\n${service.id} | https://example.com/few | 1`);
    await page.getByRole("button", { name: t("mass_order.preview") }).click();
    await expect(page.getByText(t("mass_order.total", { good: 2, bad: 2, amount: money(20_000) }))).toBeVisible();
    // What is to be mended is there, what is good is folded away.
    await expect(page.getByRole("table", { name: t("mass_order.to_mend") })).toContainText("nonsense");
    await expect(page.getByText("https://example.com/1")).toBeHidden();
    await good.click();
    await expect(page.getByText("https://example.com/1")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: t("mass_order.send", { count: 2 }) }).click();
    const done = page.getByText(t("mass_order.done", { count: 2, amount: money(20_000) }));
    await expect(done).toBeVisible();
    await expect(page.getByText(t("mass_order.rest"))).toBeVisible();
    await expect(text).toHaveValue(`nonsense\n${service.id} | https://example.com/few | 1`);
    expect(await violations(page)).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    await page.reload();
    await expect(text).toHaveValue(`nonsense\n${service.id} | https://example.com/few | 1`);
    await text.fill(`${service.id} | https://example.com/few | 1000`);
    await page.getByRole("button", { name: t("mass_order.preview") }).click();
    await page.getByRole("button", { name: t("mass_order.send", { count: 1 }) }).click();
    await expect(page.getByText(t("mass_order.done", { count: 1, amount: money(10_000) }))).toBeVisible();
    await expect(text).toHaveValue("");
    const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
    expect(items.length).toBe(3);
  });
}

for (const look of LOOKS) {
  test(`of a hundred lines the total and the way on are in sight and told, ${look.name}`, async ({ page, shop }) => {
    const { t, count, money } = await seenAs(page, look, "app");
    const service = await shop.service(byHand);
    await enter(page, shop.base, await shop.customer(10_000_000));
    await page.goto(`${shop.base}/mass-order`);
    const result = page.getByRole("status").filter({ hasText: money(990_000) });
    await page.getByLabel(t("mass_order.lines")).fill(`${lines(service, 1000, 99)}\nnonsense`);
    await page.getByRole("button", { name: t("mass_order.preview") }).click();
    await expect(result).toContainText(t("mass_order.total", { good: count(99), bad: 1, amount: money(990_000) }));
    await expect(result).toBeFocused();
    await expect(result).toBeInViewport();
    await expect(page.getByRole("button", { name: t("mass_order.send", { count: 99 }) })).toBeInViewport();
    const screens = await page.evaluate(() => document.documentElement.scrollHeight / window.innerHeight);
    expect(screens).toBeLessThan(3);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/mass-order-${look.lang}.png`, fullPage: true });
  });
}

test("lines that become cheaper on the way, across a tier, are shown and charged so", async ({ page, shop }) => {
  const service = await shop.service(byHand);
  const lan = await shop.customer(20_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, lines(service, 100_000, 7));
  await expect(page.getByText("7 đơn hợp lệ, 0 dòng lỗi. Tổng cộng 6.940.000 ₫.")).toBeVisible();
  await page.getByRole("button", { name: "Gửi 7 đơn" }).click();
  await expect(page.getByText("Đã đặt 7 đơn, tổng cộng 6.940.000 ₫.")).toBeVisible();
  await expect(page.locator("[tabindex='-1']").filter({ hasText: "Đã đặt 7 đơn" })).toBeFocused();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => order.charge).reverse()).toEqual([
    ...Array(5).fill(1_000_000),
    ...Array(2).fill(970_000),
  ]);
});

test("lines that have become dearer are asked about, and none is lost or sent twice", async ({ page, shop, watch }) => {
  watch.announce(409, "/api/orders/mass");
  const service = await shop.service(byHand);
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, lines(service, 1000, 3));
  await expect(page.getByText("Tổng cộng 30.000 ₫.")).toBeVisible();
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${service.id}`, { rate: "15000" }, admin);
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  await expect(page.getByText("Lúc xem trước là 30.000 ₫, bây giờ là 45.000 ₫.")).toBeVisible();
  await expect(page.getByText("Tổng cộng 45.000 ₫.")).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(1_000_000);
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  await expect(page.getByText("Đã đặt 3 đơn, tổng cộng 45.000 ₫.")).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => order.charge)).toEqual([15_000, 15_000, 15_000]);
});

test("rows pasted from a spreadsheet are orders, with headings, grouped numbers and links as phones share them", async ({
  page,
  shop,
}) => {
  const service = await shop.service(byHand);
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  const rows = [
    "Mã dịch vụ\tLiên kết\tSố lượng",
    `${service.id}\thttps://www.tiktok.com/@ten/video/1\t1.000\t`,
    `${service.id}\ttiktok.com/@ten/video/2\t2.000,00`,
    `${service.id}\tXem https://vt.tiktok.com/ZS3/ nhé\t1000`,
    `${service.id}\thttps://youtu.be/4\t1000`,
    `${service.id}\thttps://www.tiktok.com/@ten\u200b/5\t1000`,
    `${service.id}\thttps://www.tiktok.com/@ten/6\t2.5`,
  ];
  await preview(page, shop.base, rows.join("\n"));
  await expect(page.getByText("4 đơn hợp lệ, 2 dòng lỗi. Tổng cộng 50.000 ₫.")).toBeVisible();
  await expect(page.getByText("Liên kết này là của YouTube, không phải nền tảng của dịch vụ.")).toBeVisible();
  await expect(page.getByText("Liên kết có ký tự ẩn ở giữa (U+200B).")).toBeVisible();
  await expect(page.getByText("Ở đây chỉ nhận số nguyên, không có phần lẻ.")).toBeVisible();
  await page.getByRole("button", { name: "Gửi 4 đơn" }).click();
  await expect(page.getByText("Đã đặt 4 đơn, tổng cộng 50.000 ₫.")).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => [order.link, order.quantity]).reverse()).toEqual([
    ["https://www.tiktok.com/@ten/video/1", 1000],
    ["https://tiktok.com/@ten/video/2", 2000],
    ["https://vt.tiktok.com/ZS3/", 1000],
    ["https://youtu.be/4", 1000],
  ]);
  await preview(page, shop.base, `${service.id};1000;https://m.tiktok.com/@ten/video/1/`);
  const first = items[items.length - 1];
  await expect(page.getByText(`Đơn số ${first.id} đang chạy trên liên kết này`)).toBeVisible();
});

test("what the panel refuses is no good line, before sending and after", async ({ page, shop, watch }) => {
  watch.announce(422, "/api/orders/mass");
  const [limited, paused] = [await shop.service({ ...byHand, name: "Ít" }), await shop.service(byHand)];
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, [lines(limited, 1000, 1), lines(paused, 1000, 2)].join("\n"));
  await expect(page.getByText("3 đơn hợp lệ, 0 dòng lỗi.")).toBeVisible();
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${limited.id}`, { min_quantity: 5000 }, admin);
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  await expect(page.getByText("Số lượng: Phải từ 5.000 đến 100.000.")).toBeVisible();
  await expect(page.getByText("2 đơn hợp lệ, 1 dòng lỗi.")).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(1_000_000);
  await shop.ask("PUT", `/api/admin/services/${paused.id}`, { active: false }, admin);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("Dịch vụ này đang tạm ngừng bán.")).toHaveCount(2);
  await expect(page.getByText("0 đơn hợp lệ, 3 dòng lỗi.")).toBeVisible();
});

test("what the balance lacks is one click away, before sending and after", async ({ page, shop, watch }) => {
  watch.announce(402, "/api/orders/mass");
  const service = await shop.service(byHand);
  await enter(page, shop.base, await shop.customer(15_000));
  await preview(page, shop.base, lines(service, 1000, 3));
  const before = page.getByRole("link", { name: "Số dư còn thiếu 15.000 ₫, nạp thêm." });
  await expect(before).toHaveAttribute("href", "/deposit?amount=15000");
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  await page.getByRole("link", { name: "Nạp thêm tiền" }).click();
  await expect(page).toHaveURL(/\/deposit\?amount=15000$/);
  await expect(page.getByLabel("Số tiền (VND)")).toHaveValue("15000");
});
