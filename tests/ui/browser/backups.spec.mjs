// Backups: listed, made, taken as a file, and the command that puts one back.
import { statSync } from "node:fs";
import { violations } from "./axe.mjs";
import { ADMIN, confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { Storage } from "./s3.mjs";

const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;

for (const look of LOOKS) {
  test(`a backup is made, taken and put back by a command, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: { ...SHOP, BACKUP_EVERY_HOURS: "0" } });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/backups`);
    await expect(page.getByText(t("backups.none"))).toBeVisible();
    await expect(page.getByText(t("backups.off"))).toBeVisible();
    await page.getByRole("button", { name: t("backups.make") }).click();
    const take = page.getByRole("button", { name: t("backups.download") });
    await expect(take).toBeVisible();
    const admin = await panel.token(ADMIN);
    const { items, folder } = await panel.ask("GET", "/api/admin/backups", undefined, admin);
    expect(items.length).toBe(1);
    const [{ name, size }] = items;
    await expect(page.getByText(t("backups.where", { folder }))).toBeVisible();
    await expect(page.getByText(t("backups.rehearsed_none"))).toBeVisible();
    await take.click();
    const question = page.getByRole("dialog", { name: t("backups.download_title") });
    await expect(question.getByText(t("backups.download_clear"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const download = page.waitForEvent("download");
    await question.getByRole("button", { name: t("backups.download") }).click();
    await confirm(page, t, ADMIN);
    const saved = await download;
    expect([saved.suggestedFilename(), statSync(await saved.path()).size]).toEqual([name, size]);
    expect(await page.evaluate(wide)).toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/backups-${look.name}.png`, fullPage: true });
    await page.getByRole("button", { name: t("backups.restore") }).click();
    const dialog = page.getByRole("dialog", { name: t("backups.restore_title") });
    await expect(dialog.getByText(t("backups.restore_where"))).toBeVisible();
    await expect(dialog.getByText(`smm-panel restore ${folder}/${name}`)).toBeVisible();
    await page.screenshot({ path: `results/backups-restore-${look.name}.png` });
    expect(await violations(page)).toEqual([]);
    await page.goto(`${panel.base}/admin/audit`);
    for (const verb of ["make", "download"]) {
      const subject = t("audit.subject_of.backup", { id: name });
      const said = t(`audit.sentence.backup.${verb}`, { actor: ADMIN.login ?? "admin", subject });
      await expect(page.getByText(said)).toBeVisible();
    }
  });
}

for (const look of LOOKS) {
  test(`whether a backup is at the storage is said, and why it is not, ${look.name}`, async ({ page, open }) => {
    const storage = await Storage.start();
    const sealed = { BACKUP_PASSPHRASE: "a passphrase of some length", BACKUP_S3_URL: storage.url };
    const panel = await open({ env: { ...SHOP, BACKUP_EVERY_HOURS: "0", ...sealed } });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    const admin = await panel.token(ADMIN);
    storage.refuses = true;
    const make = () => panel.ask("POST", "/api/admin/backups", {}, admin);
    await make();
    const path = `${panel.base}/admin/backups`;
    const failed = page.getByText(t("backups.upload_failed", { time: "" }).trim());
    await expect(async () => {
      await page.goto(path);
      await expect(failed).toBeVisible({ timeout: 1000 });
    }).toPass();
    await expect(page.getByText("HTTP 403 AccessDenied")).toBeVisible();
    await expect(page.getByText(t("backups.not_uploaded"))).toBeVisible();
    await expect(page.getByText(t("backups.passphrase"))).toBeVisible();
    await expect(page.getByText(t("backups.storage", { place: storage.place }))).toBeVisible();
    await expect(page.locator("main")).not.toContainText("planted");
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/backups-storage-${look.name}.png`, fullPage: true });
    storage.refuses = false;
    await make();
    const arrived = page.getByText(t("backups.uploaded", { time: "" }).trim());
    await expect(async () => {
      await page.goto(path);
      await expect(arrived).toHaveCount(2, { timeout: 1000 });
    }).toPass();
    await expect(failed).toHaveCount(0);
    // Of one day the newest stays there.
    await expect.poll(() => storage.objects.size).toBe(1);
    expect(await page.evaluate(wide)).toBe(false);
    storage.stop();
  });
}

test("what stands in the way of a backup is said", async ({ page, open, watch }) => {
  watch.announce(409, "/api/admin/backups");
  const panel = await open({ env: { ...SHOP, BACKUP_DIR: "/dev/null" } });
  const { t } = await seenAs(page, LOOKS[0], "admin");
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/backups`);
  const why = t("backup_cause.no_folder", { path: "/dev/null" });
  await expect(page.getByText(why).first()).toBeVisible();
  await page.getByRole("button", { name: t("backups.make") }).click();
  await expect(page.getByText(t("backups.make_failed"), { exact: true })).toBeVisible();
});
