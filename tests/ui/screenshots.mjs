// Pictures of the main pages for docs/, from the demo: `npm run screenshots`.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import config from "./playwright.config.mjs";
import { Panel } from "./browser/panel.mjs";

const out = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const CUSTOMER = { login: "demo", password: "demo-password" };
const ADMIN = { login: "admin", password: "admin-password" };
const SHOTS = [
  ["new-order", CUSTOMER, "/?service=2", 1280, "light"],
  ["new-order-phone", CUSTOMER, "/?service=2", 360, "light"],
  ["deposit", CUSTOMER, "/deposit/1", 1280, "light"],
  ["deposit-phone-dark", CUSTOMER, "/deposit/1", 360, "dark"],
  ["orders", CUSTOMER, "/orders", 1280, "light"],
  ["orders-phone", CUSTOMER, "/orders", 360, "light"],
  ["services-dark", CUSTOMER, "/services", 1280, "dark"],
  ["dashboard", ADMIN, "/admin", 1280, "light"],
  ["dashboard-phone-dark", ADMIN, "/admin", 360, "dark"],
  ["admin-orders", ADMIN, "/admin/orders", 1280, "light"],
  ["admin-order", ADMIN, "/admin/orders/1", 1280, "light"],
  ["settings", ADMIN, "/admin/settings", 1280, "light"],
];

const panel = await Panel.start({ mode: "demo" });
const browser = await chromium.launch(config.use.launchOptions);
try {
  const token = await panel.token(CUSTOMER);
  for (const word of ["hang", "partial", "refuse", "video/1", "video/2"]) {
    const wish = { service_id: 2, link: `https://www.tiktok.com/@ten/${word}`, quantity: 1000 };
    await panel.ask("POST", "/api/orders", wish, token);
  }
  await panel.ask("POST", "/api/payment/deposit", { amount: 200_000 }, token);
  // Until the practice provider has done its part.
  await new Promise((done) => setTimeout(done, 13_000));
  mkdirSync(out, { recursive: true });
  for (const [name, who, path, width, colorScheme] of SHOTS) {
    const context = await browser.newContext({
      viewport: { width, height: width === 360 ? 740 : 860 },
      colorScheme,
      locale: "vi-VN",
    });
    await context.request.post(`${panel.base}/api/auth/login`, { data: who });
    const page = await context.newPage();
    await page.goto(panel.base + path);
    await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".waiting"));
    await page.waitForTimeout(700);
    await page.screenshot({ path: `${out}${name}.png` });
    await context.close();
  }
  console.log(`${SHOTS.length} pictures in docs/screenshots`);
} finally {
  await browser.close();
  await panel.stop();
}
