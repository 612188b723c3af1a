// An admin sees the panel as a customer: in one tab, marked, and to look only. And what admins see of a customer's keys
// and of the money that a decision moves.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { PASSWORD, SHOP } from "./panel.mjs";
import { tooWide } from "./typed.mjs";

const LOOKS = [
  { size: { width: 1440, height: 900 }, colorScheme: "light", lang: "vi" },
  { size: { width: 390, height: 844 }, colorScheme: "dark", lang: "en" },
];

for (const look of LOOKS) {
  const name = `${look.lang}-${look.size.width}`;

  test(`the customer's pages say who looks, and lead back, ${name}`, async ({ page, open, watch }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    await panel.service();
    const lan = await panel.customer(200_000);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/users/${lan.id}`);
    await page.getByRole("button", { name: t("user.view") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: t("user.view_begin") }).click();
    await expect(dialog.getByText(t("user.reason_needed"))).toBeVisible();
    await dialog.getByLabel(t("user.reason")).fill("asks for help");
    await dialog.getByRole("button", { name: t("user.view_begin") }).click();
    const popup = page.waitForEvent("popup");
    await dialog.getByRole("link", { name: t("user.view_open", { name: lan.login }) }).click();
    const theirs = await popup;
    await theirs.setViewportSize(look.size);
    await theirs.emulateMedia({ colorScheme: look.colorScheme });
    const bar = theirs.locator(".view-bar");
    await expect(bar.getByText(t("view.as", { name: lan.login }))).toBeVisible();
    expect(theirs.url(), "the token is nowhere in the address").toBe(`${panel.base}/orders`);
    for (const path of ["/orders", "/deposit", "/transactions", "/services", "/tickets"]) {
      await theirs.goto(panel.base + path);
      await expect(bar).toBeInViewport();
      expect(await tooWide(theirs), path).toBeLessThanOrEqual(0);
    }
    expect(await violations(theirs)).toEqual([]);
    await theirs.screenshot({ path: `results/view-${name}.png` });
    // The admin's own tab is what it was.
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toContainText(lan.login);
    // Whatever changes something is refused.
    watch.announce(403, "/api/tickets");
    const refused = await theirs.evaluate(async () => {
      const headers = { Authorization: `Bearer ${sessionStorage.getItem("view")}` };
      const asked = { subject: "a", message: "b" };
      const answer = await fetch("/api/tickets", {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(asked),
      });
      return (await answer.json()).code;
    });
    expect(refused).toBe("read_only");
    await bar.getByRole("button", { name: t("view.leave") }).click();
    await expect(theirs).toHaveURL(`${panel.base}/admin/users/${lan.id}`);
    await expect(theirs.locator(".view-bar")).toHaveCount(0);
    await expect(theirs.getByRole("heading", { level: 1 })).toContainText(lan.login);
  });

  test(`how keys are used is seen by their owner and by an admin, ${name}`, async ({ page, open, newPage }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    const lan = await panel.customer(5000);
    const { api_key: key } = await panel.ask("POST", "/api/user/api-key", {}, lan.token);
    for (const action of ["balance", "balance", "nonsense"])
      await fetch(`${panel.base}/api/v2`, { method: "POST", body: new URLSearchParams({ key, action }) });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/users/${lan.id}`);
    const row = page
      .getByRole("table", { name: t("user.keys") })
      .getByRole("row")
      .last();
    await expect(row.getByText(t("reseller.refused", { count: 1 })).first()).toBeVisible();
    await expect(row.getByText("127.0.0.1")).toBeVisible();
    await page.screenshot({ path: `results/user-${name}.png`, fullPage: true });
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    const own = await newPage({ viewport: look.size, colorScheme: look.colorScheme });
    await seenAs(own, look, "app");
    await enter(own, panel.base, lan);
    await own.goto(`${panel.base}/reseller`);
    await expect(own.getByText(t("reseller.refused", { count: 1 })).first()).toBeVisible();
    await own.screenshot({ path: `results/keys-${name}.png`, fullPage: true });
    expect(await tooWide(own)).toBeLessThanOrEqual(0);
  });

  test(`before an order is moved all that moves is said, ${name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    const service = await panel.service({ provider_id: null, provider_service_id: null, rate: "12500.5" });
    const mai = await panel.customer();
    const { referral_code } = await panel.ask("GET", "/api/user/referrals", undefined, mai.token);
    const account = {
      username: `by${mai.login}`.slice(0, 32),
      email: "by@example.vn",
      password: PASSWORD,
      referral_code,
    };
    const lan = await panel.ask("POST", "/api/auth/register", account);
    const admin = await panel.token(ADMIN);
    const funds = { amount: 100_000, reason: "test" };
    await panel.ask("PUT", `/api/admin/users/${lan.user.id}/balance`, funds, admin);
    const link = "https://www.facebook.com/somebody/posts/1";
    const order = await panel.ask(
      "POST",
      "/api/orders",
      { service_id: service.id, link, quantity: 999 },
      lan.access_token,
    );
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/orders/${order.id}`);
    await page.getByRole("button", { name: t("orders.set_status") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("orders.status"), { exact: true }).selectOption("partial");
    await dialog.getByLabel(t("orders.remains")).fill("500");
    await expect(dialog.getByText(t("order_actions.rounded"))).toBeVisible();
    const commission = dialog.getByText(mai.login);
    await expect(commission).toBeVisible();
    await dialog.screenshot({ path: `results/moves-${name}.png` });
  });
}

test("a link with the token of a session makes nobody act as somebody else", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const [lan, mai] = [await panel.customer(1000), await panel.customer(7000)];
  await enter(page, panel.base, mai);
  for (const token of [lan.token, "nonsense", ""]) {
    await page.goto(`${panel.base}/orders#view=${token}`);
    await page.reload();
    await expect(page.getByRole("link", { name: mai.login })).toBeVisible();
    await expect(page.locator(".view-bar")).toHaveCount(0);
  }
});
