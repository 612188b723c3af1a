// The second factor: set up in the account, asked for at the log-in, and taken off again.
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { codeOf } from "./totp.mjs";

for (const look of LOOKS) {
  test(`it is set up, asked for, and turned off, ${look.name}`, async ({ page, shop, watch }) => {
    watch.announce(422, "/api/user/totp/confirm");
    watch.announce(422, "/api/auth/confirm");
    watch.announce(403, "/api/user/totp");
    watch.announce(403, "/api/user/totp/recovery-codes");
    watch.announce(401, "/api/auth/login");
    const { t } = await seenAs(page, look, "app");
    const lan = await shop.customer();
    await enter(page, shop.base, lan);
    await page.goto(`${shop.base}/account`);
    const begin = page.getByRole("button", { name: t("second_factor.begin"), exact: true });
    const group = page.getByRole("group", { name: t("second_factor.title") });
    await begin.click();
    await page.screenshot({ path: `results/proof-${look.name}.png` });
    expect(await violations(page)).toEqual([]);
    const proof = page.getByRole("dialog", { name: t("proof.title") });
    const password = proof.getByLabel(t("login.password"), { exact: true });
    await password.fill("a wrong one");
    await proof.getByRole("button", { name: t("proof.go_on") }).click();
    await expect(proof.getByText(t("rule.wrong_password"))).toBeVisible();
    await expect(password).toBeFocused();
    await page.keyboard.insertText(lan.password);
    await expect(password).toHaveValue(lan.password);
    await confirm(page, t, lan);
    await expect(group).toBeFocused();
    await expect(page.getByRole("img", { name: t("second_factor.qr") })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await group.getByRole("button", { name: t("common.cancel") }).click();
    await expect(group).toBeFocused();
    // Confirmed a moment ago.
    await begin.click();
    const secret = await page
      .locator("code")
      .filter({ hasText: /^[A-Z2-7]{32}$/ })
      .innerText();
    const code = page.locator("[name=code]");
    await code.fill("000000");
    await page.getByRole("button", { name: t("second_factor.turn_on") }).click();
    await expect(page.getByText(t("rule.wrong_code"))).toBeVisible();
    // What was wrong is typed over.
    await expect(code).toBeFocused();
    await page.keyboard.insertText(codeOf(secret));
    await page.getByRole("button", { name: t("second_factor.turn_on") }).click();
    const recovery = page.locator("li code");
    await expect(recovery).toHaveCount(10);
    const spare = await recovery.first().innerText();
    await expect(group).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/recovery-codes-${look.name}.png`, fullPage: true });
    // Not lost by a click.
    const done = page.getByRole("button", { name: t("second_factor.done"), exact: true });
    await done.click();
    await expect(page.getByText(t("second_factor.keep_first"))).toBeVisible();
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('a[href="/orders"]')).click());
    await page
      .getByRole("dialog", { name: t("leave_codes.title") })
      .getByRole("button", { name: t("leave_codes.no") })
      .click();
    await expect(recovery).toHaveCount(10);
    await page.getByLabel(t("second_factor.kept")).check();
    await done.click();
    await expect(page.getByText(t("second_factor.on"), { exact: true })).toBeVisible();
    await expect(page.getByText(t("second_factor.left", { count: 10 }))).toBeVisible();

    await page.context().clearCookies();
    await page.goto(`${shop.base}/account`);
    await page.getByLabel(t("login.login")).fill(lan.login);
    await page.getByLabel(t("login.password"), { exact: true }).fill(lan.password);
    await page.getByRole("button", { name: t("login.submit") }).click();
    await expect(page.getByText(t("factor.asked"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const asked = page.locator("[name=totp]");
    await expect(asked).toBeFocused();
    await asked.fill("123");
    await page.getByRole("button", { name: t("login.submit") }).click();
    await expect(page.locator(".invalid-feedback").getByText(t("errors.invalid_totp"))).toBeVisible();
    await expect(asked).toBeFocused();
    await page.keyboard.insertText(spare);
    await page.getByRole("button", { name: t("login.submit") }).click();

    await expect(page.getByText(t("second_factor.left", { count: 9 }))).toBeVisible();
    await expect(page.getByText(t("logins.wrong_code"))).toBeVisible();
    await expect(page.getByText(t("logins.program", { browser: "Chrome", system: "Linux" })).first()).toBeVisible();
    await page.screenshot({ path: `results/second-factor-${look.name}.png`, fullPage: true });
    await page.getByRole("button", { name: t("second_factor.renew") }).click();
    const question = page.getByRole("dialog");
    await question.getByRole("button", { name: t("second_factor.renew_yes") }).click();
    await confirm(page, t, lan, codeOf(secret, Date.now() + 30_000));
    await expect(recovery).toHaveCount(10);
    await page.getByLabel(t("second_factor.kept")).check();
    await done.click();
    await page.getByRole("button", { name: t("second_factor.turn_off"), exact: true }).click();
    await question.getByRole("button", { name: t("second_factor.turn_off") }).click();
    await expect(begin).toBeVisible();
    await expect(group).toBeFocused();
  });
}

test("who works here is led to it where it is required", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const token = await panel.token(ADMIN);
  await panel.ask("PUT", "/api/admin/settings", { require_totp: true }, token);
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/users`);
  await expect(page.getByRole("heading", { name: t("factor.needed") })).toBeVisible();
  await page.getByRole("link", { name: t("factor.to_account") }).click();
  await expect(page.getByRole("group", { name: "Xác thực hai lớp" }).getByRole("button")).toBeVisible();
});

test("who has none cannot ask it of others by a slip", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/settings`);
  const form = page.getByRole("form", { name: t("settings.safety") });
  await form.getByLabel(t("settings.require_totp")).check();
  await form.getByRole("button", { name: t("common.save") }).click();
  await expect(form.getByText(t("settings.require_totp_own"))).toBeVisible();
  await expect(page.getByRole("link", { name: t("factor.to_account") })).toBeVisible();
  await expect(page.locator(".account-way")).toHaveAttribute("href", "/account");
});

test("sessions are told apart by their names", async ({ page, shop }) => {
  const { t } = await seenAs(page, LOOKS[0], "app");
  const lan = await shop.customer();
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/account`);
  await expect(
    page
      .getByRole("table", { name: t("account.sessions") })
      .getByRole("button")
      .first(),
  ).toHaveAccessibleName(/127\.0\.0\.1/);
});

