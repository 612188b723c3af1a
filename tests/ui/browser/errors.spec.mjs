// What went wrong since the start: grouped, in both languages, at both sizes.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
// Nothing listens there.
const SILENT = { SEPAY_API_TOKEN: "planted-token", SEPAY_API_URL: "http://127.0.0.1:1" };

for (const look of LOOKS) {
  test(`errors that were logged are listed, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: { ...SHOP, ...SILENT } });
    const { t } = await seenAs(page, look, "admin");
    await enter(page, panel.base, ADMIN);
    const admin = await panel.token(ADMIN);
    await expect(async () => {
      const { items } = await panel.ask("GET", "/api/admin/errors", undefined, admin);
      expect(items.length).toBeGreaterThan(0);
    }).toPass();
    await page.goto(`${panel.base}/admin/errors`);
    await expect(page.getByRole("heading", { name: t("errors.title") })).toBeVisible();
    const failed = page.getByRole("row").filter({ hasText: "a background job failed" });
    await expect(failed).toContainText(t("job.reconcile"));
    // In the reader's language, with the way to mend it.
    const cause = t("cause.connection_refused", { address: "127.0.0.1:1" });
    await expect(failed).toContainText(t("note.sepay_no_answer", { cause }));
    const way = failed.getByRole("link", { name: t("errors.open") });
    await expect(way).toHaveAttribute("href", "/admin/settings#sepay");
    await expect(page.locator("main")).not.toContainText("planted");
    expect(await page.evaluate(wide)).toBe(false);
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/errors-${look.name}.png`, fullPage: true });
    // On the overview one failure is not one in a row; several are counted.
    for (const [failures, said] of [
      [1, { vi: "Không đọc được giao dịch từ SePay", en: "SePay's list cannot be read" }],
      [
        3,
        {
          vi: "Không đọc được giao dịch từ SePay, đã lỗi 3 lần liên tiếp",
          en: "SePay's list cannot be read, 3 failures in a row",
        },
      ],
    ]) {
      await page.route("**/api/admin/review", async (route) => {
        const answer = await route.fetch();
        const review = await answer.json();
        for (const item of review.items) if (item.kind === "sepay") item.count = failures;
        await route.fulfill({ response: answer, json: review });
      });
      await page.goto(`${panel.base}/admin`);
      await expect(page.getByText(said[look.lang], { exact: true })).toBeVisible();
      const task = page.getByRole("listitem").filter({ hasText: said[look.lang] });
      await expect(task, "one trouble has no oldest").toContainText(t("tasks.begun", { time: "" }).trim());
    }
  });
}
