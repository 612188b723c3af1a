// A link as it is pasted: what is made of it, what is refused, and what is said before it is charged for.
import { PASTED } from "../cases/links.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };
const send = (page) => page.getByRole("button", { name: "Đặt đơn", exact: true }).click();

test("every pasted link is read as the table says, is ordered so, or is refused with a sentence", async ({
  page,
  shop,
}) => {
  test.setTimeout(120_000);
  const service = await shop.service({ ...byHand, name: "Bất kỳ", category: "Khác" });
  const lan = await shop.customer(10_000_000);
  const admin = await shop.token(ADMIN);
  await enter(page, shop.base, lan);
  const said = {
    none: "Hãy nhập liên kết.",
    no_address: "Hãy dán một liên kết đầy đủ",
    hidden: "Liên kết có ký tự ẩn ở giữa",
    too_long: "chỉ nhận tối đa 2.048",
  };
  await page.goto(`${shop.base}/?service=${service.id}`);
  // A field of one line keeps no line breaks.
  for (const [typed, link] of PASTED.filter(([typed]) => !typed.includes("\n"))) {
    const field = page.getByLabel("Liên kết");
    await field.fill(typed);
    // Not a character is cut on the way in.
    await expect(field).toHaveValue(typed);
    await page.getByLabel("Số lượng").fill("100");
    await send(page);
    if (link.startsWith("!")) {
      await expect(page.locator(".invalid-feedback"), typed).toContainText(said[link.slice(1)]);
      continue;
    }
    await expect(page.getByText(/Đã nhận đơn số/), typed).toBeVisible();
    const { items } = await shop.ask("GET", "/api/orders?limit=1", undefined, lan.token);
    expect(items[0].link, typed).toBe(link);
    await shop.ask("PUT", `/api/admin/orders/${items[0].id}/status`, { status: "completed" }, admin);
    await page.getByRole("button", { name: "Đặt đơn khác" }).click();
  }
});

test("the form shows what it made of a shared text before it is ordered", async ({ page, shop }) => {
  const service = await shop.service(byHand);
  await enter(page, shop.base, await shop.customer());
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Liên kết").fill("Xem video này: tiktok.com/@ten/video/1 nhé");
  await expect(page.getByText("Liên kết sẽ dùng: https://tiktok.com/@ten/video/1")).toBeVisible();
  await page.getByLabel("Liên kết").fill("https://tiktok.com/@ten\u200b/video/1");
  await expect(page.getByText("Liên kết có ký tự ẩn ở giữa (U+200B).")).toBeVisible();
});

test("a link of another platform is said before it is charged, and may be ordered all the same", async ({
  page,
  shop,
}) => {
  const service = await shop.service(byHand);
  const lan = await shop.customer(100_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Số lượng").fill("1000");
  await page.getByLabel("Liên kết").fill("https://youtu.be/abc");
  await expect(page.getByText("Liên kết này là của YouTube, không phải nền tảng của dịch vụ.")).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(100_000);
  await page.getByRole("button", { name: "Vẫn đặt đơn" }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
});

test("a link with a running order is said before it is charged, however quick the customer is", async ({
  page,
  shop,
}) => {
  const service = await shop.service({ ...byHand, name: "Tăng tim TikTok" });
  const lan = await shop.customer(100_000);
  const wish = { service_id: service.id, link: "https://www.tiktok.com/@ten/video/7", quantity: 1000 };
  const order = await shop.ask("POST", "/api/orders", wish, lan.token);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Số lượng").fill("1000");
  await page.getByLabel("Liên kết").fill("https://m.tiktok.com/@ten/video/7/#share");
  await send(page);
  await expect(page.getByText(`Đơn số ${order.id} đang chạy trên liên kết này`)).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(90_000);
  await page.getByRole("button", { name: "Vẫn đặt đơn" }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
  expect((await shop.ask("GET", "/api/user/balance", undefined, lan.token)).balance).toBe(80_000);
});

test("a link of the wrong kind is said, which one is needed, and may be ordered all the same", async ({
  page,
  shop,
}) => {
  const service = await shop.service({ ...byHand, name: "Tăng follow TikTok" });
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Số lượng").fill("1000");
  await page.getByLabel("Liên kết").fill("https://www.tiktok.com/@ten");
  await expect(page.getByText("TikTok · trang cá nhân hoặc kênh")).toBeVisible();
  await expect(page.getByRole("button", { name: "Đặt đơn", exact: true })).toBeVisible();
  await page.getByLabel("Liên kết").fill("https://www.tiktok.com/@ten/video/1");
  await expect(page.getByText("TikTok · bài viết hoặc video")).toBeVisible();
  await expect(page.getByText("Dịch vụ này thường cần liên kết trang cá nhân hoặc kênh")).toBeVisible();
  await page.getByRole("button", { name: "Vẫn đặt đơn" }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
});

test("a pasted link loses its tracking, which is told and may be had back", async ({ page, shop }) => {
  const service = await shop.service({ ...byHand, name: "Tăng follow TikTok" });
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(`${shop.base}/?service=${service.id}`);
  const field = page.getByLabel("Liên kết");
  const pasted = "https://www.tiktok.com/@ten?is_from_webapp=1&lang=vi&sender_device=pc";
  const loaded = page.waitForResponse((answer) => answer.url().endsWith("/lib/link-kind.js"));
  await field.focus();
  await loaded;
  const paste = (text) =>
    field.evaluate((input, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  await expect(async () => {
    await paste(pasted);
    await expect(field).toHaveValue("https://www.tiktok.com/@ten?lang=vi", { timeout: 500 });
  }).toPass();
  await expect(page.getByText("Đã bỏ phần theo dõi: is_from_webapp=1&sender_device=pc")).toBeVisible();
  await page.getByRole("button", { name: "Giữ nguyên" }).click();
  await expect(field).toHaveValue(pasted);
  await expect(page.getByText("Đã bỏ phần theo dõi")).toHaveCount(0);
});
