// What can be done with a row is seen beside the menu of a small desk, without moving the table sideways.
import { violations } from "./axe.mjs";
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const DESK = { size: { width: 1280, height: 800 }, colorScheme: "light" };
/** By how many pixels each table is wider than its place. */
const spilled = () =>
  [...document.querySelectorAll(".table-responsive")].map((box) => box.scrollWidth - box.clientWidth);

for (const lang of ["vi", "en"]) {
  test(`no action of a service, an order in review or a transfer is cut off, ${lang}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, { ...DESK, lang }, "admin");
    const name = "Tăng lượt theo dõi TikTok, tài khoản thật, lên nhanh, bảo hành 30 ngày";
    const service = await panel.service({ name, refill: true, cancel: true });
    const lan = await panel.customer(10_000_000);
    // The practice provider never answers to it.
    const link = "https://www.tiktok.com/@somebody.with.a.long.name/video/hang";
    await panel.ask("POST", "/api/orders", { service_id: service.id, link, quantity: 100_000 }, lan.token);
    await panel.transfer(4711, 1_250_000, "NGUYEN VAN LAN chuyen tien mua dich vu thang 11");
    const admin = await panel.token(ADMIN);
    const parked = async () => (await panel.ask("GET", "/api/admin/orders?review=true", undefined, admin)).items.length;
    await expect.poll(parked).toBe(1);
    // As full as a row can be: figures of a month, a contradiction, a wish to cancel.
    const ends = { completed: 1234, partial: 56, canceled: 78, average_seconds: 93_600 };
    const kept = { service_id: service.id, ...ends, refills_completed: 120, refills_rejected: 34 };
    await page.route("**/api/admin/services/figures", (route) => route.fulfill({ json: { items: [kept] } }));
    await page.route("**/api/admin/orders?*", async (route) => {
      const answer = await route.fetch();
      const list = await answer.json();
      const wish = { requested_at: list.items[0].created_at, state: "asked", detail: null };
      const doubt = { code: "said", values: { said: "Canceled" } };
      const items = list.items.map((one) => ({ ...one, cancel: wish, contradiction_coded: doubt }));
      await route.fulfill({ response: answer, json: { ...list, items } });
    });
    await enter(page, panel.base, ADMIN);
    for (const [path, buttons] of [
      ["services", ["services.edit", "services.duplicate", "services.history", "services.turn_off"]],
      ["review", ["orders.resolve", "order.acknowledge", "bank.assign"]],
    ]) {
      await page.goto(`${panel.base}/admin/${path}`);
      for (const button of buttons)
        await expect(page.getByRole("button", { name: t(button), exact: true }).first()).toBeInViewport({ ratio: 1 });
      await page.screenshot({ path: `results/actions-${path}-${lang}.png`, fullPage: true });
      expect(Math.max(...(await page.evaluate(spilled))), path).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
  });
}
