// How long services take and how their orders end, for customers and for the operator.
import { violations } from "./axe.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { ADMIN, buttonsOf, choose, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

for (const look of LOOKS) {
  test(`customers read how long a service takes, operators how it does, ${look.name}`, async ({
    page,
    newPage,
    open,
  }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "app");
    const service = await panel.service({ name: "Measured", provider_id: null, provider_service_id: null });
    const buyer = await panel.customer(500_000);
    const admin = await panel.token(ADMIN);
    const ends = ["completed", "completed", "completed", "completed", "completed", "canceled"];
    for (const [index, status] of ends.entries()) {
      const order = { service_id: service.id, link: `https://t.vn/${index}`, quantity: 100 };
      const { id } = await panel.ask("POST", "/api/orders", order, buyer.token);
      await panel.ask("PUT", `/api/admin/orders/${id}/status`, { status }, admin);
    }
    // The figures are made soon after a start.
    await panel.crash();
    await panel.startAgain();
    const known = async () => (await panel.ask("GET", `/api/services/${service.id}`)).average_seconds;
    await expect.poll(known).not.toBeNull();

    const usually = t("services.usually", { time: "" });
    await enter(page, panel.base, buyer);
    await page.goto(`${panel.base}/services`);
    await expect(page.getByRole("row", { name: "Measured" })).toContainText(usually);
    expect(await violations(page)).toEqual([]);
    await page.goto(panel.base);
    await choose(page, "Measured", t("new_order.service"));
    await expect(page.getByText(usually)).toBeVisible();
    expect(await violations(page)).toEqual([]);

    const desk = await newPage();
    const { t: ta } = await seenAs(desk, look, "admin");
    await enter(desk, panel.base, ADMIN);
    await desk.goto(`${panel.base}/admin/services`);
    // A desk of 1440 px has room for the bar, a phone in what the card opens.
    if (look.size.width > 768) await desk.setViewportSize({ width: 1440, height: 900 });
    const row = await buttonsOf(desk.getByRole("row").filter({ hasText: "Measured" }));
    await expect(row.getByRole("img")).toHaveAccessibleName(
      `${ta("status.order.completed")} 83%, ${ta("status.order.canceled")} 17%`,
    );
    await expect(row).toContainText(ta("services.ended", { count: 6 }));
    expect(await violations(desk)).toEqual([]);
    await desk.goto(`${panel.base}/admin/orders?slow=true`);
    const narrowed = desk.getByRole("button", { name: ta("orders.only_slow") });
    await expect(desk.getByText(ta("orders.none"))).toBeVisible();
    await narrowed.click();
    await expect(desk.locator("tr[data-id]")).toHaveCount(6);
    const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    expect(await desk.evaluate(wide), "wider than the screen").toBe(false);
  });
}
