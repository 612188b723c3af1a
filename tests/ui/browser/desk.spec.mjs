// Lists of the desk: many rows of one line, by the pointer and by the keyboard, and the one that is open beside them.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { small, watchShifts, wholeRows } from "./phone.mjs";
import { settled, tooWide } from "./typed.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };
const DESK = { lang: "vi", size: { width: 1440, height: 900 }, colorScheme: "light" };
const NAME = "🔥 Facebook Followers | Max 500K | 30 Days Refill ♻️ | Instant | Speed 50K/day";
const LONG = "w".repeat(32);

/** A shop with more of everything than fits on a screen. */
async function stocked(panel, orders = 60) {
  const service = await panel.service({ ...byHand, name: NAME });
  const lan = await panel.customer(900_000_000, LONG);
  const ids = [];
  for (let one = 0; one < orders; one++) {
    const link = `https://www.facebook.com/permalink.php?story_fbid=pfbid${one}aVeryLongStory`;
    const wish = { service_id: service.id, link, quantity: 1000 + one };
    ids.push((await panel.ask("POST", "/api/orders", wish, lan.token)).id);
  }
  return { service, lan, ids: ids.toReversed() };
}

/** Rows that are seen whole, between the head and the foot; the highest of all; and cells that are cut though nothing
 * says how they go on. */
const measured = (page) =>
  page.evaluate(() => {
    const box = (one) => one.getBoundingClientRect();
    const rows = [...document.querySelectorAll(".desk-table tbody tr")];
    const [top, bottom] = [
      box(document.querySelector(".desk-table thead th")).bottom,
      box(document.querySelector(".desk-foot")).top,
    ];
    const whole = rows.filter((row) => box(row).top >= top - 1 && box(row).bottom <= bottom + 1);
    const cells = rows.flatMap((row) => [...row.querySelectorAll("td")]);
    const isCut = (cell) => cell.scrollWidth > cell.clientWidth + 1 && !cell.title;
    return {
      whole: whole.length,
      highest: Math.max(...rows.map((row) => box(row).height)),
      cut: cells.filter(isCut).map((cell) => cell.textContent),
    };
  });

test("a screen holds seventeen orders, a small one fourteen, and nothing is cut off", async ({ page, open }) => {
  test.setTimeout(120_000);
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, DESK, "admin");
  await stocked(panel);
  await enter(page, panel.base, ADMIN);
  for (const [width, height, least] of [
    [1440, 900, 17],
    [1280, 800, 14],
  ]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(`${panel.base}/admin/orders`);
      await settled(page);
      const { whole, highest, cut } = await measured(page);
      expect(whole, `rows at ${width} px`).toBeGreaterThanOrEqual(least);
      expect(highest).toBeLessThanOrEqual(44);
      expect(cut).toEqual([]);
      expect(await tooWide(page)).toBeLessThanOrEqual(0);
      expect(await violations(page), `axe, ${colorScheme}`).toEqual([]);
      await page.screenshot({ path: `results/desk-orders-${width}-${colorScheme}.png` });
    }
  }
  // The head stays in sight, and so does what the rows are done with.
  const head = page.getByRole("columnheader", { name: t("orders.id"), exact: true });
  await page.mouse.wheel(0, 900);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(300);
  await expect(head).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("button", { name: t("common.more") })).toBeInViewport({ ratio: 1 });
  // What is not seen of a name is in its tooltip.
  await expect(page.getByTitle(LONG, { exact: true }).first()).toBeVisible();
  await expect(page.getByText("Facebook Followers", { exact: true }).first()).toBeVisible();
});

