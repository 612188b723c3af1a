// A customer links a chat and is told there; an operator finds the own one instead of typing its number.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { BOT, Telegram } from "./telegram.mjs";
import { HOSTILE, markup, tooWide } from "./typed.mjs";

const TOKEN = { TELEGRAM_BOT_TOKEN: "7:AAF-of_a_test" };

/** Pages of Telegram are another machine's. */
const keepAway = (context, watch) => {
  watch.leadsTo("https://t.me");
  return context.route("https://t.me/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>t</title>" }),
  );
};

async function fits(page, look) {
  expect(await violations(page)).toEqual([]);
  expect(await tooWide(page), `wider than ${look.size.width} px`).toBeLessThanOrEqual(0);
}

for (const look of LOOKS) {
  test(`a chat is linked, told and given up, ${look.name}`, async ({ page, context, open, watch }) => {
    const telegram = await Telegram.start();
    const shop = await open({ env: { ...SHOP, ...telegram.env, ...TOKEN } });
    await keepAway(context, watch);
    const lan = await shop.customer();
    const { t } = await seenAs(page, look, "app");
    await enter(page, shop.base, lan);
    await expect
      .poll(async () => (await shop.ask("GET", "/api/user/telegram", undefined, lan.token)).available)
      .toBe(true);
    await page.goto(`${shop.base}/account`);
    const card = page.locator(".card", { has: page.getByText(t("telegram.title"), { exact: true }) });
    const opened = context.waitForEvent("page");
    await card.getByRole("button", { name: t("telegram.link") }).click();
    await (await opened).close();
    await expect(card.getByText(t("telegram.waits"))).toBeVisible();
    await card.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `results/telegram-waits-${look.name}.png` });
    await fits(page, look);
    const link = await card.getByRole("link", { name: t("telegram.open") }).getAttribute("href");
    expect(link).toMatch(new RegExp(`^https://t.me/${BOT}\\?start=[0-9a-f]{64}$`));

    // It turns green by itself.
    telegram.follow(link, { id: 5, type: "private", first_name: HOSTILE });
    await expect(card.getByText(t("telegram.linked"), { exact: true })).toBeVisible();
    expect(await markup(page)).toEqual([]);
    await card.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `results/telegram-linked-${look.name}.png` });
    await fits(page, look);
    await card.getByLabel(t("telegram.orders")).uncheck();
    await card.getByRole("button", { name: t("common.save") }).click();
    await expect(page.getByText(t("telegram.saved"))).toBeVisible();
    await page.reload();
    await expect(card.getByLabel(t("telegram.orders"))).not.toBeChecked();
    await expect(card.getByLabel(t("telegram.deposits"))).toBeChecked();

    const asked = await shop.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
    await shop.transfer(1, 50_000, asked.code);
    await expect.poll(() => telegram.said.some(({ text }) => text.includes(asked.code))).toBe(true);
    await card.getByRole("button", { name: t("telegram.unlink") }).click();
    await expect(card.getByRole("button", { name: t("telegram.link") })).toBeVisible();
    telegram.stop();
  });
}

test("without a bot there is no card", async ({ page, shop }) => {
  const lan = await shop.customer();
  const { t } = await seenAs(page, LOOKS[0], "app");
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/account`);
  await expect(page.getByText(t("second_factor.title"))).toBeVisible();
  await expect(page.getByText(t("telegram.title"))).toHaveCount(0);
});

for (const look of LOOKS) {
  test(`the operator's chat is found and filled in, ${look.name}`, async ({ page, context, open, watch }) => {
    const telegram = await Telegram.start();
    const shop = await open({ env: { ...SHOP, ...telegram.env } });
    await keepAway(context, watch);
    const { t } = await seenAs(page, look, "admin");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/settings#telegram`);
    const part = page.locator("#telegram");
    await expect(part.getByText(t("settings.telegram_bot_first"))).toBeVisible();
    await part.getByLabel(t("settings.telegram_bot_token")).fill(TOKEN.TELEGRAM_BOT_TOKEN);
    await part.getByRole("button", { name: t("common.save") }).click();
    await part.getByRole("button", { name: t("settings.telegram_find") }).click();
    const link = await part.getByRole("link", { name: t("settings.telegram_group") }).getAttribute("href");
    await part.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `results/telegram-find-${look.name}.png` });
    await fits(page, look);
    telegram.follow(link, { id: -1001, type: "supergroup", title: "Shop" });
    await expect(part.getByText(t("settings.telegram_found", { name: "Shop", chat_id: "-1001" }))).toBeVisible();
    await page.screenshot({ path: `results/telegram-found-${look.name}.png` });
    await part.getByRole("button", { name: t("settings.telegram_take") }).click();
    await expect(part.getByLabel(t("settings.telegram_chat_id"))).toHaveValue("-1001");
    await part.getByRole("button", { name: t("common.save") }).click();
    await part.getByRole("button", { name: t("settings.telegram_test") }).click();
    await expect.poll(() => telegram.said.filter(({ chat_id }) => chat_id === -1001).length).toBeGreaterThan(1);
    telegram.stop();
  });
}
