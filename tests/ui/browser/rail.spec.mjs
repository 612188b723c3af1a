// The admin's menu as a rail of icons: by a key or a button, kept, and while a panel beside a list needs the room.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const [DESK] = LOOKS;
const widthOf = async (menu) => (await menu.boundingBox()).width;

test("the menu becomes a rail by a key, stays one, and is whole again by its button", async ({ page, shop }) => {
  const { t } = await seenAs(page, { ...DESK, size: { width: 1440, height: 900 } }, "admin");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders`);
  const menu = page.getByRole("complementary").first();
  const button = page.getByRole("button", { name: t("menu.rail") });
  await expect(button).toHaveAttribute("aria-pressed", "false");
  expect(await widthOf(menu)).toBe(216);
  const [whole, shown] = [await menu.boundingBox(), await button.boundingBox()];
  expect(shown.x + shown.width, "the button is seen whole").toBeLessThanOrEqual(whole.x + whole.width - 8);
  const search = page.getByRole("searchbox").first();
  await search.fill("a [ is a letter here");
  expect(await widthOf(menu)).toBe(216);
  await search.fill("");
  await search.blur();
  await page.keyboard.press("[");
  await expect(button).toHaveAttribute("aria-pressed", "true");
  expect(await widthOf(menu)).toBe(56);
  await page.reload();
  await expect(button).toHaveAttribute("aria-pressed", "true");
  // Heard, though not seen, and every way is still there.
  await expect(page.getByRole("link", { name: ADMIN.login, exact: true })).toHaveAttribute("href", "/account");
  await page.getByRole("link", { name: t("menu.services"), exact: true }).click();
  await expect(page).toHaveURL(/\/admin\/services/);
  await button.click();
  await expect(button).toHaveAttribute("aria-pressed", "false");
  expect(await widthOf(menu)).toBe(216);
});

test("below 1400 px an open panel makes it a rail, as long as it is open", async ({ page, shop }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const lan = await shop.customer(100_000);
  const wish = { service_id: service.id, link: "https://example.com/rail", quantity: 100 };
  const { id } = await shop.ask("POST", "/api/orders", wish, lan.token);
  await seenAs(page, { ...DESK, size: { width: 1399, height: 800 } }, "admin");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders?open=${id}`);
  const menu = page.getByRole("complementary").first();
  await expect(page.getByRole("heading", { name: `${id}` })).toBeVisible();
  await expect.poll(() => widthOf(menu)).toBe(56);
  // Nobody chooses what they cannot see.
  await page.keyboard.press("[");
  await expect(page.locator(".rail-button")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect.poll(() => widthOf(menu)).toBe(216);
  await page.keyboard.press("Enter");
  await expect.poll(() => widthOf(menu)).toBe(56);
  await page.setViewportSize({ width: 1400, height: 800 });
  await expect.poll(() => widthOf(menu)).toBe(216);
});
