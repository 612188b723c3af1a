// What the operator writes and the list of services tells is read by guests and customers, in both looks.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`news are written, read and deleted, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t, money } = await seenAs(page, look, "admin");
    const service = await panel.service({ ...byHand, name: "Tăng like 🔥 <b>nhanh</b>", rate: "12000" });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/announcements`);
    await page.getByRole("button", { name: t("announcements.add") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog.getByText(t("common.missing"))).toBeVisible();
    await dialog.getByLabel(t("announcements.headline")).fill("Nghỉ Tết");
    await dialog.getByLabel(t("announcements.text")).fill("Từ 28 đến mùng 5.\n<i>Vẫn nạp được.</i>");
    await dialog.getByLabel(t("announcements.sort")).selectOption("warning");
    await dialog.getByLabel(t("announcements.audience")).selectOption("customers");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    const row = page.getByRole("row", { name: /Nghỉ Tết/ });
    await expect(row).toContainText(t("status.announcement.told"));

    await page.context().clearCookies();
    await page.goto(`${panel.base}/announcements`);
    await expect(page.getByText(service.name)).toBeVisible();
    await expect(page.getByText(t("announcements.change.new"), { exact: true })).toBeVisible();
    await expect(page.getByText(money(12_000))).toBeVisible();
    await expect(page.getByText("Nghỉ Tết")).toHaveCount(0);
    await enter(page, panel.base, await panel.customer());
    await page.goto(`${panel.base}/announcements`);
    await expect(page.getByText("<i>Vẫn nạp được.</i>")).toBeVisible();
    await page.getByRole("button", { name: t("announcements.kind.service"), exact: true }).click();
    await expect(page.getByText("Nghỉ Tết")).toHaveCount(0);
    await expect(page).toHaveURL(/kind=service/);

    await page.context().clearCookies();
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/announcements`);
    await row.getByRole("button", { name: t("announcements.delete") }).click();
    await expect(row).toHaveCount(0);
    expect((await panel.ask("GET", "/api/announcements")).items).toHaveLength(1);
  });
}
