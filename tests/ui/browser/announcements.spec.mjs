// What the operator writes and the list of services tells is read by guests and customers, in both looks.
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
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
    const [cell, told] = await page
      .locator(".told td")
      .first()
      .evaluate((cell) => {
        const { paddingLeft, paddingRight, display } = getComputedStyle(cell);
        const inner = cell.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
        return [display === "grid" ? inner : 0, cell.firstElementChild.clientWidth];
      });
    expect(told, "as wide as the card on a phone").toBeGreaterThanOrEqual(Math.floor(cell));
    await page.getByRole("button", { name: t("announcements.kind.service"), exact: true }).click();
    await expect(page.getByText("Nghỉ Tết")).toHaveCount(0);
    await expect(page).toHaveURL(/kind=service/);

    await page.context().clearCookies();
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/announcements`);
    const buttons = await buttonsOf(row);
    await buttons.getByRole("button", { name: t("announcements.delete", { title: "Nghỉ Tết" }) }).click();
    await dialog.getByRole("button", { name: t("announcements.delete_yes"), exact: true }).click();
    await expect(row).toHaveCount(0);
    const { items } = await panel.ask("GET", "/api/announcements");
    expect(items).toHaveLength(1);
    const [{ id }] = items;
    // What became of a service has no words of its own; the log says which it was.
    await panel.ask("DELETE", `/api/admin/announcements/${id}`, undefined, await panel.token(ADMIN));
    await page.goto(`${panel.base}/admin/audit`);
    const named = t("audit.subject_of.announcement_named", { id, name: service.name });
    const entry = page.getByRole("listitem").filter({ hasText: named });
    await entry.getByText(t("audit.show")).click();
    const line = (field) => entry.getByRole("row").filter({ hasText: t(`audit.field.${field}`) });
    await expect(line("change")).toContainText(t("audit.service_change.new"));
    await expect(line("audience")).toContainText(t("announcements.for_short.all"));
    await expect(line("rate_after")).toContainText(money(12_000));
    await page.screenshot({ path: `results/audit-announcement-${look.lang}.png` });
  });
}

for (const look of LOOKS) {
  test(`one change of many prices is told once, after what the shop wrote, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t, money } = await seenAs(page, look, "admin");
    const boss = await panel.token(ADMIN);
    const mine = [];
    for (const name of ["Like A", "Like B", "Like C"])
      mine.push(await panel.service({ ...byHand, name, rate: "12000" }));
    for (const { id } of (await panel.ask("GET", "/api/admin/announcements", undefined, boss)).items)
      await panel.ask("DELETE", `/api/admin/announcements/${id}`, undefined, boss);
    await panel.ask("POST", "/api/admin/announcements", { title: "Nghỉ Tết" }, boss);
    const dialog = page.getByRole("dialog");
    const raise = async (percent, silent) => {
      await page.goto(`${panel.base}/admin/services?search=Like`);
      for (const { id } of mine) await page.getByLabel(t("common.select_one", { id }), { exact: true }).check();
      await page.getByRole("button", { name: t("services.prices") }).click();
      await dialog.getByLabel(t("services.change")).selectOption("rate");
      await dialog.getByLabel(t("services.move")).fill(percent);
      if (silent) await dialog.getByLabel(t("services.silent")).check();
      await dialog.getByRole("button", { name: t("order_actions.confirm") }).click();
      await expect(dialog).toHaveCount(0);
    };
    await enter(page, panel.base, ADMIN);
    await raise("10", false);
    await raise("50", true);
    await page.goto(`${panel.base}/admin/announcements`);
    const told = t("announcements.group.dearer", { count: 3 });
    const row = page.getByRole("row", { name: told });
    await expect(row).toBeVisible();
    expect((await row.boundingBox()).height, "one line").toBeLessThanOrEqual(look.size.width > 1000 ? 41 : 400);
    await expect(page.getByRole("row", { name: /Like/ })).toHaveCount(0);

    // Where what it holds differs, the list says so; a change of the group makes it one again.
    const path = "/api/admin/announcements";
    const [{ id: group }] = (await panel.ask("GET", `${path}?automatic=true`, undefined, boss)).items;
    const [{ id: one }] = (await panel.ask("GET", `${path}?group=${group}`, undefined, boss)).items;
    const patch = { audience: "customers", ends_at: "2040-01-01T00:00:00Z" };
    await panel.ask("PUT", `${path}/${one}`, patch, boss);
    await page.reload();
    await expect(row).toContainText(t("announcements.for_short.mixed"));
    await page.screenshot({ path: `results/announcements-mixed-${look.lang}.png` });
    await panel.ask("PUT", `${path}/${group}`, { audience: "all" }, boss);
    await page.reload();
    await expect(row).toContainText(t("announcements.for_short.all"));
    await page.goto(`${panel.base}/admin/audit`);
    const named = t("audit.subject_of.announcement_named", { id: group, name: "Like C" });
    const entry = page.getByRole("listitem").filter({ hasText: named });
    await entry.getByText(t("audit.show")).click();
    const changed = entry.getByRole("row").filter({ hasText: t("audit.field.audience") });
    await expect(changed).toContainText(t("announcements.for_short.mixed"));

    await page.context().clearCookies();
    await page.goto(`${panel.base}/announcements`);
    const texts = page.locator("main tbody tr");
    await expect(texts).toHaveCount(2);
    await expect(texts.first()).toContainText("Nghỉ Tết");
    await page.getByRole("link", { name: told }).click();
    await expect(page.getByText("Like A")).toBeVisible();
    // The silent rise is no news; what it makes wrong within the hour is put right.
    await expect(page.getByText(money(19_800))).toHaveCount(3);
    await page.getByRole("link", { name: t("announcements.all") }).click();
    await expect(texts).toHaveCount(2);
    await page.getByRole("button", { name: t("announcements.kind.news"), exact: true }).click();
    await expect(texts).toHaveCount(1);
  });
}
