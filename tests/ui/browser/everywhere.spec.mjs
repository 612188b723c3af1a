// What holds on every page: readable by everybody, nothing sideways, nothing that people typed becomes markup.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";

const AXE = readFileSync(fileURLToPath(new URL("../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");
const GUEST = ["/", "/register", "/services"];
const CUSTOMER = ["/", "/mass-order", "/orders", "/services", "/deposit", "/transactions", "/referrals", "/account"];
const ADMINS = [
  "",
  "orders",
  "review",
  "services",
  "import",
  "providers",
  "users",
  "deposits",
  "bank",
  "ledger",
  "reports",
  "audit",
  "settings",
  "wizard",
].map((name) => `/admin${name && `/${name}`}`);

const HOSTILE = '"><img src=x onerror=alert(1)>';
const TURNED = "\u202Egnp.exe 😈";

/** Serious and critical violations. */
async function violations(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

const settled = (page) =>
  page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".waiting"));

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
    "https://example.com/?q=" + encodeURIComponent(HOSTILE),
    "javascript.alert",
  ];
  for (const link of links)
    await shop.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 10 }, lan.token);
  await shop.ask("POST", "/api/payment/deposit", { amount: 50_000 }, lan.token);
  await shop.transfer(Date.now() + Math.floor(Math.random() * 1000), 12_000, `${HOSTILE} ${TURNED}`);
  const admin = await shop.token(ADMIN);
  await shop.ask("PUT", `/api/admin/users/${lan.id}/balance`, { amount: 1, reason: `${HOSTILE} ${TURNED}` }, admin);
  return lan;
}

for (const [who, paths] of [
  ["guest", GUEST],
  ["customer", CUSTOMER],
  ["admin", ADMINS],
]) {
  for (const [width, colorScheme] of [
    [1280, "light"],
    [360, "dark"],
  ]) {
    test(`${who}: every page, ${width} px, ${colorScheme}`, async ({ page, shop }) => {
      test.setTimeout(120_000);
      const lan = await stocked(shop);
      if (who !== "guest") await enter(page, shop.base, who === "admin" ? ADMIN : lan);
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const path of paths) {
        await page.goto(shop.base + path);
        await settled(page);
        expect.soft(await violations(page), `axe on ${path}`).toEqual([]);
        const wider = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth);
        expect.soft(wider, `${path} is wider than ${width} px`).toBeLessThanOrEqual(0);
        expect.soft(await page.locator('img[src="x"], a[href^="javascript"]').count(), `markup on ${path}`).toBe(0);
      }
    });
  }
}

test("what a customer types stays text for everybody", async ({ page, shop }) => {
  const lan = await stocked(shop);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/orders`);
  await expect(page.getByText(`Hand ${HOSTILE}`).first()).toBeVisible();
  await expect(page.getByText("javascript.alert")).toBeVisible();
  await expect(page.getByRole("link", { name: "javascript.alert" })).toHaveCount(0);
  const outside = page.locator('a[target="_blank"]').first();
  await expect(outside).toHaveAttribute("rel", "noopener noreferrer");
});

test("the first page is at most 150 KB over the wire", async ({ page, shop }) => {
  await shop.service();
  await enter(page, shop.base, await shop.customer());
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto(`${shop.base}/`);
  await settled(page);
  await expect(page.getByRole("combobox", { name: "Dịch vụ" })).toBeVisible();
  console.log(`the first page: ${(bytes / 1000).toFixed(1)} KB`);
  expect(bytes).toBeLessThanOrEqual(150_000);
  expect(bytes).toBeGreaterThan(50_000);
});
