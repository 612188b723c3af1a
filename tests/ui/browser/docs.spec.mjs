// The pages about the API: they draw, and fetch nothing from elsewhere, whether or not a policy would stop them.
import { expect, test } from "./fixtures.mjs";

for (const lifted of [false, true]) {
  test.describe(lifted ? "without a policy" : "under the policy", () => {
    test.use({ bypassCSP: lifted });

    test("the API's pages are served from the panel alone", async ({ page, open }) => {
      // Either draws hundreds of addresses, which two busy cores take long for.
      test.slow();
      const panel = await open();
      for (const path of ["/docs", "/redoc"]) {
        await page.goto(panel.base + path);
        const described = page.getByText("Every change by an admin, newest first.").filter({ visible: true });
        await expect(described.first()).toBeVisible({ timeout: 60_000 });
        await page.waitForLoadState("networkidle");
      }
    });
  });
}
