// A service for some customers only: named in the operator's form, there for them and for nobody else.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

for (const look of LOOKS) {
  test(`a service is shown to one customer alone, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "admin");
    const name = `Secret ${Date.now()}`;
    const service = await shop.service({ name, provider_id: null, provider_service_id: null, cost: null });
    const [lan, mai] = [await shop.customer(), await shop.customer()];
    const sees = async (token) => {
      const { items } = await shop.ask("GET", "/api/services", undefined, token);
      return items.some(({ id }) => id === service.id);
    };
    await enter(page, shop.base, ADMIN);
    await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
    const row = page.getByRole("row", { name });
    const dialog = page.getByRole("dialog");
    await (await buttonsOf(row)).getByRole("button", { name: t("services.edit"), exact: true }).click();
    await expect(dialog.getByText(t("services.visible_to_all"))).toBeVisible();
    await dialog.getByRole("searchbox").fill(lan.login);
    await dialog.getByRole("button", { name: new RegExp(lan.login) }).click();
    await expect(dialog.getByText(t("services.visible_to_these"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(await buttonsOf(row)).toContainText(t("services.hidden"));
    expect([await sees(lan.token), await sees(mai.token), await sees()]).toEqual([true, false, false]);

    await (await buttonsOf(row)).getByRole("button", { name: t("services.edit"), exact: true }).click();
    await dialog.getByRole("button", { name: t("services.remove_viewer", { name: lan.login }) }).click();
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(await buttonsOf(row)).not.toContainText(t("services.hidden"));
    expect([await sees(mai.token), await sees()]).toEqual([true, true]);

    // The log says for whom it was, by name.
    await page.goto(`${shop.base}/admin/audit?subject=service:${service.id}`);
    await expect(page.getByText(lan.login).first()).toBeVisible();
    await page.screenshot({ path: `results/audit-viewers-${look.lang}.png`, fullPage: true });
  });
}

test("the address of a service that is not to be had says so, and leads to the list", async ({ page, shop }) => {
  const { t } = await seenAs(page, LOOKS[0], "app");
  const [lan, mai] = [await shop.customer(), await shop.customer()];
  const visible_to = [mai.id];
  await shop.service();
  const hidden = await shop.service({ provider_id: null, provider_service_id: null, cost: null, visible_to });
  await enter(page, shop.base, lan);
  for (const id of [hidden.id, 999_999]) {
    await page.goto(`${shop.base}/?service=${id}`);
    await expect(page.getByText(t("new_order.not_sold"))).toBeVisible();
    await expect(page.getByLabel(t("order.link"))).toHaveCount(0);
  }
  await page.screenshot({ path: "results/not-sold.png", fullPage: true });
  await page
    .getByRole("main")
    .getByRole("link", { name: t("services.title") })
    .click();
  await expect(page).toHaveURL(`${shop.base}/services`);
});
