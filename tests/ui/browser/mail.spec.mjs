// What customers do by e-mail: another password for a lost one, and another address for the account.
import { createServer } from "node:net";
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { MailServer } from "./smtp.mjs";
import { tooWide } from "./typed.mjs";

/** A port that is free: the panel has to know its own address before it listens. */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });

/** A shop whose letters arrive. */
async function posted(open) {
  const [mail, port] = [await MailServer.start(), await freePort()];
  const place = { ROCKET_PORT: `${port}`, PUBLIC_URL: `http://127.0.0.1:${port}` };
  return { mail, shop: await open({ env: { ...SHOP, ...mail.env, ...place } }) };
}

/** On the account's page: another address, by the password. */
async function asksForAnother(page, t, lan) {
  await page.getByLabel(t("email.new"), { exact: true }).fill(`${lan.login}@example.com`);
  await page.getByRole("button", { name: t("email.change"), exact: true }).click();
  await confirm(page, t, lan);
  await expect(page.getByText(t("email.waits"))).toBeVisible();
}

/** Nothing hinders anybody on what is shown. */
async function fits(page, look) {
  expect(await violations(page)).toEqual([]);
  expect(await tooWide(page), `wider than ${look.size.width} px`).toBeLessThanOrEqual(0);
}

for (const look of LOOKS) {
  test(`a lost password is set anew by a letter, ${look.name}`, async ({ page, open, watch }) => {
    const { mail, shop } = await posted(open);
    const lan = await shop.customer();
    watch.announce(422, "/api/auth/reset/check");
    const { t } = await seenAs(page, look, "app");
    await page.goto(`${shop.base}/login`);
    await expect(page.getByRole("link", { name: t("login.forgot") })).toBeVisible();
    await page.screenshot({ path: `results/mail-login-${look.name}.png` });
    await page.getByRole("link", { name: t("login.forgot") }).click();
    await expect(page.getByRole("heading", { name: t("forgot.title") })).toBeVisible();
    await fits(page, look);
    await page.screenshot({ path: `results/mail-forgot-${look.name}.png` });
    await page.getByRole("button", { name: t("forgot.submit") }).click();
    await expect(page.getByText(t("common.missing"))).toBeVisible();
    await page.getByLabel(t("register.email"), { exact: true }).fill(`${lan.login}@example.vn`);
    await page.getByRole("button", { name: t("forgot.submit") }).click();
    await expect(page.getByText(t("forgot.sent"))).toBeVisible();
    await expect(page.locator("#page-title"), "the form is gone, and the focus is somewhere").toBeFocused();
    await expect(page.getByText(t("forgot.nothing_came_no_way"))).toBeVisible();
    await fits(page, look);
    await page.screenshot({ path: `results/mail-sent-${look.name}.png` });
    // Mistyped, perhaps: the address is there to be mended or typed over.
    await page.getByRole("button", { name: t("forgot.another") }).click();
    const address = page.getByLabel(t("register.email"), { exact: true });
    await expect(address).toHaveValue(`${lan.login}@example.vn`);
    await expect(address).toBeFocused();
    await page.keyboard.type("nobody@example.vn");
    await page.keyboard.press("Enter");
    await expect(page.getByText(t("forgot.sent_to", { email: "nobody@example.vn" }))).toBeVisible();
    const link = await mail.link(`${lan.login}@example.vn`);
    expect(link).toContain(`${shop.base}/reset#`);
    await page.goto(link);
    await page.getByLabel(t("account.new"), { exact: true }).fill("another horse");
    await page.getByRole("button", { name: t("reset.submit") }).click();
    await page.getByRole("link", { name: t("reset.go_on") }).click();
    await expect(page.getByRole("heading", { name: t("new_order.title") })).toBeVisible();
    // Once more: it says so and leads on.
    await page.context().clearCookies();
    await page.goto(`${shop.base}/services`);
    await page.goto(link);
    await expect(page.getByText(t("reset.over"))).toBeVisible();
    await page.screenshot({ path: `results/mail-over-${look.name}.png` });
    await page.getByRole("link", { name: t("login.forgot") }).click();
    await expect(page.getByRole("heading", { name: t("forgot.title") })).toBeVisible();
    mail.stop();
  });

  test(`another address waits for its link and its button, ${look.name}`, async ({ page, open, newPage, watch }) => {
    const { mail, shop } = await posted(open);
    const lan = await shop.customer();
    watch.announce(403, "/api/user/email");
    watch.announce(422, "/api/auth/email");
    const { t } = await seenAs(page, look, "app");
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/account`);
    await asksForAnother(page, t, lan);
    await page.getByText(t("email.waits")).scrollIntoViewIfNeeded();
    await fits(page, look);
    await page.screenshot({ path: `results/mail-waits-${look.name}.png` });
    const link = await mail.link(`${lan.login}@example.com`);
    const phone = await newPage();
    await seenAs(phone, look, "app");
    await phone.goto(link);
    const button = phone.getByRole("button", { name: t("email.confirm"), exact: true });
    await expect(button).toBeVisible();
    await fits(phone, look);
    await phone.screenshot({ path: `results/mail-confirm-${look.name}.png` });
    await button.click();
    await expect(phone.getByText(t("email.confirmed", { email: `${lan.login}@example.com` }))).toBeVisible();
    await phone.screenshot({ path: `results/mail-confirmed-${look.name}.png` });
    await phone.reload();
    await phone.getByRole("button", { name: t("email.confirm"), exact: true }).click();
    await expect(phone.getByText(t("email.over"), { exact: true })).toBeVisible();
    // The tab from before has it once somebody looks at it again.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    // What waited named it as well, and may go a moment after the address has changed.
    await expect(page.getByText(t("email.waits"))).toHaveCount(0);
    await expect(page.getByText(`${lan.login}@example.com`)).toBeVisible();
    mail.stop();
  });
}

test("without mail a lost password leads to the support", async ({ page, shop }) => {
  const { t } = await seenAs(page, LOOKS[0], "app");
  const boss = await shop.token({ login: SHOP.ADMIN_USERNAME, password: SHOP.ADMIN_PASSWORD });
  await shop.ask("PUT", "/api/admin/settings", { support: { zalo: "0901234567" } }, boss);
  await page.goto(`${shop.base}/login`);
  await page.getByRole("link", { name: t("login.forgot") }).click();
  await expect(page.getByText(t("forgot.no_mail"))).toBeVisible();
  const ways = page.getByRole("main").getByRole("link", { name: "Zalo" });
  await expect(ways).toHaveAttribute("href", "https://zalo.me/0901234567");
  await page.screenshot({ path: "results/mail-none.png" });
});

test("another tab hears of an address that was confirmed", async ({ page, open, context, watch }) => {
  const { mail, shop } = await posted(open);
  const lan = await shop.customer();
  watch.announce(403, "/api/user/email");
  const { t } = await seenAs(page, LOOKS[0], "app");
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/account`);
  await asksForAnother(page, t, lan);
  const other = await context.newPage();
  await seenAs(other, LOOKS[0], "app");
  await other.goto(await mail.link(`${lan.login}@example.com`));
  await other.getByRole("button", { name: t("email.confirm"), exact: true }).click();
  await expect(other.locator("#page-title"), "the button is gone, and the focus is somewhere").toBeFocused();
  await expect(page.getByText(t("email.waits"))).toHaveCount(0);
  await expect(page.getByText(`${lan.login}@example.com`)).toBeVisible();
  mail.stop();
});

