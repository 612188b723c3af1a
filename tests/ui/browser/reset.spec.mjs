// A link by which somebody who has lost the password sets another one.
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { codeOf } from "./totp.mjs";

for (const look of LOOKS) {
  test(`an admin gives a link, and it sets a password once, ${look.name}`, async ({ page, newPage, shop, watch }) => {
    const { t } = await seenAs(page, look, "admin");
    const lan = await shop.customer();
    watch.announce(403, `/api/admin/users/${lan.id}/reset-link`);
    watch.announce(422, "/api/auth/reset/check");
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/users/${lan.id}`);
    await page.getByRole("button", { name: t("user.link"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: t("user.link_title", { name: lan.login }) });
    await dialog.getByRole("button", { name: t("user.link_make") }).click();
    await confirm(page, t, ADMIN);
    await expect(dialog.getByText(t("user.link_given"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/reset-link-${look.name}.png` });
    const url = await dialog.locator(".copy-row .fw-bold").innerText();
    expect(url).toContain(`${shop.base}/reset#`);
    // The button that had the focus is gone; whoever reads by ear goes on at the title.
    const title = dialog.getByRole("heading", { name: t("user.link_title", { name: lan.login }) });
    await expect(title).toBeFocused();
    // Not lost by a slip.
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: t("leave_link.title") });
    await question.getByRole("button", { name: t("leave_link.no") }).click();
    await expect(title).toBeFocused();
    await dialog.getByRole("button", { name: t("common.copy") }).click();
    await expect(dialog.getByText(t("common.copied"))).toBeAttached();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page.getByRole("button", { name: t("user.link"), exact: true })).toBeFocused();

    const phone = await newPage();
    const own = await seenAs(phone, look, "app");
    // A link that is wrong, and then the right one in the same tab.
    await phone.goto(`${shop.base}/reset#wrong`);
    await expect(phone.getByText(own.t("reset.over"))).toBeVisible();
    await phone.goto(url);
    await phone.getByLabel(own.t("account.new"), { exact: true }).fill("another horse");
    expect(await violations(phone)).toEqual([]);
    await phone.screenshot({ path: `results/reset-${look.name}.png` });
    await phone.getByRole("button", { name: own.t("reset.submit") }).click();
    await expect(phone.getByText(own.t("reset.done"))).toBeVisible();
    // The form is gone, and the focus is somewhere.
    await expect(phone.locator("#page-title")).toBeFocused();
    expect(await violations(phone)).toEqual([]);
    await phone.screenshot({ path: `results/reset-done-${look.name}.png` });
    await phone.getByRole("link", { name: own.t("reset.go_on") }).click();
    await expect(phone.getByRole("heading", { name: own.t("new_order.title") })).toBeVisible();
    const again = await newPage();
    await seenAs(again, look, "app");
    await again.goto(url);
    // Before anything is typed.
    await expect(again.getByText(own.t("reset.over"))).toBeVisible();
    await expect(again.getByLabel(own.t("account.new"), { exact: true })).toHaveCount(0);
    await again.screenshot({ path: `results/reset-over-${look.name}.png` });
  });
}

test("a link that ends while the page is open says so where it is seen", async ({ page, shop, watch }) => {
  const { t } = await seenAs(page, LOOKS[0], "app");
  const lan = await shop.customer();
  watch.announce(422, "/api/auth/reset");
  const boss = await shop.token(ADMIN);
  const make = () => shop.ask("POST", `/api/admin/users/${lan.id}/reset-link`, {}, boss);
  const [first, second] = [await make(), await make()];
  await page.goto(first.url.replace(/^.*\/reset/, `${shop.base}/reset`));
  await page.getByLabel(t("account.new"), { exact: true }).fill("another horse");
  await shop.ask("POST", "/api/auth/reset", { token: second.url.split("#")[1], new_password: "a quicker horse" });
  await page.getByRole("button", { name: t("reset.submit") }).click();
  await expect(page.getByText(t("reset.over"))).toBeVisible();
  await expect(page.locator("#page-title")).toBeFocused();
});

for (const look of LOOKS) {
  test(`a second factor is asked for by the link, and wrong codes are said, ${look.name}`, async ({
    page,
    shop,
    watch,
  }) => {
    const { t } = await seenAs(page, look, "app");
    const lan = await shop.customer();
    watch.announce(401, "/api/auth/reset");
    const { secret } = await shop.ask("POST", "/api/user/totp", { password: lan.password }, lan.token);
    const now = { code: codeOf(secret) };
    const { recovery_codes } = await shop.ask("POST", "/api/user/totp/confirm", now, lan.token);
    const boss = await shop.token(ADMIN);
    const { url } = await shop.ask("POST", `/api/admin/users/${lan.id}/reset-link`, {}, boss);
    await page.goto(url.replace(/^.*\/reset/, `${shop.base}/reset`));
    await page.getByLabel(t("account.new"), { exact: true }).fill("another horse");
    const send = page.getByRole("button", { name: t("reset.submit") });
    await send.click();
    await expect(page.getByRole("alert").filter({ hasText: t("reset.code") })).toBeVisible();
    const code = page.getByLabel(t("factor.code"), { exact: true });
    await expect(code).toBeFocused();
    await send.click();
    await expect(code).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText(t("errors.totp_required"))).toBeVisible();
    await expect(code).toBeFocused();
    await code.fill("000000");
    await send.click();
    await expect(page.getByText(t("errors.invalid_totp"))).toBeVisible();
    await expect(code).toHaveAttribute("aria-invalid", "true");
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/reset-code-${look.name}.png` });
    await code.fill(recovery_codes[0]);
    await send.click();
    await expect(page.getByText(t("reset.done"))).toBeVisible();
  });
}

test("who declines to give the password is told of no error, and goes on where it was", async ({
  page,
  shop,
  watch,
}) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const lan = await shop.customer();
  watch.announce(403, `/api/admin/users/${lan.id}/reset-link`);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users/${lan.id}`);
  await page.getByRole("button", { name: t("user.link"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: t("user.link_title", { name: lan.login }) });
  const make = dialog.getByRole("button", { name: t("user.link_make") });
  await make.click();
  const question = page.getByRole("dialog", { name: t("proof.title") });
  await expect(question.getByLabel(t("login.password"), { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(question).toHaveCount(0);
  await expect(make).toBeFocused();
  await expect(page.locator(".toast")).toHaveCount(0);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("what is said in passing is said over a dialog", async ({ page, shop, watch }) => {
  const { t } = await seenAs(page, LOOKS[0], "admin");
  const lan = await shop.customer();
  const path = `/api/admin/users/${lan.id}/reset-link`;
  watch.announce(503, path);
  const busy = { type: "about:blank", title: "Overloaded", status: 503, code: "overloaded", detail: "busy" };
  await page.route(`**${path}`, (route) => route.fulfill({ status: 503, json: busy }));
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users/${lan.id}`);
  await page.getByRole("button", { name: t("user.link"), exact: true }).click();
  const dialog = page.getByRole("dialog", { name: t("user.link_title", { name: lan.login }) });
  await dialog.getByRole("button", { name: t("user.link_make") }).click();
  const toast = page.locator(".toast");
  await expect(toast).toHaveCount(1);
  const close = toast.getByRole("button", { name: t("common.dismiss") });
  await close.click();
  await expect(toast).toHaveCount(0);
  await expect(dialog).toBeVisible();
});
