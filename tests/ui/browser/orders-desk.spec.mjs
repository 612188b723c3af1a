// The customer's orders on a desk: what was bought is read, and where one is.
import { violations } from "./axe.mjs";
import { enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const DESKS = [
  { name: "in Vietnamese, 1280 wide", lang: "vi", size: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "in English, 1440 wide, in the dark", lang: "en", size: { width: 1440, height: 900 }, colorScheme: "dark" },
];

for (const look of DESKS) {
  test(`a service is known by its picture and its name, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const name = "NEW ➤ Tăng like bài viết, người thật | lên nhanh";
    const service = await shop.service({ ...BY_HAND, name, category: "Facebook", cancel: true });
    const plain = await shop.service({ ...BY_HAND, name: "Đánh giá năm sao", category: "Khác" });
    const lan = await shop.customer(100_000);
    const buy = (service_id, link) => shop.ask("POST", "/api/orders", { service_id, link, quantity: 1000 }, lan.token);
    const order = await buy(service.id, "https://www.facebook.com/somebody/posts/123456789012345");
    await buy(plain.id, "https://maps.app.goo.gl/1173");
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
    await expect(rows).toHaveCount(2);
    // Its name does not say for whom it is, its link does; of another nothing is known.
    await expect(rows.nth(1).locator(".tile")).toHaveClass("tile tile-brand-facebook");
    await expect(rows.nth(0).locator(".tile")).toHaveClass("tile tile-tag");
    for (const tile of await page.locator(".tile").all()) {
      const [box, icon] = [await tile.boundingBox(), await tile.locator(".icon").boundingBox()];
      expect([box.width, box.height]).toEqual([20, 20]);
      expect(Math.abs(icon.x + icon.width / 2 - box.x - 10), "the picture is in the middle").toBeLessThan(1);
    }
    const head = rows.nth(1).locator(".row-name strong");
    await expect(head).toHaveText("Tăng like bài viết, người thật");
    const isSeen = (strong) =>
      strong.getBoundingClientRect().right <= strong.closest(".row-name").getBoundingClientRect().right;
    expect(await head.evaluate(isSeen), "what it is is read whole").toBe(true);
    for (const row of await rows.all()) expect((await row.boundingBox()).height).toBeLessThanOrEqual(44);
    expect(await violations(page)).toEqual([]);
    // The page of the order says it alike, and the rest on demand.
    await page.goto(`${shop.base}/orders/${order.id}`);
    const said = page.getByText("Tăng like bài viết, người thật · lên nhanh", { exact: true });
    await expect(said).toHaveAttribute("title", name);
    await expect(page.getByText("➤")).toHaveCount(0);
    // Where one is stands out of the menu.
    const menu = page.getByRole("navigation", { name: t("frame.menu"), exact: true });
    const ground = await menu.getByRole("link", { name: t("menu.orders"), exact: true }).evaluate((link) => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.background = "var(--menu-active)";
      const colours = [getComputedStyle(link).backgroundColor, getComputedStyle(probe).backgroundColor];
      probe.remove();
      return colours;
    });
    expect(ground[0]).toBe(ground[1]);
  });
}