for (const look of LOOKS) {
  test(`without mail and without a contact a lost password is no dead end, ${look.name}`, async ({ page, open }) => {
    const shop = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "app");
    await page.goto(`${shop.base}/forgot`);
    await expect(page.getByText(t("forgot.no_way"))).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: t("forgot.back") })).toBeVisible();
    await fits(page, look);
    await page.screenshot({ path: `results/mail-no-way-${look.name}.png` });
  });
}

test("the operator sees whether mail is on, and what customers lack", async ({ page, open }) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const off = await open({ env: SHOP });
  await enter(page, off.base, ADMIN);
  await page.goto(`${off.base}/admin/settings`);
  await expect(page.getByText(t("settings.mail_off"))).toBeVisible();
  await page.goto(`${off.base}/admin/wizard`);
  await page.getByRole("button", { name: t("wizard.sell") }).click();
  await expect(page.getByText(t("wizard.help_contact"))).toBeVisible();
  await expect(page.getByText(t("wizard.help_mail"))).toBeVisible();
  await page.screenshot({ path: "results/mail-wizard.png" });
  // Each leads to its own part of the settings, by keyboard too, and so does its address.
  for (const section of ["site", "mail"]) {
    const name = `${t("settings.title")}: ${t(`settings.${section}`)}`;
    await page.getByRole("link", { name, exact: true }).press("Enter");
    await expect(page).toHaveURL(`${off.base}/admin/settings#${section}`);
    const heading = page.getByRole("heading", { name: t(`settings.${section}`), exact: true });
    for (const how of ["by the link", "loaded"]) {
      await expect(page.locator(`#${section}`), how).toBeFocused();
      await expect(heading, how).toBeInViewport();
      if (how === "by the link") await page.reload();
    }
    // And the settings have a list of their parts.
    const index = page.getByRole("navigation", { name: t("settings.index") });
    await index.getByRole("link", { name: t("settings.deposits"), exact: true }).press("Enter");
    await expect(page.locator("#deposits")).toBeFocused();
    await expect(page.locator("#deposits")).toBeInViewport();
    await page.goto(`${off.base}/admin/wizard`);
    await page.getByRole("button", { name: t("wizard.sell") }).click();
  }
  // Far down, and drawn after the title.
  await page.goto(`${off.base}/admin#health`);
  await expect(page.locator("#health")).toBeFocused();
  await expect(page.getByRole("heading", { name: t("dashboard.health") })).toBeInViewport();
});

test("the operator sees by whom letters go out", async ({ page, open }) => {
  const { t } = await seenAs(page, LOOKS[1], "admin");
  const { mail, shop } = await posted(open);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/settings#mail`);
  await expect(page.getByRole("heading", { name: t("settings.mail") })).toBeVisible();
  await expect(page.getByText(/^On: letters go out by (127\.0\.0\.1|localhost), from /)).toBeVisible();
  await fits(page, LOOKS[1]);
  mail.stop();
});
