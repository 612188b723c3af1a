// A tab that is closed with something typed into it: the browser asks, and only then.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

/** Types as people do: without a press of theirs a browser asks nothing. */
async function types(field, text) {
  await field.click();
  await field.fill(text);
}

/** Wants to close the tab; the browser asks, and the answer is no. */
async function staysWhenClosed(page, watch) {
  const before = watch.questions;
  watch.stays = true;
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => watch.questions).toBe(before + 1);
  watch.stays = false;
}

async function closesAtOnce(page, watch) {
  const before = watch.questions;
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
  expect(watch.questions, "nothing was to be asked").toBe(before);
}

test("a tab with changed settings asks before it is closed, and not once they are saved", async ({
  page,
  shop,
  watch,
}) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/settings`);
  const name = page.getByLabel("Tên trang");
  const before = await name.inputValue();
  await types(name, "Tiệm mới");
  await staysWhenClosed(page, watch);
  await expect(name).toHaveValue("Tiệm mới");
  // What was taken back is no change.
  await types(name, before);
  await types(name, `${before} `);
  const saved = page.waitForResponse((answer) => answer.request().method() === "PUT");
  await page.getByRole("form").first().getByRole("button", { name: "Lưu" }).click();
  await saved;
  await expect(page.getByText("Đã lưu").first()).toBeVisible();
  await closesAtOnce(page, watch);
});

test("a form that keeps no draft asks too, but not for a password alone", async ({ page, shop, watch }) => {
  await page.goto(`${shop.base}/register`);
  await types(page.getByLabel("Mật khẩu", { exact: true }), "correct horse");
  await types(page.getByLabel("Tên đăng nhập"), "lan");
  await staysWhenClosed(page, watch);
  await types(page.getByLabel("Tên đăng nhập"), "");
  await closesAtOnce(page, watch);
});

test("a mass order under way is not closed by a slip", async ({ page, shop, watch }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  await enter(page, shop.base, await shop.customer(1_000_000));
  await page.goto(`${shop.base}/mass-order`);
  const lines = [1, 2].map((at) => `${service.id} | https://example.com/closing${at} | 100`);
  await types(page.getByLabel("Các đơn"), lines.join("\n"));
  await page.getByRole("button", { name: "Xem trước" }).click();
  const send = page.getByRole("button", { name: "Gửi 2 đơn" });
  await expect(send).toBeVisible();
  let go;
  const first = new Promise((asked) =>
    page.route("**/api/orders/mass", (route) => asked((go = () => route.continue())), { times: 1 }),
  );
  await send.click();
  await first;
  await staysWhenClosed(page, watch);
  go();
  await expect(page.getByText("Đã đặt 2 đơn", { exact: false })).toBeVisible();
  await closesAtOnce(page, watch);
});

test("where nothing was typed nothing is asked", async ({ context, page, shop, watch }) => {
  await enter(page, shop.base, ADMIN);
  const paths = ["/admin/settings", "/admin/import", "/admin/services", "/account", "/"];
  for (const path of paths) {
    const tab = await context.newPage();
    await tab.goto(shop.base + path);
    await tab.getByRole("heading").first().click();
    await closesAtOnce(tab, watch);
  }
});
