// What was bought is bought once more: the form comes back with all that the order was given.
import { LOOKS, seenAs } from "./looks.mjs";
import { daysAhead, enter, expect, test } from "./fixtures.mjs";

/** What is given for a field. */
function valueOf(type, { name, kind, min = 1, choices }) {
  if (kind === "link") return `https://example.com/${type}`;
  if (kind === "integer") return min + 1;
  if (kind === "date") return daysAhead(30);
  if (kind === "lines") return Array.from({ length: min }, (_, at) => `${name}_${at}`).join("\n");
  return kind === "choice" ? choices[0] : `${name}_x`;
}

/** A whole order of a service, as the API takes it. */
function wishOf(service) {
  const all = Object.fromEntries(service.fields.map((field) => [field.name, valueOf(service.type, field)]));
  const taken = service.fields.filter(({ only_with: only }) => !only || all[only.field] === only.value);
  return { service_id: service.id, ...Object.fromEntries(taken.map(({ name }) => [name, all[name]])) };
}

/** What the form sends when it is submitted as it stands. */
async function sentAgain(page, demo, t, id) {
  await page.goto(`${demo.base}/orders/${id}`);
  await page.getByRole("link", { name: t("orders.again") }).click();
  const isOrder = (request) => request.method() === "POST" && request.url().endsWith("/api/orders");
  const sent = page.waitForRequest(isOrder);
  // A link that is running is warned of once.
  const anyway = page.getByRole("button", { name: t("new_order.submit_anyway"), exact: true });
  await page
    .getByRole("button", { name: t("new_order.submit"), exact: true })
    .or(anyway)
    .click();
  const warned = anyway.waitFor().then(() => anyway.click());
  await Promise.race([sent, warned]);
  warned.catch(() => {});
  const { expected_charge: _, ...body } = (await sent).postDataJSON();
  return body;
}

for (const look of LOOKS) {
  test(`every type is ordered again as it was, ${look.name}`, async ({ page, open }) => {
    test.setTimeout(240_000);
    const { t } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    const demoUser = { login: "demo", password: "demo-password" };
    await enter(page, demo.base, demoUser);
    const token = await demo.token(demoUser);
    const admin = await demo.token({ login: "admin", password: "admin-password" });
    const { id: user } = await demo.ask("GET", "/api/auth/me", undefined, token);
    await demo.ask("PUT", `/api/admin/users/${user}/balance`, { amount: 10_000_000, reason: "test" }, admin);
    const services = (await demo.ask("GET", "/api/services")).items;
    const byType = new Map(services.map((one) => [one.type, one]));
    for (const service of byType.values()) {
      const wish = wishOf(service);
      const { id } = await demo.ask("POST", "/api/orders", wish, token);
      expect(await sentAgain(page, demo, t, id), service.type).toEqual(wish);
    }
  });

  test(`runs and a time ahead come back, ${look.name}`, async ({ page, open }) => {
    const { t } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    const demoUser = { login: "demo", password: "demo-password" };
    await enter(page, demo.base, demoUser);
    const token = await demo.token(demoUser);
    const { items } = await demo.ask("GET", "/api/services");
    const wish = wishOf(items.find(({ dripfeed }) => dripfeed));
    const fed = { ...wish, link: "https://example.com/fed", runs: 3, interval: 65 };
    const parent = await demo.ask("POST", "/api/orders", fed, token);
    // To the minute, as the form has it.
    const at = new Date(Math.ceil(Date.now() / 60_000 + 120) * 60_000).toISOString();
    const later = { ...wish, link: "https://example.com/later", start_at: at };
    const scheduled = await demo.ask("POST", "/api/orders", later, token);
    expect(await sentAgain(page, demo, t, scheduled.id)).toEqual(later);

    await page.goto(`${demo.base}/orders/${parent.id}`);
    await page.getByRole("link", { name: t("orders.again") }).click();
    await expect(page.getByLabel(t("new_order.drip_feed"))).toBeChecked();
    await page.screenshot({ path: `results/again-${look.lang}.png`, fullPage: true });
    expect(await sentAgain(page, demo, t, parent.id)).toEqual(fed);
    // A run is no order that can be bought: it leads to all of them.
    const runs = async () => (await demo.ask("GET", `/api/orders?parent_id=${parent.id}`, undefined, token)).items;
    await expect.poll(async () => (await runs()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(await sentAgain(page, demo, t, (await runs())[0].id)).toEqual(fed);
  });
}
