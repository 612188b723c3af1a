// Where a service comes from: several sources in the operator's form, in an order that the operator changes.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

for (const look of LOOKS) {
  test(`a service gets sources, in the order of the operator, ${look.name}`, async ({ page, open }) => {
    const { t } = await seenAs(page, look, "admin");
    const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
    const admin = await panel.token(ADMIN);
    const second = { name: "Second", api_url: "http://127.0.0.1:9/api/v2", api_key: "second-key", active: false };
    const { id } = await panel.ask("POST", "/api/admin/providers", second, admin);
    const service = await panel.service({ name: "Sourced" });
    const sources = async () => {
      const { items } = await panel.ask("GET", "/api/admin/services?search=Sourced", undefined, admin);
      return items[0].sources.map((one) => [one.provider_id, one.provider_service_id, one.cost]);
    };
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/services?search=Sourced`);
    const row = page.getByRole("row", { name: "Sourced" });
    const dialog = page.getByRole("dialog");
    const edit = async () =>
      (await buttonsOf(row)).getByRole("button", { name: t("services.edit"), exact: true }).click();
    const press = (key, number) => dialog.getByRole("button", { name: t(key, { number }), exact: true }).click();
    const save = () => press("common.save");
    const other = dialog.getByRole("group", { name: t("sources.number", { number: 2 }) });
    const upstream = dialog.getByLabel(t("services.source"), { exact: true });

    await edit();
    await press("sources.add");
    await save();
    await expect(dialog.getByRole("alert").filter({ hasText: t("sources.incomplete") })).toBeVisible();
    await other.getByRole("combobox").selectOption({ label: "Second" });
    await other.getByLabel(t("services.source")).fill("b-7");
    await other.getByLabel(t("services.cost")).fill("8500");
    await expect(other).toContainText(t("sources.off"));
    expect(await violations(page)).toEqual([]);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await page.evaluate(wide), "wider than the screen").toBe(false);
    const inDialog = (element) => element.scrollWidth > element.clientWidth;
    expect(await dialog.evaluate(inDialog), "wider than the dialog").toBe(false);
    await dialog.screenshot({ path: `results/sources-${look.lang}.png` });
    await save();
    await expect(await buttonsOf(row)).toContainText(t("sources.count", { count: 2 }));
    const [first] = await sources();
    expect(await sources()).toEqual([first, [id, "b-7", "8500"]]);
    expect(first.slice(0, 2)).toEqual([1, service.provider_service_id]);

    await edit();
    await press("sources.up_label", 2);
    await expect(upstream).toHaveValue("b-7");
    await save();
    await expect(dialog).toHaveCount(0);
    expect(await sources()).toEqual([[id, "b-7", "8500"], first]);

    await edit();
    await press("sources.remove_label", 1);
    await expect(upstream).toHaveValue(service.provider_service_id);
    await expect(other).toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await save();
    await expect(dialog).toHaveCount(0);
    await expect(row).not.toContainText(t("sources.count", { count: 2 }));
    expect(await sources()).toEqual([first]);
  });
}
