// The list of services as a workbench: changed by filter with a look before, and edited where they stand.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { HOSTILE, markup, settled, tooWide } from "./typed.mjs";

const byHand = { provider_id: null, provider_service_id: null };
const [DESK] = LOOKS;
const LONG = `${"Dịch vụ rất dài ".repeat(15)}|`;

/** A panel with so many services of this name, more than a page of the list shows. */
async function stocked(open, count = 55) {
  const panel = await open({ env: SHOP });
  for (let at = 1; at <= count; at++) {
    const cost = at === 1 ? "9999" : "5000";
    const name = at === 2 ? `Follow ${HOSTILE}` : at === 3 ? `Follow ${LONG}` : `Follow ${at}`;
    await panel.service({ ...byHand, name, rate: "10000", cost });
  }
  return panel;
}

for (const look of LOOKS) {
  test(`all that the filter matches is looked at, then changed, ${look.name}`, async ({ page, open, watch }) => {
    test.setTimeout(120_000);
    watch.announce(409, "/api/admin/services/bulk");
    const panel = await stocked(open);
    const { t, money, count } = await seenAs(page, look, "admin");
    await panel.service({ ...byHand, name: "Likes", rate: "10000", cost: "5000" });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/services?search=follow`);
    await settled(page);
    const all = async () => (await panel.ask("GET", "/api/services")).items;
    const offer = page.getByRole("button", { name: t("services.choose_every", { count: count(55) }) });
    const boxes = page.getByRole("checkbox", { name: t("common.select_one", { id: "" }).trim() });
    await boxes.first().check();
    await expect(offer).toHaveCount(0);
    // More than are changed at once are not offered.
    const many = { json: { count: 1001 } };
    await page.route("**/api/admin/services/count*", (route) => route.fulfill(many), { times: 1 });
    await page.getByRole("button", { name: /50/ }).filter({ hasText: /50/ }).last().click();
    await expect(page.getByText(t("services.too_many"))).toBeVisible();
    await boxes.first().uncheck();
    await boxes.first().check();
    // The rows that are there, then all that match.
    await offer.click();
    const bar = page.getByRole("region", { name: t("services.every_selected", { count: count(55) }) });
    await expect(bar).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/workbench-every-${look.lang}.png` });
    // One less, and it is rows again.
    await boxes.first().uncheck();
    await expect(bar).toHaveCount(0);
    await boxes.first().check();
    await offer.click();

    await bar.getByRole("button", { name: t("services.prices") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("services.change")).selectOption("rate");
    await dialog.getByLabel(t("services.move")).fill("-10");
    const said = [t("services.plan_sum.change", { count: 54 }), t("services.plan_sum.refuse", { count: 1 })];
    await expect(dialog.getByText(said.join(" · "))).toBeVisible();
    await expect(dialog.getByText(t("services.obstacle.below_cost"))).toBeVisible();
    // However long the list is, the button is in sight with it.
    const confirm = dialog.getByRole("button", { name: t("order_actions.confirm") });
    await expect(confirm).toBeInViewport({ ratio: 1 });
    await expect(dialog.getByRole("row").nth(1)).toContainText(`${money(10_000)} → ${money(9000)}`);
    await expect(dialog.getByRole("row").last()).toContainText(t("services.obstacle.below_cost"));
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    expect(await markup(page)).toEqual([]);
    await page.screenshot({ path: `results/workbench-plan-${look.lang}.png` });
    expect((await all()).filter(({ rate }) => rate !== "10000")).toEqual([]);
    // One came meanwhile: nothing is done, and the plan shows it.
    await panel.service({ ...byHand, name: "Follow late", rate: "10000", cost: "5000" });
    await confirm.click();
    await expect(page.getByText(t("refusal.filter_matches", { matched: count(56) })).first()).toBeVisible();
    await expect(dialog.getByText(t("services.plan_sum.change", { count: 55 }))).toBeVisible();
    expect((await all()).filter(({ rate }) => rate !== "10000")).toEqual([]);
    await confirm.click();
    await expect(dialog).toHaveCount(0);
    const rates = (await all()).map(({ name, rate }) => [name.startsWith("Follow"), rate]);
    expect(rates.filter(([isFollow, rate]) => isFollow && rate === "9000")).toHaveLength(55);
    expect(rates.filter(([isFollow, rate]) => !isFollow && rate === "10000")).toHaveLength(1);
  });

  test(`the state of chosen services is set together, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    const made = [await panel.service({ ...byHand, name: "A" }), await panel.service({ ...byHand, name: "B" })];
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/services`);
    for (const { id } of made) await page.getByLabel(t("common.select_one", { id }), { exact: true }).check();
    await page.getByRole("button", { name: t("services.prices") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("services.change")).selectOption("state");
    await dialog.getByLabel(t("services.state"), { exact: true }).selectOption("slow");
    await expect(dialog.getByText(t("services.plan.changed"))).toHaveCount(2);
    const [before, now] = ["ok", "slow"].map((state) => t(`services.states.${state}`));
    await expect(dialog.getByText(`${before} → ${now}`)).toHaveCount(2);
    await dialog.getByRole("button", { name: t("order_actions.confirm") }).click();
    await expect(dialog).toHaveCount(0);
    const states = await Promise.all(made.map(({ id }) => panel.ask("GET", `/api/services/${id}`)));
    expect(states.map(({ state }) => state)).toEqual(["slow", "slow"]);
  });
}

