// Lists with their filters: what is chosen stands in the address, and the rows follow it.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

/** A transfer's number that no other test uses. */
const fresh = () => Date.now() * 1000 + Math.floor(Math.random() * 1000);

const deposit = (shop, who, amount) => shop.ask("POST", "/api/payment/deposit", { amount }, who.token);

test("the history of deposits tells the balance before and after", async ({ page, shop }) => {
  const lan = await shop.customer(7_000);
  const { code } = await deposit(shop, lan, 20_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/deposit`);
  const row = page.getByRole("row", { name: new RegExp(code) });
  await expect(row.getByRole("cell", { name: "–" })).toHaveCount(2);
  await shop.transfer(fresh(), 20_000, code);
  await expect(row).toContainText("7.000 ₫");
  await expect(row).toContainText("27.000 ₫");
});

test("what needs a decision names the deposits that wait, as a way to them", async ({ page, shop }) => {
  const { code } = await deposit(shop, await shop.customer(), 20_000);
  await enter(page, shop.base, ADMIN);
  for (const path of ["/admin", "/admin/review"]) {
    await page.goto(shop.base + path);
    await page.getByRole("link", { name: /yêu cầu nạp đang chờ tiền về/ }).click();
    await expect(page).toHaveURL(/\/admin\/deposits\?status=pending$/);
    await expect(page.getByRole("row", { name: new RegExp(code) })).toBeVisible();
  }
});
