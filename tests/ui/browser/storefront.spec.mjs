// What guests see first: the landing page, the way from a price to the order, and how far a shared order is.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { HOSTILE, markup, tooWide } from "./typed.mjs";

const HAND = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a guest finds a price, signs up, and has that service before them, ${look.name}`, async ({ page, open }) => {
    const { t } = await seenAs(page, look, "app");
    const shop = await open({ env: SHOP });
    const service = await shop.service({ ...HAND, name: "Tim 1", category: "TikTok", rate: "690.5" });
    await page.goto(`${shop.base}/?lang=${look.lang}&ref=nobody`);
    await expect(page.getByText(look.lang === "vi" ? "690,5 ₫" : "₫690.5").first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.locator("#prices .choose").click();
    await expect(page.getByText(t("register.chosen", { name: "Tim 1" }))).toBeVisible();
    await expect(page.getByLabel(t("register.referral_code"))).toHaveValue("nobody");
    await page.getByLabel(t("register.referral_code")).fill("");
    await page.getByLabel(t("register.username"), { exact: true }).fill("newcomer");
    await page.getByLabel(t("register.email")).fill("newcomer@example.vn");
    await page.getByLabel(t("login.password"), { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: t("register.submit") }).click();
    await expect(page).toHaveURL(`${shop.base}/?service=${service.id}`);
    await expect(page.getByRole("combobox", { name: t("new_order.service") })).toHaveValue(/Tim 1/);
  });
}

test("an operator sees the landing page before it is saved, and nothing typed becomes markup", async ({
  page,
  newPage,
  open,
  watch,
}) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const shop = await open({ env: SHOP });
  await shop.service({ ...HAND, name: HOSTILE, category: `${HOSTILE}${"w".repeat(60)}` });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/settings`);
  const form = page.getByRole("form", { name: t("settings.branding"), exact: true });
  await form.locator(`[name="branding.headline_vi"]`).fill(HOSTILE);
  await form.locator(`[name="branding.faq_vi"]`).fill(`${HOSTILE}\n${HOSTILE}`);
  await form.locator(`[name="branding.terms_vi"]`).fill(HOSTILE);
  const colour = form.locator(`[name="branding.color"]`);
  watch.announce(422, "/api/admin/settings");
  await colour.fill("#ffee00");
  await form.getByRole("button", { name: t("common.save") }).click();
  await expect(form.getByText(t("rule.too_light"))).toBeVisible();
  await form.getByLabel(t("settings.pick_colour")).fill("#7a1fa2");
  await expect(colour).toHaveValue("#7a1fa2");
  await form.getByRole("button", { name: t("settings.preview") }).click();
  const preview = page.frameLocator("iframe.preview");
  await expect(preview.getByRole("heading", { level: 1 })).toHaveText(HOSTILE);
  const guest = await newPage();
  await guest.goto(shop.base);
  await expect(guest.getByRole("heading", { level: 1 })).not.toHaveText(HOSTILE);
  await form.getByRole("button", { name: t("common.save") }).click();
  await expect(page.getByText(t("common.saved"))).toBeVisible();
  await guest.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/", "/terms"]) {
    await guest.goto(shop.base + path);
    await expect(guest.getByText(HOSTILE).first()).toBeVisible();
    expect(await markup(guest)).toEqual([]);
    expect(await tooWide(guest), path).toBeLessThanOrEqual(0);
    expect(await violations(guest), path).toEqual([]);
  }
  await guest.goto(shop.base);
  const ground = (selector) =>
    guest
      .locator(selector)
      .first()
      .evaluate((one) => getComputedStyle(one).backgroundColor);
  const drawn = await ground(".hero");
  expect(drawn, "the head is of the shop's colour").not.toBe("rgb(16, 36, 28)");
  expect(await ground(".top")).toBe(drawn);
  for (const colorScheme of ["light", "dark"]) {
    await guest.emulateMedia({ colorScheme });
    for (const path of ["/", "/login", "/services"]) {
      await guest.goto(shop.base + path);
      expect(await violations(guest), `${path} ${colorScheme}`).toEqual([]);
    }
  }
  await guest.emulateMedia({ colorScheme: "light" });
  await guest.goto(shop.base);
  const accent = () => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
  expect(await guest.evaluate(accent)).toBe("#7a1fa2");
});

test("who is logged in goes on to the panel, though the browser kept the session back", async ({ page, open }) => {
  const shop = await open({ env: SHOP });
  await shop.service(HAND);
  await enter(page, shop.base, await shop.customer());
  await page.route(
    `${shop.base}/`,
    (route) => route.continue({ headers: { ...route.request().headers(), cookie: "" } }),
    {
      times: 1,
    },
  );
  await page.goto(shop.base);
  await expect(page.getByRole("combobox", { name: "Dịch vụ" })).toBeVisible();
});

for (const look of LOOKS) {
  test(`an order is shared, followed by a stranger, and not shared any more, ${look.name}`, async ({
    page,
    newPage,
    open,
    watch,
  }) => {
    const { t } = await seenAs(page, look, "app");
    const shop = await open({ env: SHOP });
    const service = await shop.service({ ...HAND, name: "Tim 1" });
    const lan = await shop.customer(100_000);
    const wish = { service_id: service.id, link: `https://www.tiktok.com/@${"ten".repeat(60)}`, quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/orders/${order.id}`);
    await page.getByRole("button", { name: t("share.make") }).click();
    const shared = page.getByText(`${shop.base}/track/`);
    await expect(shared).toBeVisible();
    const url = await shared.innerText();
    const stranger = await newPage();
    await stranger.setViewportSize(look.size);
    await stranger.emulateMedia({ colorScheme: look.colorScheme });
    await stranger.goto(`${url}?lang=${look.lang}`);
    await expect(stranger.getByText("Tim 1")).toBeVisible();
    await expect(stranger.getByText(t("status.order.pending"))).toBeVisible();
    expect(await violations(stranger)).toEqual([]);
    expect(await tooWide(stranger)).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: t("share.end") }).click();
    await expect(shared).toHaveCount(0);
    watch.announce(404, new URL(url).pathname);
    await stranger.goto(url);
    await expect(stranger.getByText("Tim 1")).toHaveCount(0);
    await page.getByRole("button", { name: t("share.make") }).click();
    const again = await shared.innerText();

    // An admin takes it down for everybody.
    const boss = await newPage();
    const { t: said } = await seenAs(boss, look, "admin");
    await enter(boss, shop.base, ADMIN);
    await boss.goto(`${shop.base}/admin/orders/${order.id}`);
    const takeDown = boss.getByRole("button", { name: said("orders.take_down"), exact: true });
    await takeDown.click();
    await boss.getByRole("button", { name: said("orders.take_down_yes"), exact: true }).click();
    await expect(takeDown).toHaveCount(0);
    watch.announce(404, new URL(again).pathname);
    await stranger.goto(again);
    await expect(stranger.getByText("Tim 1")).toHaveCount(0);
  });
}
