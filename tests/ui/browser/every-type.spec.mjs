// Every type of order: its form is drawn from what the service names, and an order of it goes through.
import { LOOKS, seenAs } from "./looks.mjs";
import { choose, daysAhead, enter, expect, test } from "./fixtures.mjs";

/** What is typed or chosen for a field. */
function valueOf(type, { name, kind, min = 1, choices }) {
  if (kind === "link") return `https://example.com/${type}`;
  if (kind === "integer") return String(min);
  if (kind === "date") return daysAhead(30);
  if (kind === "lines") return Array.from({ length: min }, (_, at) => `${name}_${at}`).join("\n");
  return kind === "choice" ? choices[0] : `${name} x`;
}

for (const look of LOOKS) {
  test(`every type is ordered by its form, ${look.name}`, async ({ page, open }) => {
    test.setTimeout(180_000);
    const { t } = await seenAs(page, look, "app");
    const demo = await open({ mode: "demo" });
    await enter(page, demo.base, { login: "demo", password: "demo-password" });
    const services = (await demo.ask("GET", "/api/services")).items;
    const byType = new Map(services.filter((one) => one.type !== "default").map((one) => [one.type, one]));
    expect(byType.size).toBe(18);
    for (const service of byType.values()) {
      await page.goto(demo.base);
      await choose(page, service.name, t("new_order.service"));
      const first = Object.fromEntries(service.fields.map((field) => [field.name, valueOf(service.type, field)]));
      for (const field of service.fields) {
        // What may be left out is.
        if (!field.required) continue;
        const only = field.only_with;
        const label = field.kind === "link" ? t(`link_kind.${service.link_kind}`) : t(`order_field.${field.name}`);
        const shown = field.kind === "lines" ? t("new_order.one_a_line", { label }) : label;
        const input = page.getByLabel(shown, { exact: true });
        if (only && first[only.field] !== only.value) {
          await expect(input, `${service.type} ${field.name}`).toHaveCount(0);
        } else if (field.kind === "choice") {
          await input.selectOption(first[field.name]);
        } else {
          await input.fill(first[field.name]);
        }
      }
      await page.getByRole("button", { name: t("new_order.submit"), exact: true }).click();
      await page.getByRole("link", { name: t("receipt.follow") }).click();
      await expect(page.getByText(service.name).first()).toBeVisible();
      const wide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
      expect(await page.evaluate(wide), `${service.type} is wider than the screen`).toBe(false);
    }
  });
}