test("every list of the desk has rows of one line, on a small desk too", async ({ page, open }) => {
  test.setTimeout(240_000);
  const panel = await open({ env: SHOP });
  await seenAs(page, { ...DESK, size: { width: 1280, height: 800 } }, "admin");
  const { lan } = await stocked(panel, 15);
  const admin = await panel.token(ADMIN);
  for (let one = 0; one < 15; one++) {
    await panel.service({ name: `${NAME} ${one}`, category: LONG, active: one % 2 === 0 });
    await panel.customer(1_234_567_890, `${"m".repeat(29)}${one}`);
    await panel.transfer(4_000_000_000 + one, 123_456_789, `NGUYEN VAN LAN ${LONG} ${one}`);
  }
  for (let one = 0; one < 9; one++) {
    const { id } = await panel.ask("POST", "/api/payment/deposit", { amount: 99_000_000 }, lan.token);
    if (one % 2) await panel.ask("PUT", `/api/admin/deposits/${id}/reject`, { note: `${LONG} ${LONG}` }, admin);
    await panel.ask("POST", "/api/tickets", { subject: `${LONG} ${LONG} ${one}`, message: "Help" }, lan.token);
  }
  await enter(page, panel.base, ADMIN);
  for (const [path, least] of [
    ["services", 14],
    ["users", 15],
    ["deposits", 9],
    ["bank", 14],
    ["ledger", 15],
    ["tickets", 9],
  ]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(`${panel.base}/admin/${path}`);
      await settled(page);
      expect.soft(await violations(page), `axe on ${path}, ${colorScheme}`).toEqual([]);
    }
    const { whole, highest, cut } = await measured(page);
    expect.soft(whole, path).toBeGreaterThanOrEqual(least);
    expect.soft(highest, path).toBeLessThanOrEqual(44);
    expect.soft(cut, path).toEqual([]);
    expect.soft(await tooWide(page), path).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `results/desk-${path}.png` });
  }
  // Columns go before anything is cut off: on a small window, and beside what is open.
  const over = () =>
    page.evaluate(
      () => document.querySelector(".desk-table").offsetWidth - document.querySelector(".desk-main").clientWidth,
    );
  for (const path of ["orders", "services", "users", "deposits", "bank", "ledger", "tickets"]) {
    await page.setViewportSize({ width: 768, height: 800 });
    await page.goto(`${panel.base}/admin/${path}`);
    await settled(page);
    expect.soft(await over(), `${path} at 768 px`).toBeLessThanOrEqual(0);
    if (["users", "tickets"].includes(path)) continue;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.locator(".desk-table tbody tr").first().press("Enter");
    await expect(page.locator(".desk-side")).toBeVisible();
    expect.soft(await over(), `${path} beside what is open`).toBeLessThanOrEqual(0);
    expect.soft((await measured(page)).cut, `${path} beside what is open`).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${panel.base}/admin/audit`);
  await settled(page);
  const entries = await page.locator(".audit > li").evaluateAll((all) => all.map((one) => one.offsetHeight));
  expect(Math.max(...entries)).toBeLessThanOrEqual(44);
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
});

test("a list is walked, ticked and opened by the keyboard", async ({ page, open, watch }) => {
  // What is searched for while it is typed may still be too short.
  watch.allow(422, "/api/admin/orders");
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, DESK, "admin");
  const { ids } = await stocked(panel, 8);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/orders`);
  await settled(page);
  const row = (id) => page.locator(`tr[data-id="${id}"]`);
  const side = (id) => page.getByRole("region", { name: t("orders.one", { id }), exact: true });
  const ticked = (count) => page.getByRole("region", { name: t("orders.selected", { count }) });
  await page.keyboard.press("j");
  await expect(row(ids[0])).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(ticked(1)).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  await expect(ticked(3)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  // From the rows to what can be done with them.
  await page.keyboard.press("b");
  await expect(ticked(3).locator(".desk-bulk-actions button:enabled").first()).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(side(ids[2])).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`open=${ids[2]}`));
  // Who walks on reads on, and the history grows by one step only.
  await page.keyboard.press("j");
  await expect(side(ids[3])).toBeVisible();
  await expect(row(ids[3])).toBeFocused();
  await page.goBack();
  await expect(page.locator(".desk-side")).toHaveCount(0);
  await page.goForward();
  await expect(side(ids[3])).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".desk-side")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(ticked(3)).toHaveCount(0);
  // A figure is a tab.
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/review=true/);
  await expect(page.getByText(t("orders.none"))).toBeVisible();
  await page.keyboard.press("1");
  await expect(row(ids[0])).toBeVisible();
  // Within a field a letter is a letter.
  await page.keyboard.press("/");
  const search = page.getByLabel(t("orders.search"));
  await expect(search).toBeFocused();
  await page.keyboard.type("jxjx");
  await expect(search).toHaveValue("jxjx");
  await expect(ticked(1)).toHaveCount(0);
  await page.getByRole("button", { name: t("desk.all_off", { count: 1 }) }).click();
  await expect(row(ids[0])).toBeVisible();
  // From page to page by two keys; the second one is none of the list's.
  await page.getByRole("heading", { name: t("orders.title") }).focus();
  await page.keyboard.press("j");
  for (const [key, where] of [
    ["s", "services"],
    ["n", "announcements"],
    ["l", "ledger"],
    ["a", "audit"],
    ["c", "settings"],
    ["o", "orders"],
  ]) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(page).toHaveURL(`${panel.base}/admin/${where}`);
    await settled(page);
  }
  await expect(row(ids[0])).toBeVisible();
  // The keys are told, and letters can be switched off.
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: t("desk.keys") });
  await help.getByLabel(t("desk.letters")).uncheck();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: t("orders.title") }).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(ticked(1)).toHaveCount(0);
});

