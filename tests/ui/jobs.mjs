// How much work the most frequent jobs are, on the filled demo: `npm run jobs`. Prints clicks, keys, fields and the
// seconds that the panel takes; asserts no figure, but fails where a job does not reach its end. PANEL names the
// program, the debug build unless said otherwise.
import { chromium } from "@playwright/test";
import config from "./playwright.config.mjs";
import { seenAs } from "./browser/looks.mjs";
import { Panel } from "./browser/panel.mjs";
import { settled } from "./browser/typed.mjs";

const PATIENCE_MS = 15_000;
const ADMIN = { login: "admin", password: "admin-password" };
const CUSTOMER = { login: "hai.dang", password: "demo-password" };
const DESK = { lang: "vi", size: { width: 1440, height: 900 }, colorScheme: "light" };
const PHONE = { ...DESK, size: { width: 390, height: 844 } };

/** Does what a person does, and counts it. A choice from a `<select>` is two clicks: it opens, and closes. Getting into
 * a field belongs to typing into it. */
class Hand {
  clicks = 0;
  choices = 0;
  keys = 0;
  fields = 0;
  press(what) {
    this.clicks += 1;
    return what.click();
  }
  choose(what, value) {
    this.choices += 1;
    this.clicks += 2;
    return what.selectOption(value);
  }
  key(page, key) {
    this.keys += 1;
    return page.keyboard.press(key);
  }
  type(what, text) {
    this.fields += 1;
    return what.fill(text);
  }
}

/** Each begins on the overview, and ends when its last line has seen what it was for. */
const OPERATOR = {
  "where is a customer's order": async ({ page, t, go, hand, orders }) => {
    await go("orders");
    await page.locator(".desk-table").waitFor();
    await hand.key(page, "/");
    await hand.type(page.getByLabel(t("orders.search")), `${orders.open}`);
    const row = await found(page, orders.open);
    await row.getByText(t("status.order.in_progress"), { exact: true }).waitFor();
  },
  "refund an order": async ({ page, t, go, hand, panel, orders }) => {
    await go("orders");
    await page.locator(".desk-table").waitFor();
    await hand.key(page, "/");
    await hand.type(page.getByLabel(t("orders.search")), `${orders.open}`);
    const row = await found(page, orders.open);
    await row.hover();
    await hand.press(row.getByRole("button", { name: t("orders.set_status") }));
    const dialog = page.getByRole("dialog");
    await hand.choose(dialog.getByLabel(t("orders.status"), { exact: true }), "canceled");
    await hand.press(dialog.getByRole("button", { name: t("order_actions.set") }));
    await row.getByText(t("status.order.canceled")).waitFor();
    if (!(await panel.refunded(orders.open))) throw new Error("nothing went back");
  },
  "50 prices +10 %": async ({ page, t, go, hand, panel }) => {
    const sum = async () => (await panel.services()).reduce((all, { rate }) => all + Number(rate), 0);
    const before = await sum();
    await go("services");
    await page.locator(".desk-table tbody tr").nth(49).waitFor();
    await hand.press(page.getByLabel(t("desk.pick_all")));
    await hand.press(page.getByRole("button", { name: t("services.prices") }));
    const dialog = page.getByRole("dialog");
    await hand.choose(dialog.getByLabel(t("services.change")), "rate");
    await hand.type(dialog.getByLabel(t("services.move")), "10");
    await dialog.getByText(t("services.plan_sum.change", { count: 50 })).waitFor();
    await hand.press(dialog.getByRole("button", { name: t("order_actions.confirm") }));
    await page.getByText(t("services.bulk_done", { count: 50 })).waitFor();
    if (!((await sum()) > before)) throw new Error("no price rose");
  },
  "add a provider, import its services": async ({ page, t, go, hand }) => {
    await go("providers");
    await hand.press(page.getByRole("button", { name: t("providers.add") }));
    const dialog = page.getByRole("dialog");
    await hand.type(dialog.getByRole("textbox", { name: t("providers.name"), exact: true }), "Second");
    await hand.type(dialog.getByLabel(t("providers.url")), "sandbox");
    await hand.type(dialog.getByLabel(t("providers.key")), "sandbox-key");
    await hand.press(dialog.getByRole("button", { name: t("common.save") }));
    const row = page.getByRole("row").filter({ hasText: "Second" });
    await hand.press(row.getByRole("link", { name: t("services.import") }));
    await hand.press(page.getByRole("button", { name: t("import.look") }));
    await hand.press(
      page
        .getByRole("region", { name: t("import.chosen_label") })
        .getByRole("button")
        .last(),
    );
    await page.getByText(t("import.done")).waitFor();
  },
  "answer a ticket": async ({ page, t, hand }) => {
    await hand.press(page.getByRole("link", { name: t("tasks.do.tickets") }));
    await hand.press(page.locator(".desk-table tbody tr").first().getByRole("link").first());
    await hand.type(page.getByLabel(t("ticket.reply_label")), "Shop đã kiểm tra, đơn đang chạy.");
    await hand.press(page.getByRole("button", { name: t("ticket.send") }));
    await page.locator("dd").getByText(t("status.ticket.answered")).waitFor();
  },
  "give an unmatched transfer its owner": async ({ page, t, hand }) => {
    await hand.press(page.getByRole("link", { name: t("tasks.do.unmatched") }));
    await hand.press(page.getByRole("button", { name: t("bank.assign"), exact: true }).first());
    const dialog = page.getByRole("dialog");
    await hand.type(dialog.getByLabel(t("bank.find_user")).first(), CUSTOMER.login);
    await hand.press(dialog.getByRole("button", { name: CUSTOMER.login }));
    await hand.press(dialog.getByRole("button", { name: t("bank.credit") }));
    await page.getByText(t("bank.assigned")).waitFor();
  },
  "find a user, see their orders": async ({ page, t, go, hand }) => {
    await go("users");
    await page.locator(".desk-table").waitFor();
    await hand.key(page, "/");
    await hand.type(page.getByLabel(t("users.search")), CUSTOMER.login);
    await narrowed(page);
    await hand.press(page.getByRole("link", { name: CUSTOMER.login }));
    await hand.press(page.getByRole("main").getByRole("link", { name: t("user.orders") }));
    await page.locator(".desk-table tbody tr").first().getByText(CUSTOMER.login).waitFor();
  },
};

