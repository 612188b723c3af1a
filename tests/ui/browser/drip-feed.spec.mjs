// An order in runs: typed with its sum, followed as one thing by its customer and the operator.
import { violations } from "./axe.mjs";
import { choose, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`an order in runs is bought and followed, ${look.name}`, async ({ page, newPage, open }) => {
    const { t, money, count } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await enter(page, demo.base, { login: "demo", password: "demo-password" });
    await page.goto(demo.base);
    await choose(page, "Tăng tim TikTok", t("new_order.service"));
    await page.getByLabel(t("order.link")).fill("https://www.tiktok.com/@ten/video/1");
    await page.getByLabel(t("order_field.quantity"), { exact: true }).fill("1000");
    await page.getByLabel(t("new_order.drip_feed")).check();
    const submit = page.getByRole("button", { name: t("new_order.submit"), exact: true });
    const [runs, pause] = [page.getByLabel(t("runs.runs")), page.getByLabel(t("runs.interval"))];
    await runs.fill("1001");
    await pause.fill("130");
    await submit.click();
    await expect(runs).toHaveAttribute("aria-invalid", "true");
    await runs.fill("1000");
    await submit.click();
    await expect(pause).toHaveAttribute("aria-invalid", "true");
    await runs.fill("3");
    await pause.fill("0");
    await expect(page.getByLabel(t("runs.quantity"))).toHaveValue("1000");
    const sum = t("new_order.runs_sum", { runs: 3, quantity: count(1000), all: count(3000) });
    await expect(page.getByText(sum, { exact: true })).toBeVisible();
    await pause.fill("720");
    await expect(
      page.getByText(t("new_order.runs_span", { span: look.lang === "vi" ? "1 ngày" : "1 day" })),
    ).toBeVisible();
    await pause.fill("0");
    await expect(page.getByText(/37[.,]500/).first()).toBeVisible();
    await page.screenshot({ path: `results/drip-feed-form-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/orders"));
    await submit.click();
    expect((await sent).postDataJSON()).toMatchObject({ quantity: 1000, runs: 3, interval: 0, expected_charge: 37500 });
    await page.getByRole("link", { name: t("receipt.follow") }).click();
    const all = t("runs.done", { done: 3, all: 3 });
    await expect(page.getByText(all).first()).toBeVisible({ timeout: 30_000 });
    await expect(page.locator("tbody tr")).toHaveCount(3);
    const each = t("runs.each", { quantity: count(1000), all: count(3000) });
    await expect(page.getByText(each)).toBeVisible();
    await page.screenshot({ path: `results/drip-feed-order-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    await hasRoom(page);
    // The money of a run stands on its parent.
    const parent = new URL(page.url()).pathname;
    await page.locator('tbody a[href^="/orders/"]').first().click();
    await expect(page.getByText(money(12_500))).toBeVisible();
    await expect(page.locator(".steps-list li").first()).toBeVisible();
    await expect(page.getByText(money(0), { exact: true })).toHaveCount(0);
    await page.screenshot({ path: `results/drip-feed-own-run-${look.lang}.png`, fullPage: true });
    await page.getByRole("link", { name: t("runs.paid_with", { parent: parent.split("/").at(-1) }) }).click();
    await expect(page).toHaveURL(demo.base + parent);
    await page.goto(`${demo.base}/orders`);
    await expect(page.getByText(all).first()).toBeVisible();
    await page.screenshot({ path: `results/drip-feed-orders-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    await hasRoom(page);
    await followed(await newPage(), look, demo);
  });
}

/** What the operator sees of it. */
async function followed(page, look, demo) {
  const { t, money } = await seenAs(page, look, "admin");
  await enter(page, demo.base, { login: "admin", password: "admin-password" });
  await page.goto(`${demo.base}/admin/orders`);
  const all = t("runs.done", { done: 3, all: 3 });
  await expect(page.getByText(all)).toHaveCount(1);
  await expect(page.getByText(money(37_500)).first(), "runs are in no list").toBeVisible();
  await page.getByText(all).locator("xpath=ancestor::tr").locator('a[href^="/admin/orders/"]').first().click();
  const runs = page.getByRole("table", { name: t("runs.title") });
  await expect(runs.locator("tbody tr")).toHaveCount(3);
  await expect(runs.locator("tbody tr").first()).toContainText(t("status.dispatch.sent"));
  await page.screenshot({ path: `results/drip-feed-desk-${look.lang}.png`, fullPage: true });
  expect(await violations(page)).toEqual([]);
  await hasRoom(page);
  const parent = page.url();
  await runs.locator('a[href^="/admin/orders/"]').first().click();
  await expect(page).not.toHaveURL(parent);
  await expect(page.getByText(t("order.timeline"))).toBeVisible();
  await page.screenshot({ path: `results/drip-feed-run-${look.lang}.png`, fullPage: true });
  expect(await violations(page)).toEqual([]);
  await hasRoom(page);
}

async function hasRoom(page) {
  const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
  expect(await page.evaluate(wide), "wider than the screen").toBe(false);
}

test("a drip-feed under way is not called sent", async ({ page, open }) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const demo = await open({ mode: "demo" });
  const token = await demo.token({ login: "demo", password: "demo-password" });
  const { items } = await demo.ask("GET", "/api/services");
  const { id: service_id } = items.find(({ dripfeed }) => dripfeed);
  const wish = { service_id, link: "https://example.com/a", quantity: 1000, runs: 2, interval: 60 };
  const { id } = await demo.ask("POST", "/api/orders", wish, token);
  const status = async () => (await demo.ask("GET", `/api/orders/${id}`, undefined, token)).status;
  await expect.poll(status, { timeout: 30_000 }).toBe("in_progress");
  await enter(page, demo.base, { login: "admin", password: "admin-password" });
  await page.goto(`${demo.base}/admin/orders/${id}`);
  await expect(page.getByText(t("runs.under_way"))).toBeVisible();
  const facts = page.locator("dl.facts");
  await expect(facts.getByText(t("status.dispatch.sent"), { exact: true })).toHaveCount(0);
});
