// The check-up: asked for, told with what to do, in both languages, at both sizes.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
// Nothing listens there.
const SILENT = { SEPAY_API_TOKEN: "planted-token", SEPAY_API_URL: "http://127.0.0.1:1", PUBILC_URL: "planted" };

for (const look of LOOKS) {
  test(`an admin has everything looked at, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: { ...SHOP, ...SILENT } });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/doctor`);
    await expect(page.getByText(t("doctor.none"))).toBeVisible();
    await page.getByRole("button", { name: t("doctor.start") }).click();
    await expect(page.getByText(t("finding.variable_unknown", { name: "PUBILC_URL" }))).toBeVisible();
    await expect(page.getByText(t("remedy.variable_unknown", { meant: "PUBLIC_URL" }))).toBeVisible();
    await expect(page.getByText(t("remedy.sepay_unreached"))).toBeVisible();
    for (const [name, finding] of [
      ["sepay_list", "remedy.sepay_unreached"],
      ["sepay_webhook", "finding.sepay_no_address"],
    ])
      await expect(page.getByRole("row").filter({ hasText: t(`doctor.${name}`) })).toContainText(t(finding));
    // It begins with how many things are how, the gravest first, and leads to the page that mends a thing.
    const levels = await page.locator("tbody .badge").allInnerTexts();
    const words = ["failing", "warning", "ok"].map((level) => t(`doctor.${level}`));
    const grave = words.flatMap((word) => levels.filter((level) => level === word));
    expect(levels).toEqual(grave);
    const counted = words.map((word) => `${word}: ${levels.filter((level) => level === word).length}`);
    expect(await page.getByRole("status").locator(".badge").allInnerTexts()).toEqual(counted);
    const provider = page.getByRole("row").filter({ hasText: t("remedy.provider_practice") });
    await expect(provider.getByRole("link", { name: t("menu.providers") })).toHaveAttribute("href", "/admin/providers");
    const noMail = page.getByRole("row").filter({ hasText: t("check.mail") });
    const toSite = noMail.getByRole("link", { name: `${t("menu.settings")}: ${t("settings.site")}` });
    await expect(toSite).toHaveAttribute("href", "/admin/settings#site");
    // Why, once: not that it cannot be reached because it does not answer.
    const cause = t("cause.connection_refused", { address: "127.0.0.1:1" });
    await expect(page.getByText(t("note.sepay_no_answer", { cause }), { exact: true })).toBeVisible();
    await expect(page.locator("main")).not.toContainText("planted");
    expect(await page.evaluate(wide)).toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/doctor-${look.name}.png`, fullPage: true });
    // And the overview does not say that all is well.
    await page.goto(`${panel.base}/admin`);
    await expect(page.getByRole("link", { name: t("tasks.do.check_up") })).toHaveAttribute("href", "/admin/doctor");
    await expect(
      page
        .getByRole("listitem")
        .filter({ hasText: t("check.sepay") })
        .first(),
    ).toBeVisible();
    await page.screenshot({ path: `results/doctor-overview-${look.name}.png` });
  });
}

test("notices that do not arrive are told at the sender's job and in the settings, with since when and why", async ({
  page,
  open,
}) => {
  const lost = { TELEGRAM_BOT_TOKEN: "1:a", TELEGRAM_CHAT_ID: "1", TELEGRAM_API_URL: "http://127.0.0.1:1" };
  const panel = await open({ env: { ...SHOP, ...lost } });
  const token = await panel.token(ADMIN);
  await panel.ask("POST", "/api/admin/telegram/test", {}, token);
  const trouble = async () => (await panel.ask("GET", "/api/admin/telegram", undefined, token)).trouble;
  await expect.poll(trouble, { timeout: 20_000 }).not.toBe(null);
  await enter(page, panel.base, ADMIN);
  const said = /Thông báo Telegram không tới nơi từ .+: Telegram không trả lời/;
  await page.goto(`${panel.base}/admin`);
  const row = page.locator("#health li", { hasText: said });
  await expect(row.locator(".badge")).toHaveText("Lỗi");
  await page.goto(`${panel.base}/admin/settings`);
  await expect(page.locator("#telegram").getByText(said)).toBeVisible();
});