test("a service is edited where it stands, by keys alone", async ({ page, open, watch }) => {
  const panel = await open({ env: SHOP });
  const { t, money } = await seenAs(page, DESK, "admin");
  const other = await panel.service({ ...byHand, name: "Other" });
  const service = await panel.service({ ...byHand, name: "Likes", rate: "10000", cost: "9000" });
  watch.announce(422, `/api/admin/services/${service.id}`);
  const stored = () => panel.ask("GET", `/api/services/${service.id}`);
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/services`);
  await settled(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText(t("desk.key.edit"))).toBeVisible();
  await page.keyboard.press("Escape");
  const fields = (name) => page.getByRole("textbox", { name: t(`services.${name}`), exact: true });
  const heads = () =>
    page.locator(".desk-table th").evaluateAll((all) => all.map((head) => [head.textContent, head.offsetWidth]));
  const before = await heads();
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await expect(fields("name")).toBeFocused();
  expect(await heads(), "no column moves").toEqual(before);
  await page.keyboard.type("Lượt thích");
  await page.keyboard.press("Tab");
  await expect(fields("rate")).toBeFocused();
  await page.keyboard.type("12.500");
  const understood = page.getByText(money(12_500), { exact: true });
  await expect(understood).toBeVisible();
  await expect(fields("rate")).toHaveAccessibleDescription(money(12_500));
  const [said, own] = [
    await understood.boundingBox(),
    await fields("rate").locator("xpath=ancestor::tr").boundingBox(),
  ];
  expect(said.y + said.height, "no figure of another row is covered").toBeLessThanOrEqual(own.y + own.height);
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: "results/workbench-inline.png" });
  await page.keyboard.press("Tab");
  await expect(fields("min")).toBeFocused();
  await page.keyboard.type("20");
  await page.keyboard.press("Tab");
  await expect(fields("max")).toBeFocused();
  await page.keyboard.type("1.000.000");
  await page.keyboard.press("Enter");
  await expect(fields("name")).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: "Lượt thích" });
  await expect(row).toBeFocused();
  await expect(row).toContainText(money(12_500));
  const { name, rate, min_quantity, max_quantity } = await stored();
  expect([name, rate, min_quantity, max_quantity]).toEqual(["Lượt thích", "12500", 20, 1_000_000]);

  // Escape leaves all as it was; what is wrong is said at its cell, whoever found it.
  await page.keyboard.press("F2");
  await page.keyboard.type("X");
  await page.keyboard.press("Escape");
  await expect(row).toBeFocused();
  expect((await stored()).name).toBe("Lượt thích");
  await page.keyboard.press("F2");
  await fields("name").fill(" ");
  await fields("min").fill("0");
  await page.keyboard.press("Enter");
  await expect(fields("name")).toHaveAttribute("aria-invalid", "true");
  await expect(fields("name")).toBeFocused();
  await expect(fields("min")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText(t("common.missing"), { exact: true })).toBeVisible();
  await page.screenshot({ path: "results/workbench-wrong.png" });
  await fields("name").fill(HOSTILE);
  await fields("min").fill("2000");
  await fields("max").fill("1000");
  await page.keyboard.press("Enter");
  await expect(fields("max")).toHaveAttribute("aria-invalid", "true");
  await fields("max").fill("3000");
  // Below the cost of what the best tier pays: there is no room for that question here.
  await fields("rate").fill("9500");
  await page.keyboard.press("Enter");
  await expect(page.getByText(t("services.inline_loss", { cost: money(9000) }))).toBeVisible();
  expect((await stored()).rate).toBe("12500");
  await fields("rate").fill("11000");
  // Another row asks before what was typed is thrown away.
  await page.getByRole("row").filter({ hasText: "Other" }).hover();
  await page.getByRole("button", { name: t("services.inline", { id: other.id }) }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(fields("rate")).toHaveValue("11000");
  await fields("rate").press("Enter");
  await expect(fields("name")).toHaveCount(0);
  expect([(await stored()).name, (await stored()).rate]).toEqual([HOSTILE, "11000"]);
  expect(await markup(page)).toEqual([]);
  expect(await violations(page)).toEqual([]);

  // And by the pointer, without anything changed.
  await page.getByRole("row").filter({ hasText: "Other" }).hover();
  await page.getByRole("button", { name: t("services.inline", { id: other.id }) }).click();
  await page.getByRole("button", { name: t("common.cancel"), exact: true }).click();
  await expect(fields("name")).toHaveCount(0);
});
