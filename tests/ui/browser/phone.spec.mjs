// The customer's pages on a phone: how much is seen at once, what a thumb meets, and that nothing moves by itself.
import { violations } from "./axe.mjs";
import { enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { small, watchShifts, wholeRows } from "./phone.mjs";
import { SHOP } from "./panel.mjs";
import { settled, tooWide } from "./typed.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };
const PHONES = [
  { name: "in Vietnamese", lang: "vi", size: { width: 390, height: 844 }, colorScheme: "light" },
  { name: "in English, small and dark", lang: "en", size: { width: 360, height: 844 }, colorScheme: "dark" },
];

/** A name as the form shows it. */
const inLine = (name) => name.replace(" | ", " · ");

/** A shop with lists that fill a screen, and a customer who has ordered. */
async function filled(open) {
  const shop = await open({ env: SHOP });
  const services = [];
  for (let at = 1; at <= 9; at++) {
    const category = at < 5 ? "TikTok · Tăng follow" : "TikTok · Tăng tim";
    const promised = { refill: at % 2 === 0, refill_days: at % 2 ? 0 : 30, cancel: at % 3 === 0 };
    const name = `Tăng follow TikTok số ${at} | tài khoản thật, lên nhanh trong ngày`;
    services.push(await shop.service({ ...BY_HAND, ...promised, name, category, description: "Để công khai." }));
  }
  const lan = await shop.customer(1_000_000);
  for (let at = 0; at < 9; at++) {
    const wish = { service_id: services[at % 3].id, link: `https://www.tiktok.com/@ten.${at}`, quantity: 1000 };
    await shop.ask("POST", "/api/orders", wish, lan.token);
  }
  return { shop, services, lan };
}

for (const look of PHONES) {
  test(`nothing moves by itself, nothing is too small for a thumb, ${look.name}`, async ({ page, open }) => {
    test.setTimeout(120_000);
    const { t } = await seenAs(page, look, "app");
    const { shop, services, lan } = await filled(open);
    await enter(page, shop.base, lan);
    await watchShifts(page);
    // As a line to a phone is: the answers come when the page has been seen for a while.
    await page.route(/\/api\/(orders|services|payment|user)/, async (route) => {
      await new Promise((done) => setTimeout(done, 300));
      await route.continue();
    });
    for (const path of ["/", `/?service=${services[0].id}`, "/orders", "/services", "/deposit"]) {
      await page.goto(shop.base + path);
      await settled(page);
      await page.waitForTimeout(700);
      const { sum, by } = await page.evaluate(() => window.moved);
      expect.soft(sum, `${path} moves: ${JSON.stringify(by)}`).toBeLessThan(0.05);
      expect.soft(await small(page), `too small on ${path}`).toEqual([]);
      expect.soft(await tooWide(page), `${path} is wider than the phone`).toBeLessThanOrEqual(0);
      expect.soft(await violations(page), `axe on ${path}`).toEqual([]);
      const head = await page.locator(".navbar-vertical").boundingBox();
      expect.soft(head.height, `the head on ${path}`).toBe(52);
      const foot = await page.getByRole("navigation", { name: t("frame.often") }).boundingBox();
      expect.soft([foot.y + foot.height, foot.height], `the foot on ${path}`).toEqual([look.size.height, 56]);
    }
    await page.goto(`${shop.base}/services`);
    await settled(page);
    expect(await wholeRows(page), "whole services on the first screen").toBeGreaterThanOrEqual(6);
    const row = page.getByRole("row").filter({ has: page.getByRole("cell") });
    for (const one of await row.all()) expect((await one.boundingBox()).height).toBe(85);
    const leaves = (rows) =>
      rows.flatMap((row) => {
        const end = row.getBoundingClientRect().bottom;
        const middle = (part) => (part.getBoundingClientRect().top + part.getBoundingClientRect().bottom) / 2;
        return [...row.querySelectorAll(".at-badges :is(.fact, summary)")].filter((part) => middle(part) > end - 12);
      }).length;
    expect(await page.locator("tr.row-of").evaluateAll(leaves), "badges that leave their card").toBe(0);
    const cut = (all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent);
    const said = page.locator(".at-badges :is(.fact > span, summary)");
    expect(await said.evaluateAll(cut), "badges that are cut").toEqual([]);
    await page.screenshot({ path: `results/services-phone-${look.lang}.png` });
    await page.mouse.wheel(0, 300);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(250);
    const stuck = page.getByRole("heading", { level: 2 }).first();
    expect((await stuck.boundingBox()).y, "the head of a group stays under the head").toBe(52);
  });

  test(`an order by quick picks, its sum in the bar from the first moment, ${look.name}`, async ({ page, open }) => {
    const { t, money, count } = await seenAs(page, look, "app");
    const { shop, services, lan } = await filled(open);
    const limited = await shop.service({ ...BY_HAND, name: "NEW ➤ Quick one", min_quantity: 300, max_quantity: 7000 });
    await shop.ask("PUT", `/api/services/${limited.id}/favourite`, undefined, lan.token);
    await enter(page, shop.base, lan);
    await page.goto(shop.base);
    const summary = page.getByRole("region", { name: t("new_order.summary") });
    await expect(summary.locator("dd")).toHaveText(["–", "–", "–", "–", "–"]);
    await expect(page.locator(".pay-sum strong")).toHaveText("–");
    await expect(page.locator(".pay")).toBeInViewport({ ratio: 1 });
    const quick = page.getByRole("toolbar", { name: t("new_order.quick") });
    const picks = quick.first().getByRole("button");
    await expect(picks).toHaveText(["Quick one", ...[2, 1, 0].map((at) => inLine(services[at].name))]);
    // The list of all services stands above the bar with the sum.
    const search = page.getByRole("combobox", { name: t("new_order.service") });
    await search.click();
    const listed = page.getByRole("listbox");
    const end = async () => {
      const { y, height } = await listed.boundingBox();
      return y + height;
    };
    const bar = await page.locator(".pay").boundingBox();
    await expect.poll(end, "the end of the list").toBeLessThanOrEqual(bar.y);
    await search.press("Escape");
    await picks.first().click();
    await expect(page.getByRole("combobox", { name: t("new_order.service") })).toHaveValue(`${limited.id} · Quick one`);
    await expect(summary.locator("dd")).toHaveText([
      "Quick one",
      money(10_000),
      `${count(300)} – ${count(7000)}`,
      "–",
      "–",
    ]);
    const chips = quick.last().getByRole("button");
    await expect(chips).toHaveText([count(500), count(1000), count(5000)]);
    await chips.nth(1).click();
    await expect(chips.nth(1)).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByLabel(t("new_order.quantity"), { exact: true })).toHaveValue("1000");
    await page.getByLabel(t("link_kind.url")).fill("https://www.tiktok.com/@khac");
    await expect(page.locator(".pay-sum strong")).toHaveText(money(10_000));
    await expect(page.locator(".pay-after strong")).toHaveText(money(1_000_000 - 90_000 - 10_000));
    expect(await small(page), "touched with a thumb").toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/new-order-phone-${look.lang}.png` });
    await page.getByRole("button", { name: t("new_order.submit"), exact: true }).click();
    await expect(page.getByRole("button", { name: t("receipt.again") })).toBeVisible();
  });
}

test("the menu of a phone opens from the foot, by keyboard too, and gives the focus back", async ({ page, shop }) => {
  const { t } = await seenAs(page, PHONES[0], "app");
  await enter(page, shop.base, await shop.customer());
  await page.goto(`${shop.base}/orders`);
  const more = page.getByRole("button", { name: t("frame.more"), exact: true });
  const menu = page.getByRole("navigation", { name: t("frame.menu"), exact: true });
  await expect(menu).toBeHidden();
  await more.focus();
  await page.keyboard.press("Enter");
  await expect(menu.getByRole("link").first()).toBeFocused();
  expect(await violations(page)).toEqual([]);
  expect(await small(page), "touched with a thumb").toEqual([]);
  await page.screenshot({ path: "results/menu-phone.png" });
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(more).toBeFocused();
  await page
    .getByRole("navigation", { name: t("frame.often") })
    .getByRole("link", { name: t("menu.services") })
    .click();
  await expect(page).toHaveURL(`${shop.base}/services`);
});

test("an order is placed by the keyboard alone", async ({ page, shop }) => {
  const { t } = await seenAs(page, { lang: "vi", size: { width: 1280, height: 900 }, colorScheme: "light" }, "app");
  const name = `Phím ${Date.now()}`;
  await shop.service({ ...BY_HAND, name });
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(shop.base);
  await expect(page.getByRole("combobox", { name: t("new_order.service") })).toBeVisible();
  /** Goes on until this has the focus. */
  const reach = async (target) => {
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("Tab");
      if (await target.evaluate((one) => one === document.activeElement)) return;
    }
    throw new Error("the keyboard does not reach it");
  };
  await reach(page.getByLabel(t("link_kind.url")));
  await page.keyboard.type("https://example.com/keys");
  await reach(page.getByRole("combobox", { name: t("new_order.service") }));
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  // The quantities are one stop, and so are the platforms.
  const chip = (name) => page.getByRole("button", { name, exact: true });
  await reach(chip("100"));
  await page.keyboard.press("ArrowRight");
  await expect(chip("500")).toBeFocused();
  await page.keyboard.press("Space");
  for (const key of ["End", "ArrowRight", "ArrowLeft", "Home", "ArrowRight"]) await page.keyboard.press(key);
  await expect(chip("500"), "round about and back").toBeFocused();
  const stops = page.locator('[role="toolbar"] button:not([tabindex="-1"])');
  await expect(stops).toHaveCount(await page.getByRole("toolbar").count());
  await page.keyboard.press("Tab");
  await expect(page.locator('[role="toolbar"] :focus')).toHaveCount(0);
  await page.keyboard.press("Shift+Tab");
  await expect(chip("500"), "where it was left").toBeFocused();
  await expect(page.locator(".pay-sum strong")).toHaveText(/5\.000\s₫/);
  await reach(page.getByRole("button", { name: t("new_order.submit"), exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: t("receipt.again") })).toBeVisible();
});
