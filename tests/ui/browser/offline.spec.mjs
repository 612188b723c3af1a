// The line is down: the page says so, keeps what it shows, and is right again by itself.
import { enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

test("a line that is down is said, and heals by itself", async ({ page, watch, open }) => {
  watch.cutsLines();
  const panel = await open({ env: SHOP });
  const lan = await panel.customer(50_000);
  await enter(page, panel.base, lan);
  await page.goto(`${panel.base}/orders`);
  await expect(page.getByText("Bạn chưa có đơn nào")).toBeVisible();
  await expect(page.getByText("Mất kết nối trực tiếp.")).toBeHidden();
  await panel.crash();
  await expect(page.getByText("Mất kết nối trực tiếp.")).toBeVisible();
  await expect(page.getByText("Bạn chưa có đơn nào"), "what was shown stays").toBeVisible();
  await page.getByRole("link", { name: "Giới thiệu" }).first().click();
  await expect(page.getByText("Không kết nối được máy chủ.").first()).toBeVisible();
  await panel.startAgain();
  await expect(page.getByRole("heading", { name: "Giới thiệu" })).toBeVisible();
  await expect(page.getByText("Mất kết nối trực tiếp.")).toBeHidden();
});