test("an order opens beside the list, is changed there, and its address is handed on", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t, money } = await seenAs(page, DESK, "admin");
  const { ids } = await stocked(panel, 5);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/orders`);
  await settled(page);
  const row = page.locator(`tr[data-id="${ids[1]}"]`);
  const before = await row.boundingBox();
  await row.getByText("Facebook Followers").click();
  const side = page.getByRole("region", { name: t("orders.one", { id: ids[1] }), exact: true });
  await expect(side.getByText(NAME, { exact: true })).toBeVisible();
  await expect(side.getByText(t("order.timeline"), { exact: true })).toBeVisible();
  expect(await row.boundingBox(), "the row under the pointer stays").toMatchObject({ y: before.y, height: 40 });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page), `axe, ${colorScheme}`).toEqual([]);
  }
  await page.screenshot({ path: "results/desk-side.png" });
  await side.getByRole("button", { name: t("orders.set_status") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t("orders.status"), { exact: true }).selectOption("canceled");
  await expect(
    dialog.getByText(t("order_actions.refund", { name: LONG, amount: money(10_030), charge: money(10_030) })),
  ).toBeVisible();
  await dialog.getByRole("button", { name: t("order_actions.set") }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row.getByText(t("status.order.canceled"), { exact: true })).toBeVisible();
  await expect(side.locator(".badge").getByText(t("status.order.canceled"), { exact: true })).toBeVisible();
  // Nothing of it ran.
  await expect(row.getByText(/^0 \/ /)).toBeVisible();
  await page.reload();
  // The whole of it, not what stands there while it is read.
  await expect(side.getByText(NAME, { exact: true })).toBeVisible();
  // On a small window it lies over the list, and on a phone it is all there is.
  for (const width of [1000, 390, 360]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    const box = await side.boundingBox();
    expect(Math.round(box.x + box.width)).toBe(width);
  }
  await side.getByRole("link", { name: t("desk.own_page") }).click();
  await expect(page).toHaveURL(`${panel.base}/admin/orders/${ids[1]}`);
});

test("who comes back finds the rows, the place and the chosen columns", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, DESK, "admin");
  // Scrolled at once.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await stocked(panel, 70);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/orders`);
  await settled(page);
  await page.getByRole("button", { name: t("desk.columns") }).click();
  const group = page.getByRole("group", { name: t("desk.columns") });
  await group.getByLabel(t("orders.profit")).uncheck();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(group).toBeHidden();
  const profit = page.getByRole("columnheader", { name: t("orders.profit") });
  await expect(profit).toHaveCount(0);
  const rows = page.locator(".desk-table tbody tr");
  await page.getByRole("button", { name: t("common.more") }).click();
  await expect(rows).toHaveCount(70);
  const far = rows.nth(60);
  await far.evaluate((row) => row.scrollIntoView({ block: "center" }));
  await far.getByRole("link", { name: LONG }).focus();
  const scrolled = await page.evaluate(() => scrollY);
  expect(scrolled).toBeGreaterThan(1500);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/admin\/users\//);
  await page.goBack();
  await expect(rows).toHaveCount(70);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(scrolled);
  await page.reload();
  await settled(page);
  await expect(profit).toHaveCount(0);
});

