// Favourites stand first on the page of services, and stay.
import { enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a service is kept at hand and let go, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "app");
    await panel.service({ ...byHand, name: "Likes" });
    await panel.service({ ...byHand, name: "Views" });
    await page.goto(`${panel.base}/services`);
    await expect(page.getByText("Views")).toBeVisible();
    await expect(page.getByRole("button", { name: t("services.favourite", { name: "Views" }) })).toHaveCount(0);
    await enter(page, panel.base, await panel.customer());
    await page.goto(`${panel.base}/services`);
    await page.getByRole("button", { name: t("services.favourite", { name: "Views" }) }).click();
    const own = page.getByRole("table", { name: t("services.favourites") });
    await expect(own).toContainText("Views");
    await expect(own).not.toContainText("Likes");
    await page.reload();
    await own.getByRole("button", { name: t("services.unfavourite", { name: "Views" }) }).click();
    await expect(own).toHaveCount(0);
  });
}
