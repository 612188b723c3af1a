// An order that begins later: typed in the panel's zone and shown with its reason.
import { LOOKS, seenAs } from "./looks.mjs";
import { choose, enter, expect, test } from "./fixtures.mjs";

for (const look of LOOKS) {
  test(`an order is scheduled and shown, ${look.name}`, async ({ page, open }) => {
    const { t } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await enter(page, demo.base, { login: "demo", password: "demo-password" });
    await page.goto(demo.base);
    await choose(page, "Tăng lượt bình chọn", t("new_order.service"));
    await page.getByLabel(t("order.link")).fill("https://www.facebook.com/poll/1");
    await page.getByLabel(t("order_field.quantity"), { exact: true }).fill("100");
    await page.getByLabel(t("order_field.answer_number")).fill("2");
    const start = page.getByLabel(t("new_order.start_at"));
    const submit = page.getByRole("button", { name: t("new_order.submit"), exact: true });
    await start.fill("2020-01-01T00:00");
    await submit.click();
    await expect(start).toHaveAttribute("aria-invalid", "true");
    // In Vietnam, which is seven hours ahead.
    const typed = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16);
    await start.fill(typed);
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/orders"));
    await submit.click();
    expect((await sent).postDataJSON().start_at).toBe(new Date(`${typed}:00+07:00`).toISOString());
    await page.getByRole("link", { name: t("receipt.follow") }).click();
    const shown = new RegExp(`${typed.slice(11)}.*${typed.slice(0, 4)}|${typed.slice(0, 4)}.*${typed.slice(11)}`);
    const status = page.locator("dt", { hasText: t("orders.status") }).locator("xpath=following-sibling::dd[1]");
    await expect(status).toContainText(t("status.order.pending"));
    await expect(status).toContainText(shown);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    await page.goto(`${demo.base}/orders`);
    await expect(page.getByText(shown).first()).toBeVisible();
  });
}
