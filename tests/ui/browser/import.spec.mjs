// What a provider lists, in the pages: whose currency nobody knows, and descriptions with their lines.
import { ADMIN, choose, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

const IMPORT = "/api/admin/services/import";

test("prices in a currency nobody knows are taken only by somebody's word", async ({ page, open, watch }) => {
  const panel = await open({ env: SHOP });
  watch.announce(422, IMPORT);
  const sent = [];
  // As if the balance could not be read.
  await page.route(`**${IMPORT}`, async (route) => {
    const body = route.request().postDataJSON();
    if (!body) return route.fallback();
    sent.push(body.currency_is_vnd);
    if (body.currency_is_vnd) return route.fallback();
    const message = "its balance does not tell the currency";
    const errors = [{ field: "provider_id", message, rule: "currency_unknown", values: { provider_id: 1 } }];
    const problem = { type: "about:blank", status: 422, code: "validation_failed", errors };
    return route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/import`);
  const word = page.getByLabel("Giá của nhà cung cấp này tính bằng VND");
  const look = page.getByRole("button", { name: "Xem trước" });
  await expect(look).toBeVisible();
  await expect(word).toHaveCount(0);
  await look.click();
  await word.check();
  await look.click();
  await page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ }).click();
  await expect(page.getByText("Đã nhập xong")).toBeVisible();
  expect(sent).toEqual([undefined, true, true]);
});

test("a preview of another mark-up is not taken over, and a search chooses only what it finds", async ({
  page,
  shop,
}) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  const take = page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ });
  const count = async () => Number((await take.textContent()).match(/\d+/)[0]);
  const all = await count();
  await page.getByLabel("Tìm").fill("TikTok Starter Package");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Bỏ chọn hết" }).click();
  expect(await count()).toBe(all - 1);
  await page.getByRole("button", { name: "Chọn hết", exact: true }).click();
  expect(await count()).toBe(all);
  await page.getByLabel("Tìm").fill("không có dịch vụ này");
  await expect(page.getByText("Không tìm thấy gì")).toBeVisible();
  await page.getByLabel("Cộng thêm").fill("50");
  await expect(page.getByText("Bản xem trước là của nhà cung cấp hoặc mức cộng thêm khác")).toBeVisible();
  await expect(take).toBeHidden();
  await page.getByLabel("Cộng thêm").fill("30");
  await expect(take).toBeVisible();
});

test("a preview says how each line would be ordered", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  for (const [name, type] of [
    ["TikTok Starter Package", "TikTok · Gói"],
    ["Facebook Poll Votes", "Facebook · Bình chọn"],
  ])
    await expect(page.getByRole("row", { name: new RegExp(name) }).getByText(type)).toBeVisible();
});

test("a description stays open while a search lets other categories go", async ({ page, shop }) => {
  const name = `Mở ${Date.now()}`;
  await shop.service({ name: `Trước ${name}`, category: "A", description: "Một" });
  await shop.service({ name, category: "Z", description: "Hai" });
  await page.goto(`${shop.base}/services`);
  const details = page.getByRole("row", { name }).locator("details").last();
  await details.locator("summary").click();
  await expect(details.getByText("Hai")).toBeVisible();
  await page.getByLabel("Tìm").first().fill(name);
  await page.getByLabel("Danh mục").selectOption("Z");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(details.getByText("Hai")).toBeVisible();
});

test("a description is shown as text, with its lines", async ({ page, shop }) => {
  const description = "Bắt đầu: 0-1 giờ\nLink: t.me/<username> <b>x</b>\n\nBảo hành: 30 ngày";
  const service = await shop.service({ name: "Mô tả nhiều dòng", description });
  await enter(page, shop.base, await shop.customer());
  for (const path of ["/services", "/"]) {
    await page.goto(shop.base + path);
    if (path === "/") await choose(page, service.name);
    else {
      await page.getByLabel("Tìm").first().fill(service.name);
      await page.locator("details", { hasText: "Bảo hành: 30 ngày" }).locator("summary").click();
    }
    const shown = page.locator(".description").filter({ visible: true });
    await expect(shown).toHaveText(description, { useInnerText: true });
    expect(await shown.evaluate((node) => node.innerText)).toBe(description);
  }
});
