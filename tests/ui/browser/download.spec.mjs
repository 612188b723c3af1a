// Lists as files, with the filters that are set.
import { readFileSync } from "node:fs";
import { violations } from "./axe.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

/** The lines of the file behind the button. */
async function file(page, t) {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: t("common.download") }).click();
  const saved = await download;
  const text = readFileSync(await saved.path(), "utf8");
  expect(text.startsWith("\ufeff")).toBe(true);
  return { name: saved.suggestedFilename(), lines: text.trim().split("\r\n").slice(1) };
}

for (const look of LOOKS) {
  test(`orders, transactions and deposits are downloaded, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const service = await shop.service({ ...byHand, name: "=1+1" });
    const lan = await shop.customer(1_000_000);
    for (const link of ["https://example.com/one", "https://example.com/two"])
      await shop.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 1000 }, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders`);
    const orders = await file(page, t);
    expect(orders.name).toMatch(/^orders-\d{4}-\d{2}-\d{2}\.csv$/);
    expect(orders.lines.length).toBe(2);
    expect(orders.lines[0]).toContain("'=1+1,");
    expect(await violations(page)).toEqual([]);
    await page.goto(`${shop.base}/orders?search=two`);
    await expect(page.getByText("example.com/two")).toBeVisible();
    const found = await file(page, t);
    expect(found.lines.map((line) => line.includes("/two"))).toEqual([true]);
    await page.goto(`${shop.base}/orders?to=2020-01-01`);
    await expect(page.getByText(t("common.nothing_found"))).toBeVisible();
    await page.goto(`${shop.base}/transactions?type=order`);
    expect((await file(page, t)).lines.length).toBe(2);
    await page.goto(`${shop.base}/deposit`);
    expect((await file(page, t)).lines).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
  });
}

test("every list of the admins is downloaded", async ({ page, shop }) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, shop.base, ADMIN);
  for (const [path, name] of [
    ["orders", "all-orders"],
    ["users?role=admin", "users"],
    ["deposits", "all-deposits"],
    ["ledger", "ledger"],
    ["bank", "bank-transactions"],
  ]) {
    await page.goto(`${shop.base}/admin/${path}`);
    const { name: saved, lines } = await file(page, t);
    expect(saved.startsWith(`${name}-2`), saved).toBe(true);
    if (name === "users") expect(lines.length).toBe(1);
  }
});
