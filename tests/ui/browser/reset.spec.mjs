// A link by which somebody who has lost the password sets another one.
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`an admin gives a link, and it sets a password once, ${look.name}`, async ({ page, newPage, shop, watch }) => {
    const { t } = await seenAs(page, look, "admin");
    const lan = await shop.customer();
    watch.announce(403, `/api/admin/users/${lan.id}/reset-link`);
    watch.announce(422, "/api/auth/reset");
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
    await phone.goto(url);
    await phone.getByLabel(own.t("account.new"), { exact: true }).fill("another horse");
    expect(await violations(phone)).toEqual([]);
    await phone.screenshot({ path: `results/reset-${look.name}.png` });
    await phone.getByRole("button", { name: own.t("reset.submit") }).click();
    await expect(phone.getByRole("heading", { name: own.t("new_order.title") })).toBeVisible();
    const again = await newPage();
    await seenAs(again, look, "app");
    await again.goto(url);
    await again.getByLabel(own.t("account.new"), { exact: true }).fill("yet another horse");
    await again.getByRole("button", { name: own.t("reset.submit") }).click();
    await expect(again.getByText(own.t("reset.over"))).toBeVisible();
    await again.screenshot({ path: `results/reset-over-${look.name}.png` });
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
