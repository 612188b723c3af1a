// A subscription: typed with what it comes to, followed post by post by its customer and the operator.
import { violations } from "./axe.mjs";
import { choose, daysAhead, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const SERVICE = "Tự động tăng tim cho bài viết mới";

for (const look of LOOKS) {
  test(`a subscription is bought and followed, ${look.name}`, async ({ page, open }) => {
    const { t } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await enter(page, demo.base, { login: "demo", password: "demo-password" });
    await page.goto(demo.base);
    await choose(page, SERVICE, t("new_order.service"));
    const field = (name) => page.getByLabel(t(`order_field.${name}`), { exact: true });
    await expect(page.getByLabel(t("order.link"))).toHaveCount(0);
    await field("username").fill("ten.partial");
    await field("min").fill("49");
    await field("max").fill("100");
    await field("posts").fill("5");
    await field("delay").selectOption("0");
    await field("expiry").fill(daysAhead(91));
    const submit = page.getByRole("button", { name: t("new_order.submit"), exact: true });
    await submit.click();
    await expect(field("min")).toHaveAttribute("aria-invalid", "true");
    await expect(field("expiry")).toHaveAttribute("aria-invalid", "true");
    await field("min").fill("50");
    await field("expiry").fill(daysAhead(90));
    // 100 for each of five posts, at 25 VND.
    await expect(page.getByText(/12[.,]500/).first()).toBeVisible();
    await page.screenshot({ path: `results/subscription-form-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/orders"));
    await submit.click();
    const body = (await sent).postDataJSON();
    expect(body).toMatchObject({ username: "ten.partial", min: 50, max: 100, posts: 5, delay: "0" });
    expect(body).toMatchObject({ expected_charge: 12500 });
    expect(Object.keys(body)).not.toContain("link");
    await page.getByRole("link", { name: t("receipt.follow") }).click();
    const dt = (label) => page.locator("dt", { hasText: label }).locator("xpath=following-sibling::dd[1]");
    await expect(dt(t("order_field.username"))).toHaveText("ten.partial");
    await expect(page.locator("dt", { hasText: t("order.link") })).toHaveCount(0);
    const [year, month, day] = daysAhead(90).split("-");
    const name = new Intl.DateTimeFormat("en-GB", { month: "short" }).format(new Date(daysAhead(90)));
    const until = look.lang === "vi" ? `${day}/${month}/${year}` : `${Number(day)} ${name} ${year}`;
    await expect(dt(t("order_field.expiry"))).toHaveText(until);
    // Three of five are published before the sandbox ends it, of 60, 80 and 100 units.
    const used = t("posts.used", { done: 3, all: 5 });
    await expect(page.getByText(used).first()).toBeVisible({ timeout: 30_000 });
    await expect(page.locator("tbody tr")).toHaveCount(3);
    await expect(page.getByText(/6[.,]500/).first()).toBeVisible({ timeout: 30_000 });
    await page.screenshot({ path: `results/subscription-order-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    const id = page.url().split("/").pop();
    await page.goto(`${demo.base}/orders`);
    await expect(page.getByText(used).first()).toBeVisible();
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    await page.context().clearCookies();
    await enter(page, demo.base, { login: "admin", password: "admin-password" });
    await page.goto(`${demo.base}/admin/orders/${id}`);
    await expect(page.getByText(used).first()).toBeVisible();
    await expect(page.locator("tbody tr")).toHaveCount(3);
    await page.screenshot({ path: `results/subscription-admin-${look.lang}.png`, fullPage: true });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
  });
}