test("on a phone orders are cards, and what is pressed is large", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, { ...DESK, size: { width: 390, height: 844 } }, "admin");
  const { ids } = await stocked(panel, 12);
  const card = page.getByRole("link", { name: `${t("orders.title")} ${ids[0]}`, exact: true });
  await enter(page, panel.base, ADMIN);
  for (const width of [390, 360]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${panel.base}/admin/orders?provider_id=1&from=2020-01-01`);
    await page.getByRole("button", { name: t("orders.provider") }).click();
    await expect(card).toBeVisible();
    await page.getByRole("button", { name: t("desk.filter"), exact: true }).click();
    await expect(page.getByLabel(t("common.from"))).toHaveValue("2020-01-01");
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    const pressed = page.locator(".desk-filters :is(.btn, .desk-chip, input[type=search])");
    for (const one of await pressed.all()) expect((await one.boundingBox()).height).toBeGreaterThanOrEqual(44);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
  }
  await card.click();
  const side = page.getByRole("region", { name: t("orders.one", { id: ids[0] }), exact: true });
  await expect(side).toContainText(NAME);
  await expect(page).toHaveURL(new RegExp(`open=${ids[0]}$`));
  expect(await small(page), "touched with a thumb").toEqual([]);
  await side.getByRole("button", { name: t("common.close") }).click();
  await expect(page.locator(`tr[data-id="${ids[0]}"]`)).toBeFocused();
  await card.click();
  await side.getByRole("link", { name: t("desk.own_page") }).click();
  await expect(page).toHaveURL(`${panel.base}/admin/orders/${ids[0]}`);
});

test("a phone shows many rows of every list, nothing moves, nothing is too small for a thumb", async ({
  page,
  open,
}) => {
  test.setTimeout(120_000);
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, { lang: "en", size: { width: 390, height: 844 }, colorScheme: "dark" }, "admin");
  const { lan } = await stocked(panel, 12);
  for (let at = 0; at < 8; at++) {
    await panel.service({ ...byHand, name: `${NAME} ${at}` });
    await panel.customer();
    await panel.ask("POST", "/api/payment/deposit", { amount: 20_000 + at }, lan.token);
    await panel.transfer(Date.now() * 100 + at, 5000, `memo ${at}`);
  }
  await enter(page, panel.base, ADMIN);
  await watchShifts(page);
  // As a line to a phone is: the answers come when the page has been seen for a while.
  await page.route(/\/api\/admin\//, async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  for (const [path, least] of [
    ["orders", 8],
    ["services", 7],
    ["users", 8],
    ["deposits", 4],
    ["bank", 4],
    ["ledger", 8],
  ]) {
    await page.goto(`${panel.base}/admin/${path}`);
    await settled(page);
    await page.waitForTimeout(700);
    expect.soft(await wholeRows(page), `whole rows of ${path}`).toBeGreaterThanOrEqual(least);
    const { sum, by } = await page.evaluate(() => window.moved);
    expect.soft(sum, `${path} moves: ${JSON.stringify(by)}`).toBeLessThan(0.05);
    expect.soft(await small(page), `too small on ${path}`).toEqual([]);
    expect.soft(await tooWide(page), `${path} is wider than the phone`).toBeLessThanOrEqual(0);
    expect.soft(await violations(page), `axe on ${path}`).toEqual([]);
  }
  await page.goto(`${panel.base}/admin/services`);
  const pick = page.getByRole("row").first().getByRole("checkbox");
  await pick.check();
  await expect(page.getByRole("region", { name: t("services.selected", { count: 1 }) })).toBeVisible();
});
