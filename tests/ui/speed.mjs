// How fast the pages are in headless Chromium with the processor slowed down four times: `npm run speed`. Prints figures;
// asserts nothing, since machines differ. PANEL names the program, the release build unless said otherwise.
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import config from "./playwright.config.mjs";

process.env.PANEL ??= fileURLToPath(new URL("../../target/release/smm-panel", import.meta.url));
const { ADMIN, Panel, SHOP } = await import("./browser/panel.mjs");
const SERVICES = 5000;
const SLOWER = 4;

/** A page with a cold cache on a slow processor. */
async function slow(browser, panel, who) {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  if (who) {
    const { login, password } = who;
    await context.request.post(`${panel.base}/api/auth/login`, { data: { login, password } });
  }
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: "longtask",
      buffered: true,
    });
  });
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return page;
}

const longest = (page) => page.evaluate(() => Math.round(Math.max(0, ...window.tasks)));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds from the start of the navigation until `selector` stands in the page, where its handlers are attached
 * before it is shown; the median of five. The page says so itself: looking from outside would have the slowed down
 * processor compile the tool's code meanwhile. */
async function interactive(browser, panel, who, path, selector) {
  const times = [];
  for (let turn = 0; turn < 5; turn++) {
    const page = await slow(browser, panel, who);
    await page.addInitScript((selector) => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector(selector)) return;
        watch.disconnect();
        console.debug(`there after ${Math.round(performance.now())}`);
      });
      watch.observe(document, { childList: true, subtree: true });
    }, selector);
    const there = page.waitForEvent("console", (message) => message.text().startsWith("there after"));
    await page.goto(panel.base + path, { waitUntil: "commit" });
    times.push(Number((await there).text().split(" ").at(-1)));
    await page.context().close();
  }
  return median(times);
}

const panel = await Panel.start({ env: SHOP });
const browser = await chromium.launch(config.use.launchOptions);
try {
  const lan = await panel.customer(100_000);
  await panel.service();
  console.log(`log-in, interactive: ${await interactive(browser, panel, null, "/", "input[name=login]")} ms`);
  console.log(`new order, interactive: ${await interactive(browser, panel, lan, "/", "[role=combobox]")} ms`);
  const admin = await panel.token(ADMIN);
  for (let number = 0; number < SERVICES; number++) {
    const service = {
      name: `Followers ${number} slow and steady`,
      category: `Category ${number % 50}`,
      rate: "12000",
      min_quantity: 10,
      max_quantity: 1000,
    };
    await panel.ask("POST", "/api/admin/services", service, admin);
  }
  console.log(
    `new order with ${SERVICES} services: ${await interactive(browser, panel, lan, "/", "[role=combobox]")} ms`,
  );
  for (const [name, path, selector] of [
    ["new order", "/", "[role=combobox]"],
    ["services", "/services", "input[type=search]"],
  ]) {
    const page = await slow(browser, panel, lan);
    await page.goto(panel.base + path);
    await page.waitForSelector(selector);
    await page.evaluate(() => (window.tasks.length = 0));
    await page.locator(selector).first().pressSequentially("followers 4321", { delay: 60 });
    await page.waitForTimeout(1500);
    console.log(`${name}, searching ${SERVICES} services, longest task: ${await longest(page)} ms`);
    await page.context().close();
  }
} finally {
  await browser.close();
  await panel.stop();
}
