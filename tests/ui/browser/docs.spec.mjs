// The pages about the API: they draw, and ask no other host for anything. The policy would stop that, and the watch
// counts what it stops as well as what gets through.
import { expect, test } from "./fixtures.mjs";

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
