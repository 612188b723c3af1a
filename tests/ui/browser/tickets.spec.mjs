// A customer asks the support about an order, and is answered: both sides see it without a reload.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { HOSTILE, TURNED, markup, tooWide } from "./typed.mjs";

const BY_HAND = { provider_id: null, provider_service_id: null, cost: null };

for (const look of LOOKS) {
  test(`a customer reports an order and is answered with a canned answer, ${look.name}`, async ({
    page,
    open,
    newPage,
  }) => {
    const panel = await open({ env: SHOP });
    const customer = await seenAs(page, look, "app");
    const service = await panel.service(BY_HAND);
    const lan = await panel.customer(100_000);
    const wish = { service_id: service.id, link: "https://example.com/a", quantity: 1000 };
    const order = await panel.ask("POST", "/api/orders", wish, lan.token);

    // From the order, which is filled in.
    await enter(page, panel.base, lan);
    await page.goto(`${panel.base}/orders/${order.id}`);
    await page.getByRole("link", { name: customer.t("order.problem") }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel(customer.t("ticket.orders"))).toHaveValue(`${order.id}`);
    await expect(dialog.getByLabel(customer.t("ticket.subject"))).toHaveValue(
      customer.t("ticket.about_order", { id: order.id }),
    );
    await dialog.getByRole("button", { name: customer.t("ticket.send") }).click();
    await expect(dialog.getByText(customer.t("common.missing"))).toBeVisible();
    await dialog.getByLabel(customer.t("ticket.message")).fill(`${TURNED}\n${HOSTILE}`);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: customer.t("ticket.send") }).click();
    await expect(page).toHaveURL(/\/tickets\/1$/);
    const talk = page.locator(".talk li");
    await expect(talk).toHaveCount(1);
    await expect(page.locator("dd").getByRole("link", { name: `${order.id}`, exact: true })).toBeVisible();
    expect(await markup(page)).toEqual([]);

    // At the desk: it waits, is taken, and answered with a canned answer.
    const desk = await newPage();
    const { t, go } = await seenAs(desk, look, "admin");
    await enter(desk, panel.base, ADMIN);
    await desk.goto(`${panel.base}/admin`);
    await expect(desk.getByText(t("tasks.what.tickets", { count: 1 }))).toBeVisible();
    await go("tickets");
    await desk.getByRole("button", { name: t("tickets.canned_add") }).click();
    const made = desk.getByRole("dialog");
    await made.getByLabel(t("tickets.canned_title")).fill("Busy");
    await made.getByLabel(t("ticket.message")).fill("Please wait\nfor a day.");
    await made.getByRole("button", { name: t("common.save") }).click();
    await expect(desk.getByText("Please wait")).toBeVisible();
    expect(await violations(desk)).toEqual([]);
    const called = customer.t("ticket.about_order", { id: order.id });
    const row = desk.getByRole("row").filter({ hasText: called });
    // On a phone the whole card leads there.
    await row.waitFor();
    const card = row.locator(".card-open");
    await ((await card.count()) ? card : row.getByRole("link", { name: called })).click();
    await expect(desk.getByRole("link", { name: `${order.id}`, exact: true })).toHaveAttribute(
      "href",
      `/admin/orders/${order.id}`,
    );
    await desk.getByRole("button", { name: t("tickets.take") }).click();
    await expect(desk.getByRole("button", { name: t("tickets.let_go") })).toBeVisible();
    await desk.getByLabel(t("tickets.canned")).selectOption("Busy");
    const answer = desk.getByLabel(t("ticket.reply_label"));
    await expect(answer).toHaveValue("Please wait\nfor a day.");
    expect(await violations(desk)).toEqual([]);
    expect(await markup(desk)).toEqual([]);
    expect(await tooWide(desk)).toBe(0);
    await desk.getByRole("button", { name: t("ticket.send") }).click();
    await expect(desk.locator("dd").getByText(t("status.ticket.answered"))).toBeVisible();
    await expect(answer).toHaveValue("");

    // The customer sees it at once, from the site and not from an admin, and goes on.
    await expect(talk).toHaveCount(2);
    await expect(talk.nth(1)).toContainText("Please wait");
    await expect(talk.nth(1)).not.toContainText(ADMIN.login);
    await expect(page.locator("dd").getByText(customer.t("status.ticket.answered"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toBe(0);
    await page.getByLabel(customer.t("ticket.reply_label")).fill("Thanks");
    await page.getByRole("button", { name: customer.t("ticket.send") }).click();
    await expect(talk).toHaveCount(3);
    await expect(desk.locator(".talk li")).toHaveCount(3);
    await page.getByRole("button", { name: customer.t("ticket.close") }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: customer.t("ticket.close") })
      .click();
    await expect(page.getByText(customer.t("ticket.closed_note"))).toBeVisible();
    await expect(page.getByLabel(customer.t("ticket.reply_label"))).toHaveCount(0);
    await expect(desk.getByRole("button", { name: t("tickets.reopen") })).toBeVisible();
  });
}

test("an answer that was not read is marked in the list, and what cannot be asked is said", async ({
  page,
  open,
  watch,
}) => {
  watch.announce(422, "/api/tickets");
  const panel = await open({ env: SHOP });
  const { t, go } = await seenAs(page, LOOKS[0], "app");
  const lan = await panel.customer();
  const admin = await panel.token(ADMIN);
  const ticket = await panel.ask("POST", "/api/tickets", { subject: "Hỏi giá", message: "Bao nhiêu?" }, lan.token);
  await enter(page, panel.base, lan);
  await page.goto(`${panel.base}/`);
  await go("tickets");
  await expect(page.getByText(t("ticket.unread"), { exact: true })).toHaveCount(0);
  await panel.ask("POST", `/api/admin/tickets/${ticket.id}/replies`, { message: "Rẻ thôi" }, admin);
  await expect(page.getByText(t("ticket.unread"), { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Hỏi giá" }).click();
  await expect(page.getByText("Rẻ thôi")).toBeVisible();
  await go("tickets");
  await expect(page.getByText(t("ticket.unread"), { exact: true })).toHaveCount(0);

  await page.getByRole("button", { name: t("ticket.new") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t("ticket.subject")).fill("Đơn");
  await dialog.getByLabel(t("ticket.message")).fill("Chậm");
  await dialog.getByLabel(t("ticket.orders")).fill("abc");
  await dialog.getByRole("button", { name: t("ticket.send") }).click();
  await expect(dialog.getByText(t("ticket.orders_wrong"))).toBeVisible();
  await dialog.getByLabel(t("ticket.orders")).fill("4711");
  await dialog.getByRole("button", { name: t("ticket.send") }).click();
  await expect(dialog.getByText(t("rule.no_such"))).toBeVisible();
  await dialog.getByLabel(t("ticket.orders")).fill("");
  await dialog.getByRole("button", { name: t("ticket.send") }).click();
  await expect(page).toHaveURL(/\/tickets\/2$/);
});
