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