/** Each begins on the order form. */
const ON_A_PHONE = {
  "order again": async ({ page, t, hand }) => {
    await hand.press(foot(page, t, "orders"));
    await hand.press(page.getByRole("link", { name: t("orders.again") }).first());
    await hand.press(page.getByRole("button", { name: t("new_order.submit"), exact: true }));
    await page.getByRole("button", { name: t("receipt.again") }).waitFor();
  },
  deposit: async ({ page, t, money, hand }) => {
    await hand.press(foot(page, t, "deposit"));
    await hand.press(page.getByRole("button", { name: money(200_000) }));
    await hand.press(page.getByRole("button", { name: t("deposit.submit") }));
    await page.locator("img.qr").waitFor();
  },
  "a first order of a chosen service": async ({ page, t, count, hand, service }) => {
    await hand.type(page.getByLabel(t("link_kind.url"), { exact: true }), "https://www.tiktok.com/@kenh.moi");
    await hand.type(page.getByRole("combobox", { name: t("new_order.service") }), `${service.id}`);
    await hand.press(page.getByRole("listbox").getByRole("option").first());
    await hand.press(page.getByRole("button", { name: count(1000), exact: true }));
    await hand.press(page.getByRole("button", { name: t("new_order.submit"), exact: true }));
    await page.getByRole("button", { name: t("receipt.again") }).waitFor();
  },
  "a ticket about an order": async ({ page, t, hand }) => {
    await hand.press(foot(page, t, "orders"));
    await hand.press(page.locator("main tbody tr.row-of").first());
    await hand.press(page.getByRole("link", { name: t("order.problem") }));
    const dialog = page.getByRole("dialog");
    await hand.type(dialog.getByLabel(t("ticket.message")), "Đơn chưa lên, shop kiểm tra giúp em.");
    await hand.press(dialog.getByRole("button", { name: t("ticket.send") }));
    await page.waitForURL(/\/tickets\/\d+$/);
  },
};

/** Until the search has left few rows. */
const narrowed = (page) =>
  page.waitForFunction(() => {
    const { length } = document.querySelectorAll(".desk-table tbody tr");
    return location.search.includes("search=") && length > 0 && length < 10;
  });

/** The row of this thing, when it has been searched for. */
async function found(page, id) {
  await narrowed(page);
  const row = page.locator(`tr[data-id="${id}"]`);
  await row.waitFor();
  return row;
}

const foot = (page, t, entry) =>
  page.getByRole("navigation", { name: t("frame.often") }).getByRole("link", { name: t(`menu.${entry}`) });

/** Does the job in a browser of its own. */
async function timed(browser, panel, [who, look, which, home], job, known) {
  const context = await browser.newContext({ locale: "vi-VN", hasTouch: look === PHONE, isMobile: look === PHONE });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.request.post(`${panel.base}/api/auth/login`, { data: who });
  const page = await context.newPage();
  const hand = new Hand();
  const said = await seenAs(page, look, which);
  const go = (entry) => {
    hand.clicks += 1;
    return said.go(entry);
  };
  await page.goto(panel.base + home);
  await settled(page);
  await page.waitForLoadState("load");
  const begun = performance.now();
  await job({ ...known, ...said, go, page, hand, panel });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  await context.close();
  const { clicks, choices, keys, fields } = hand;
  return { clicks, choices, keys, fields, seconds };
}

const panel = await Panel.start({ mode: "demo --filled" });
const browser = await chromium.launch(config.use.launchOptions);
try {
  const admin = await panel.token(ADMIN);
  const { items: open } = await panel.ask("GET", "/api/admin/orders?status=in_progress", undefined, admin);
  panel.services = async () => (await panel.ask("GET", "/api/admin/services?limit=100", undefined, admin)).items;
  panel.refunded = async (id) => (await panel.ask("GET", `/api/admin/orders/${id}`, undefined, admin)).refunded;
  const { items: users } = await panel.ask("GET", `/api/admin/users?search=${CUSTOMER.login}`, undefined, admin);
  const gift = { amount: 5_000_000, reason: "to order with" };
  await panel.ask("PUT", `/api/admin/users/${users[0].id}/balance`, gift, admin);
  const service = (await panel.services()).find(({ active, category }) => active && category.startsWith("TikTok"));
  const known = { orders: { open: open[0].id }, service };
  const table = {};
  for (const [jobs, how] of [
    [OPERATOR, [ADMIN, DESK, "admin", "/admin"]],
    [ON_A_PHONE, [CUSTOMER, PHONE, "app", "/"]],
  ])
    for (const [name, job] of Object.entries(jobs)) {
      table[name] = await timed(browser, panel, how, job, known).catch((cause) => {
        throw new Error(`"${name}" does not reach its end`, { cause });
      });
    }
  console.table(table);
} finally {
  await browser.close();
  await panel.stop();
}
