// The services of one job stand side by side as servers, and are chosen by pointer and by keyboard.
import { violations } from "./axe.mjs";
import { enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a server is chosen from rows, ${look.name}`, async ({ page, shop }) => {
    const { t, money } = await seenAs(page, look, "app");
    const category = `Job ${Date.now()}`;
    const made = (server, rate, more) =>
      shop.service({ ...byHand, category, name: `Follow | kind ${server}`, server, rate, note: `n${server}`, ...more });
    const first = await made(1, "30000");
    const second = await made(2, "20000", { state: "slow" });
    const third = await made(3, "10000", { state: "maintenance" });
    await enter(page, shop.base, await shop.customer(100_000));
    await page.goto(shop.base);
    const box = page.getByRole("combobox", { name: t("new_order.service") });
    await expect(box).toBeVisible();
    await expect(page.getByRole("radio"), "nothing is chosen yet").toHaveCount(0);
    await page.getByLabel(t("services.category")).selectOption(category);
    const rows = page.getByRole("group", { name: t("servers.title") }).getByRole("radio");
    await expect(rows).toHaveCount(3);
    const values = () => rows.evaluateAll((all) => all.map(({ value }) => Number(value)));
    expect(await values()).toEqual([first.id, second.id, third.id]);
    await expect(page.getByText(t("servers.maintenance"))).toBeVisible();
    await expect(rows.last()).toBeDisabled();

    await rows.first().check();
    await expect(box).toHaveValue(new RegExp(`^${first.id} `));
    await rows.first().press("ArrowDown");
    await expect(rows.nth(1)).toBeChecked();
    await expect(rows.nth(1)).toBeFocused();
    await expect(box).toHaveValue(new RegExp(`^${second.id} `));
    const row = page.locator("label.server").nth(1);
    await expect(row).toContainText(t("services.server", { number: 2 }));
    await expect(row).toContainText(money(20_000));
    await expect(row).toContainText(t("servers.slow"));
    await rows.nth(1).press("ArrowDown");
    await expect(rows.first(), "past what is not sold now").toBeChecked();

    await page.getByRole("button", { name: t("servers.by.cheap") }).click();
    expect(await values()).toEqual([second.id, first.id, third.id]);
    expect(await violations(page)).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    await page.getByLabel(t("services.category")).selectOption("");
    await expect(rows).toHaveCount(0);
  });
}

test("on a phone servers are told apart, and nothing is cut", async ({ page, shop }) => {
  const { t } = await seenAs(page, { lang: "vi", size: { width: 390, height: 844 }, colorScheme: "light" }, "app");
  const category = `Told apart ${Date.now()}`;
  const fronts = ["NEW ➤ ", "🔥 ", "[SALE] "];
  const kinds = [
    "Người dùng thật, có avatar & bài đăng",
    "Ổn định nhất, dùng lâu năm, không cần mật khẩu",
    "Clone Việt",
  ];
  const made = (front, at) => {
    const name = `${front}Mắt livestream TikTok | ${kinds[at]} | lên ngay`;
    return shop.service({ ...byHand, category, name, server: at + 1, note: null, refill: true, refill_days: 30 });
  };
  const [first] = await Promise.all(fronts.map(made));
  await enter(page, shop.base, await shop.customer(100_000));
  await page.goto(`${shop.base}/?service=${first.id}`);
  const rows = page.locator("label.server");
  await expect(rows).toHaveCount(3);
  for (const [at, kind] of kinds.entries()) {
    await expect(rows.nth(at).locator(".server-name")).toHaveText(
      `${t("services.server", { number: at + 1 })} ${kind}`,
    );
  }
  const cut = () =>
    [...document.querySelectorAll(".server *")].filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth)
      .length;
  expect(await page.evaluate(cut)).toBe(0);
  const sort = page.getByRole("button", { name: t("servers.by.cheap") });
  expect((await sort.boundingBox()).height).toBeGreaterThanOrEqual(44);
  await page.screenshot({ path: "results/servers-told-apart.png", fullPage: true });
});
