// What holds on every page in every size and scheme: readable by everybody, nothing sideways, nothing that people typed
// becomes markup.
import { get } from "node:http";
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";
import { ADMINS, CUSTOMER, GUEST, HOSTILE, TURNED, markup, settled, tooWide } from "./typed.mjs";

/** Fills the shop with what people could do to it. */
async function stocked(shop) {
  const service = await shop.service({
    name: `Hand ${HOSTILE}`,
    description: `${TURNED} ${HOSTILE}`,
    category: `C ${HOSTILE}`,
    link_kind: "any",
  });
  const lan = await shop.customer(500_000);
  const links = [
    `https://example.com/${"x".repeat(1900)}`,
    `https://example.com/?q=${encodeURIComponent(HOSTILE)}`,
    "https://example.com/مرحبا-😈",
    "javascript.alert",
  ];
  let order;
  for (const link of links)
    order = await shop.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 100 }, lan.token);
  const comments = await shop.service({
    name: `${TURNED} comments`,
    type: "custom_comments",
    min_quantity: 1,
    provider_id: null,
    provider_service_id: null,
    cost: null,
  });
  const wish = { service_id: comments.id, link: "https://example.com/c", comments: `${HOSTILE}\n${TURNED}` };
  order = await shop.ask("POST", "/api/orders", wish, lan.token);
  const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
  await shop.transfer(Date.now() + Math.floor(Math.random() * 1e6), 12_000, `${HOSTILE} ${TURNED}`);
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", "/api/admin/settings", { support: { zalo: "0901234567" } }, admin);
  await shop.ask("PUT", `/api/admin/users/${lan.id}/balance`, { amount: 1, reason: `${HOSTILE} ${TURNED}` }, admin);
  return { lan, order: order.id, deposit: deposit.id, user: lan.id };
}

/** The addresses of things, beside those of lists. */
const things = (who, { order, deposit, user }) =>
  ({
    guest: [],
    customer: [`/orders/${order}`, `/deposit/${deposit}`, `/?service=1&link=${encodeURIComponent(HOSTILE)}`],
    admin: [`/admin/orders/${order}`, `/admin/users/${user}`],
  })[who];

for (const [who, paths] of [
  ["guest", GUEST],
  ["customer", CUSTOMER],
  ["admin", ADMINS],
]) {
  for (const width of [1280, 360]) {
    test(`${who}: every page, ${width} px, light and dark`, async ({ page, shop }) => {
      test.setTimeout(180_000);
      const made = await stocked(shop);
      if (who !== "guest") await enter(page, shop.base, who === "admin" ? ADMIN : made.lan);
      await page.setViewportSize({ width, height: 900 });
      for (const path of [...paths, ...things(who, made)]) {
        // Each scheme on a fresh page: while colours change over, no contrast is what it will be.
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await page.goto(shop.base + path);
          await settled(page);
          // The other scheme has other colours, and nothing else.
          const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
          expect.soft(await violations(page, rules), `axe on ${path}, ${colorScheme}`).toEqual([]);
        }
        expect.soft(await tooWide(page), `${path} is wider than ${width} px`).toBeLessThanOrEqual(0);
        expect.soft(await markup(page), `what was typed, on ${path}`).toEqual([]);
      }
    });
  }
}

for (const [who, paths] of [
  ["guest", GUEST],
  ["customer", CUSTOMER],
  ["admin", ADMINS],
]) {
  test(`${who}: every page begins at its title, when it is loaded and when a link leads there`, async ({
    page,
    shop,
  }) => {
    test.setTimeout(120_000);
    const made = await stocked(shop);
    if (who !== "guest") await enter(page, shop.base, who === "admin" ? ADMIN : made.lan);
    const title = page.locator("#page-title");
    for (const path of [...paths, ...things(who, made)]) {
      await page.goto(shop.base + path);
      await settled(page);
      await expect.soft(title, `${path}, loaded`).toBeFocused();
    }
    const links = page.getByRole("navigation").getByRole("link");
    for (const path of await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")))) {
      if (!paths.includes(path) || new URL(page.url()).pathname === path) continue;
      await page.locator(`.nav-link[href="${path}"]`).press("Enter");
      await expect(page).toHaveURL(shop.base + path);
      await settled(page);
      await expect.soft(title, `${path}, by a link`).toBeFocused();
    }
  });
}

test("who goes elsewhere while a page is read stays there", async ({ page, shop }) => {
  await enter(page, shop.base, await shop.customer());
  let go = () => {};
  const held = new Promise((done) => (go = done));
  await page.route("**/api/user/referrals*", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${shop.base}/orders`);
  await page.locator('.nav-link[href="/referrals"]').press("Enter");
  await expect(page.locator(".waiting")).toBeVisible();
  const elsewhere = page.getByRole("button", { name: "Đăng xuất" }).first();
  await elsewhere.focus();
  go();
  await settled(page);
  await expect(elsewhere).toBeFocused();
});

test("what a customer types stays text for everybody", async ({ page, shop }) => {
  const { lan } = await stocked(shop);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/orders`);
  await expect(page.getByText(`Hand ${HOSTILE}`).first()).toBeVisible();
  await expect(page.getByText("javascript.alert")).toBeVisible();
  await expect(page.getByRole("link", { name: "javascript.alert" })).toHaveCount(0);
  const outside = page.locator('a[target="_blank"]').first();
  await expect(outside).toHaveAttribute("rel", "noopener noreferrer");
});

/** Bytes of an answer, head and body, packed as every browser and proxy knows it; brotli is smaller. */
const weight = (url, cookie) =>
  new Promise((done, failed) => {
    const headers = { "Accept-Encoding": "gzip", Cookie: cookie };
    const asked = get(url, { agent: false, headers }, (answer) => {
      const { socket } = answer;
      answer.on("end", () => done(socket.bytesRead)).resume();
    });
    asked.on("error", failed);
  });

for (const [name, path, isCustomer] of [
  ["the landing page", "/", false],
  ["the log-in", "/login", false],
  ["the order form", "/", true],
]) {
  test(`${name} is at most 150 KB over the wire`, async ({ page, open }) => {
    // One of its own: how much others have put into theirs is no weight of the page.
    const shop = await open({ env: SHOP });
    await shop.service();
    if (isCustomer) await enter(page, shop.base, await shop.customer());
    const asked = new Set();
    page.on("request", (request) => asked.add(request.url()));
    await page.goto(shop.base + path);
    await settled(page);
    if (isCustomer) await expect(page.getByRole("combobox", { name: "Dịch vụ" })).toBeVisible();
    // It never ends.
    asked.delete(`${shop.base}/api/events`);
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    let bytes = 0;
    for (const url of asked) bytes += await weight(url, cookie);
    console.log(`${name}: ${(bytes / 1000).toFixed(1)} KB in ${asked.size} requests`);
    expect(bytes).toBeLessThanOrEqual(150_000);
    expect(bytes).toBeGreaterThan(path === "/" && !isCustomer ? 5000 : 50_000);
  });
}
