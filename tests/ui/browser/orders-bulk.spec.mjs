// Many orders at once: all that the filter matches, loaded or not, with what it comes to seen before.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { settled, tooWide } from "./typed.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const PRICE = 10_000;

/** A panel where a customer has so many open orders, and one that is over. */
async function stocked(open, count) {
  const panel = await open({ env: SHOP });
  const service = await panel.service({ ...BY_HAND, rate: `${PRICE}` });
  const [lan, admin] = [await panel.customer(100_000_000), await panel.token(ADMIN)];
  const ids = [];
  for (let one = 0; one <= count; one++) {
    const wish = { service_id: service.id, link: `https://example.com/many-${one}`, quantity: 1000 };
    ids.push((await panel.ask("POST", "/api/orders", wish, lan.token)).id);
  }
  const set = (id, status) => panel.ask("PUT", `/api/admin/orders/${id}/status`, { status }, admin);
  await set(ids[0], "canceled");
  const balance = async () => (await panel.ask("GET", "/api/auth/me", null, lan.token)).balance;
  return { panel, service, lan, ids, set, balance };
}

for (const look of LOOKS) {
  test(`all orders that the filter matches are canceled with a refund, ${look.name}`, async ({ page, open, watch }) => {
    test.setTimeout(120_000);
    watch.announce(409, "/api/admin/orders/bulk");
    const { panel, service, lan, ids, balance } = await stocked(open, 55);
    const { t, money, count } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/orders?user_id=${lan.id}`);
    await settled(page);
    const boxes = page.getByRole("checkbox", { name: t("common.select_one", { id: "" }).trim() });
    const offer = page.getByRole("button", { name: t("orders.choose_every", { count: count(56) }) });
    await boxes.first().check();
    await expect(offer).toHaveCount(0);
    await page.getByRole("button", { name: t("desk.choose_all", { count: count(50) }) }).click();
    await offer.click();
    const bar = page.getByRole("region", { name: t("orders.every_selected", { count: count(56) }) });
    await expect(bar).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `results/orders-every-${look.lang}.png` });
    // One less, and it is rows again.
    await boxes.first().uncheck();
    await expect(bar).toHaveCount(0);
    await boxes.first().check();
    await offer.click();

    await bar.getByRole("button", { name: t("status.order.canceled") }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(t("orders.bulk_refund", { amount: money(55 * PRICE) }))).toBeVisible();
    const why = { count: 1, named: `#${ids[0]}`, why: t("refusal.order_over") };
    await expect(dialog.getByText(t("orders.bulk_why", why))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/orders-bulk-${look.lang}.png` });
    // Another one by then, and nothing is done before it was seen.
    const wish = { service_id: service.id, link: "https://example.com/late", quantity: 1000 };
    const late = (await panel.ask("POST", "/api/orders", wish, lan.token)).id;
    const confirm = dialog.getByRole("button", { name: t("order_actions.confirm") });
    await confirm.click();
    await expect(dialog.getByText(t("orders.bulk_refund", { amount: money(56 * PRICE) }))).toBeVisible();
    expect(await balance()).toBe(100_000_000 - 56 * PRICE);
    await confirm.click();
    const done = t("orders.bulk_done_refund", { count: count(56), amount: money(56 * PRICE) });
    await expect(page.getByText(done, { exact: true })).toBeVisible();
    await expect(dialog).toHaveCount(0);
    await expect(bar).toHaveCount(0);
    expect(await balance()).toBe(100_000_000);
    expect((await panel.ask("GET", `/api/orders/${late}`, null, lan.token)).status).toBe("canceled");
    // What can go nowhere is offered nothing.
    await boxes.first().check();
    const none = page.getByRole("region", { name: t("orders.selected", { count: 1 }) });
    await expect(none.getByRole("button", { name: t("status.order.completed") })).toBeDisabled();
  });
}

test("of the rows that are chosen those that cannot be moved are left out, and said", async ({ page, open, watch }) => {
  watch.announce(409, "/api/admin/orders/bulk");
  const { panel, ids, set } = await stocked(open, 3);
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await set(ids[1], "in_progress");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/orders`);
  await settled(page);
  for (const id of ids) await page.getByLabel(t("common.select_one", { id }), { exact: true }).check();
  const bar = page.getByRole("region", { name: t("orders.selected", { count: 4 }) });
  await bar.getByRole("button", { name: t("status.order.in_progress") }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(t("orders.bulk_no_refund"))).toBeVisible();
  await expect(dialog.getByText(t("orders.bulk_stay", { count: 1 }))).toBeVisible();
  await expect(dialog.getByText(t("orders.bulk_left_out", { count: 1 }))).toBeVisible();
  // One that is over by then is left out too, once that was seen.
  await set(ids[3], "completed");
  const confirm = dialog.getByRole("button", { name: t("order_actions.confirm") });
  await confirm.click();
  await expect(page.getByText(t("refusal.plan_changed")).first()).toBeVisible();
  await expect(dialog.getByText(t("orders.bulk_left_out", { count: 2 }))).toBeVisible();
  await confirm.click();
  await expect(page.getByText(t("orders.bulk_done", { count: 1 }), { exact: true })).toBeVisible();
  const moved = page.getByRole("row").filter({ hasText: t("status.order.in_progress") });
  await expect(moved).toHaveCount(2);
  await expect(bar).toHaveCount(0);
});

test("what has ended is refunded too where that was seen, and no answer is asked for again", async ({
  page,
  open,
  watch,
}) => {
  watch.cutsLines();
  const { panel, ids, set, balance } = await stocked(open, 2);
  const { t, money } = await seenAs(page, LOOKS[0], "admin");
  await set(ids[1], "completed");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/orders`);
  await settled(page);
  for (const id of ids) await page.getByLabel(t("common.select_one", { id }), { exact: true }).check();
  const bar = page.getByRole("region", { name: t("orders.selected", { count: 3 }) });
  await page.route("**/orders/bulk", (route) => route.abort());
  await bar.getByRole("button", { name: t("status.order.canceled") }).click();
  const dialog = page.getByRole("dialog");
  const retry = dialog.getByRole("button", { name: t("common.retry") });
  await expect(retry).toBeVisible();
  await page.unroute("**/orders/bulk");
  await retry.click();
  await expect(dialog.getByText(t("orders.bulk_ended", { count: 1 }))).toBeVisible();
  await expect(dialog.getByText(t("orders.bulk_refund", { amount: money(2 * PRICE) }))).toBeVisible();
  await page.screenshot({ path: "results/orders-bulk-ended.png" });
  await dialog.getByRole("button", { name: t("order_actions.confirm") }).click();
  const done = t("orders.bulk_done_refund", { count: 2, amount: money(2 * PRICE) });
  await expect(page.getByText(done, { exact: true })).toBeVisible();
  expect(await balance()).toBe(100_000_000);
});
