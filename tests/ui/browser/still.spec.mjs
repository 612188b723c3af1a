// What is read stays where it is while the rest of a page comes.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { small, watchShifts } from "./phone.mjs";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

test("nothing moves while a page comes", async ({ page, newPage, shop }) => {
  const lan = await shop.customer(100_000);
  const service = await shop.service();
  const link = "https://www.tiktok.com/@a";
  await shop.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 1000 }, lan.token);
  const wish = { subject: "Hỏi giá", message: "Giá sỉ?" };
  const ticket = await shop.ask("POST", "/api/tickets", wish, lan.token);
  const still = async (page, path) => {
    await watchShifts(page);
    await page.goto(shop.base + path);
    await expect(page.locator("#page-title")).toBeVisible();
    await page.waitForLoadState("networkidle").catch(() => {});
    const { sum, by } = await page.evaluate(() => window.moved);
    expect(sum, `${path}: ${JSON.stringify(by)}`).toBeLessThan(0.05);
  };
  await page.setViewportSize(DESK);
  await enter(page, shop.base, ADMIN);
  for (const path of ["review", `tickets/${ticket.id}`, "backups", `users/${lan.id}`])
    await still(page, `/admin/${path}`);
  const phone = await newPage({ viewport: PHONE });
  await enter(phone, shop.base, lan);
  await still(phone, "/account");
});

test("what is touched on a phone is large enough", async ({ newPage, shop }) => {
  const page = await newPage({ viewport: PHONE });
  const lan = await shop.customer(100_000);
  const service = await shop.service();
  const link = "https://www.tiktok.com/@a";
  await shop.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 1000 }, lan.token);
  await enter(page, shop.base, ADMIN);
  for (const path of ["", "/audit", "/orders"]) {
    await page.goto(`${shop.base}/admin${path}`);
    await expect(page.locator("#page-title")).toBeVisible();
    await expect(page.getByRole("status", { name: "Đang tải" })).toHaveCount(0);
    expect(await small(page), path).toEqual([]);
  }
  // Within a card of the desk the card alone is touched.
  const others = page.locator(".desk-card a:not(.card-open)");
  await expect(others.first()).toBeAttached();
  const touched = await others.evaluateAll((all) =>
    all.filter((one) => getComputedStyle(one).pointerEvents !== "none"),
  );
  expect(touched).toHaveLength(0);
  // Nor is anything else a stop of the keyboard.
  const reached = await others.evaluateAll((all) => all.filter((one) => one.tabIndex >= 0).length);
  expect(reached).toBe(0);
  await page.locator(".card-open").first().focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(".desk-card a:not(.card-open):focus")).toHaveCount(0);
});
