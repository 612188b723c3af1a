// How long a first and a second visit take on a slow line: `npm run visits`. The filled demo on a phone, 400 ms to the
// panel and 400 kbit/s. Prints figures; asserts nothing, since machines differ. PANEL names the program, the release
// build unless said otherwise: a debug build has its files asked for again.
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import config from "./playwright.config.mjs";

process.env.PANEL ??= fileURLToPath(new URL("../../target/release/smm-panel", import.meta.url));
const { Panel } = await import("./browser/panel.mjs");
const TURNS = 3;
const LINE = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const CUSTOMER = { login: "hai.dang", password: "demo-password" };
const ADMIN = { login: "admin", password: "admin-password" };
/** Each with what stands in it when its content does. */
const PAGES = [
  [null, "/login", "input[name=login]"],
  [CUSTOMER, "/", "[role=combobox]"],
  [CUSTOMER, "/services", "tr.row-of"],
  [CUSTOMER, "/orders", "tr.row-of"],
  [ADMIN, "/admin", ".overview"],
  [ADMIN, "/admin/orders", "main tbody tr"],
];

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** One visit: seconds until the content has been drawn, kilobytes and requests until nothing more came. */
async function visit(context, address, selector) {
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  line.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += encodedDataLength > 0 ? 1 : 0;
  });
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", LINE);
  await page.addInitScript((selector) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => (window.there = performance.now())));
    });
    watch.observe(document, { childList: true, subtree: true });
  }, selector);
  await page.goto(address, { waitUntil: "commit", timeout: 60_000 });
  await page.waitForFunction(() => window.there, null, { timeout: 60_000 });
  const seconds = (await page.evaluate(() => window.there)) / 1000;
  await page.waitForTimeout(2500);
  await page.close();
  return { seconds, kilobytes: bytes / 1000, requests };
}

const said = (visits) => {
  const of = (name) => median(visits.map((visit) => visit[name]));
  return `${of("seconds").toFixed(1)} s, ${of("kilobytes").toFixed(1)} KB, ${of("requests")} requests`;
};

const panel = await Panel.start({ mode: "demo --filled" });
const browser = await chromium.launch(config.use.launchOptions);
try {
  for (const [who, path, selector] of PAGES) {
    const first = [];
    const second = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const context = await browser.newContext({
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
      });
      if (who) await context.request.post(`${panel.base}/api/auth/login`, { data: who });
      first.push(await visit(context, panel.base + path, selector));
      second.push(await visit(context, panel.base + path, selector));
      await context.close();
    }
    console.log(`${path}: first ${said(first)}; second ${said(second)}`);
  }
} finally {
  await browser.close();
  await panel.stop();
}
