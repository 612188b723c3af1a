// Many orders as text, and what may change between the preview and the last of them.
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

test("lines that become cheaper on the way, across a tier, all go through", async ({ page, shop }) => {
  const service = await shop.service(byHand);
  const lan = await shop.customer(20_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, lines(service, 100_000, 7));
  await expect(page.getByText("7 đơn hợp lệ, 0 dòng lỗi. Tổng cộng 7.000.000 ₫.")).toBeVisible();
  await page.getByRole("button", { name: "Gửi 7 đơn" }).click();
  await expect(page.getByText("Đã xử lý 7 trong 7 đơn")).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => order.charge).reverse()).toEqual([
    ...Array(5).fill(1_000_000),
    ...Array(2).fill(970_000),
  ]);
});

test("lines that have become dearer are asked about, and none is lost or sent twice", async ({ page, shop, watch }) => {
  watch.announce(409, "/api/orders");
  const service = await shop.service(byHand);
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, lines(service, 1000, 3));
  await expect(page.getByText("Tổng cộng 30.000 ₫.")).toBeVisible();
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${service.id}`, { rate: "15000" }, admin);
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  await expect(page.getByText("3 đơn chưa gửi: lúc xem trước là 30.000 ₫, bây giờ là 45.000 ₫.")).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(1_000_000);
  await page.getByRole("button", { name: "Gửi tiếp với giá mới: 45.000 ₫" }).click();
  await expect(page.getByText("Đã xử lý 3 trong 3 đơn")).toBeVisible();
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
  await expect(page.getByText("Đã xử lý 4 trong 4 đơn")).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => [order.link, order.quantity]).reverse()).toEqual([
    ["https://www.tiktok.com/@ten/video/1", 1000],
    ["https://tiktok.com/@ten/video/2", 2000],
    ["https://vt.tiktok.com/ZS3/", 1000],
    ["https://youtu.be/4", 1000],
  ]);
  await page.getByRole("button", { name: "Gửi loạt khác" }).click();
  await preview(page, shop.base, `${service.id};1000;https://m.tiktok.com/@ten/video/1/`);
  const first = items[items.length - 1];
  await expect(page.getByText(`Đơn số ${first.id} đang chạy trên liên kết này`)).toBeVisible();
});

test("a line that is refused says what is wanted, also after a reload", async ({ page, shop, watch }) => {
  watch.announce(422, "/api/orders");
  const service = await shop.service(byHand);
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await preview(page, shop.base, lines(service, 1000, 1));
  await expect(page.getByText("Tổng cộng 10.000 ₫.")).toBeVisible();
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${service.id}`, { min_quantity: 5000 }, admin);
  await page.getByRole("button", { name: "Gửi 1 đơn" }).click();
  const result = page.getByRole("table", { name: "Kết quả" }).getByRole("row").nth(1);
  await expect(result).toContainText("Số lượng: Phải từ 5.000 đến 100.000.");
  await page.reload();
  await expect(result).toContainText("Số lượng: Phải từ 5.000 đến 100.000.");
});

test("what the panel would refuse is no good line", async ({ page, shop, watch }) => {
  watch.announce(422, "/api/orders/quote");
  watch.announce(409, "/api/orders/quote");
  const [limited, paused] = [await shop.service({ ...byHand, name: "Ít" }), await shop.service(byHand)];
  await enter(page, shop.base, await shop.customer(1_000_000));
  await page.goto(`${shop.base}/mass-order`);
  await page.getByLabel("Các đơn").fill([lines(limited, 1000, 1), lines(paused, 1000, 2)].join("\n"));
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/services/${limited.id}`, { min_quantity: 5000 }, admin);
  await shop.ask("PUT", `/api/admin/services/${paused.id}`, { active: false }, admin);
  await page.getByRole("button", { name: "Xem trước" }).click();
  await expect(page.getByText("Số lượng: Phải từ 5.000 đến 100.000.")).toBeVisible();
  await expect(page.getByText("Dịch vụ này đang tạm ngừng bán.")).toHaveCount(2);
  await expect(page.getByText("0 đơn hợp lệ, 3 dòng lỗi.")).toBeVisible();
});

test("what the balance lacks is one click away, before sending and after", async ({ page, shop, watch }) => {
  watch.announce(402, "/api/orders");
  const service = await shop.service(byHand);
  await enter(page, shop.base, await shop.customer(15_000));
  await preview(page, shop.base, lines(service, 1000, 3));
  const before = page.getByRole("link", { name: "Số dư còn thiếu 15.000 ₫, nạp thêm." });
  await expect(before).toHaveAttribute("href", "/deposit?amount=15000");
  await page.getByRole("button", { name: "Gửi 3 đơn" }).click();
  // The first was charged.
  await page.getByRole("link", { name: "Nạp thêm tiền" }).click();
  await expect(page).toHaveURL(/\/deposit\?amount=15000$/);
  await expect(page.getByLabel("Số tiền (VND)")).toHaveValue("15000");
  await page.getByRole("button", { name: "Tạo mã QR" }).click();
  await expect(page.getByText("15.000 ₫").first()).toBeVisible();
});