for (const look of LOOKS) {
  test(`of many sessions the first are seen, with the reader's own, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const lan = await shop.customer();
    await enter(page, shop.base, lan);
    for (let at = 0; at < 8; at++) await shop.token(lan);
    await page.goto(`${shop.base}/account`);
    const table = page.getByRole("table", { name: t("account.sessions") });
    const rows = table.getByRole("row").filter({ has: page.getByRole("cell") });
    await expect(rows).toHaveCount(4);
    await expect(rows.first()).toContainText(t("account.this_one"));
    // With the one of the sign-up.
    await page.getByRole("button", { name: t("account.whole", { count: 10 }) }).click();
    await expect(rows).toHaveCount(10);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: t("account.first", { count: 4 }) }).click();
    await expect(rows).toHaveCount(4);
  });
}

for (const look of LOOKS) {
  test(`the log-in history is read whole, a wrong password of a session too, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    const lan = await shop.customer();
    await enter(page, shop.base, lan);
    const guess = { data: { password: "a guess" }, headers: { Origin: shop.base } };
    expect((await page.request.post(`${shop.base}/api/auth/confirm`, guess)).status()).toBe(422);
    await page.goto(`${shop.base}/account`);
    const history = page.getByRole("table", { name: t("logins.title") });
    const said = history.getByText(t("logins.wrong_session_password"));
    await expect(said).toBeVisible();
    expect(await said.evaluate((badge) => badge.scrollWidth - badge.clientWidth)).toBeLessThanOrEqual(0);
    const sideways = await history.evaluate(
      (table) => table.parentElement.scrollWidth - table.parentElement.clientWidth,
    );
    expect(sideways, "it moves sideways").toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users/${lan.id}`);
    await expect(said).toBeVisible();
  });
}
