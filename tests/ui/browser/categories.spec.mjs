// Categories: put in order by hand and by keys alone, renamed where they stand, hidden, merged and deleted; and what the
// form of a service says of a server.
import { violations } from "./axe.mjs";
import { ADMIN, buttonsOf, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };
const HOSTILE = `<img src=x onerror="alert(1)"> ${"rất dài ".repeat(12)}`;

/** A panel with these categories, each with a service, and its page. */
async function shown(page, open, look, names) {
  const panel = await open({ env: SHOP });
  const { t } = await seenAs(page, look, "admin");
  for (const name of names) await panel.service({ ...byHand, category: name, name: `${name} follow` });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/categories`);
  const list = page.getByRole("list", { name: t("categories.list") });
  await expect(list.getByRole("listitem")).toHaveCount(names.length);
  const stored = async () => {
    const { items } = await panel.ask("GET", "/api/admin/categories", undefined, await panel.token(ADMIN));
    return items.map(({ name }) => name);
  };
  const onPage = () => list.locator("bdi").allTextContents();
  const handle = (name) => list.getByRole("button", { name: t("categories.move", { name }), exact: true });
  return { panel, t, list, stored, onPage, handle };
}

for (const look of LOOKS) {
  test(`keys alone put categories in order, ${look.name}`, async ({ page, open }) => {
    const { t, stored, onPage, handle, list } = await shown(page, open, look, ["TikTok", "Facebook", "Zalo"]);
    expect(await violations(page)).toEqual([]);
    const said = page.locator("p[aria-live]");
    await handle("Zalo").focus();
    await page.keyboard.press("Space");
    await expect(said).toHaveText(t("categories.lifted", { name: "Zalo", place: 3, count: 3 }));
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(said).toHaveText(t("categories.at", { name: "Zalo", place: 1, count: 3 }));
    const top = async (name) => (await handle(name).boundingBox()).y;
    expect(await top("Zalo")).toBeLessThan(await top("TikTok"));
    await page.keyboard.press("Escape");
    await expect(said).toHaveText(t("categories.put_back", { name: "Zalo", place: 3 }));
    expect(await onPage()).toEqual(["TikTok", "Facebook", "Zalo"]);
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    await expect(said).toHaveText(t("categories.dropped", { name: "Zalo", place: 2, count: 3 }));
    await expect(handle("Zalo")).toBeFocused();
    await expect.poll(stored).toEqual(["TikTok", "Zalo", "Facebook"]);
    // From anywhere in a row, and as fast as one types.
    await list.getByRole("link", { name: "Facebook" }).focus();
    for (let press = 0; press < 2; press++) await page.keyboard.press("Alt+ArrowUp");
    await expect(said).toHaveText(t("categories.at", { name: "Facebook", place: 1, count: 3 }));
    await expect.poll(stored).toEqual(["Facebook", "TikTok", "Zalo"]);
    await expect(list.getByRole("link", { name: "Facebook" })).toBeFocused();
    await page.reload();
    await expect.poll(onPage).toEqual(["Facebook", "TikTok", "Zalo"]);
  });

  test(`a category is dragged, renamed, hidden, merged and deleted, ${look.name}`, async ({ page, open, watch }) => {
    watch.announce(409, "/api/admin/categories/1");
    const { panel, t, list, stored, onPage, handle } = await shown(page, open, look, ["TikTok", "Facebook", HOSTILE]);
    const names = ["TikTok", "Facebook", HOSTILE.trim()];
    await handle("TikTok").hover();
    await page.mouse.down();
    const last = await list.getByRole("listitem").last().boundingBox();
    await page.mouse.move(last.x + 20, last.y + last.height - 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(onPage).toEqual([names[1], names[2], names[0]]);
    await expect.poll(stored).toEqual([names[1], names[2], names[0]]);

    // Renamed where it stands: a name that is there is refused beside the field, Escape undoes.
    const edit = () => list.getByRole("button", { name: t("categories.edit", { name: "TikTok" }), exact: true });
    await edit().click();
    const field = page.getByLabel(t("categories.name"));
    await expect(field).toBeFocused();
    await field.fill("Facebook");
    await page.keyboard.press("Enter");
    await expect(page.getByText(t("refusal.category_name_taken"))).toBeVisible();
    await field.fill("X");
    await page.keyboard.press("Escape");
    await expect(edit()).toBeFocused();
    await page.keyboard.press("Enter");
    await field.fill("TikTok Việt Nam");
    await page.getByLabel(t("categories.icon")).selectOption("shopee");
    await page.getByRole("button", { name: t("common.save") }).click();
    await expect.poll(stored).toEqual([names[1], names[2], "TikTok Việt Nam"]);
    await expect(list.locator("use[href$='#brand-shopee']")).toHaveCount(1);
    const { items } = await panel.ask("GET", "/api/services");
    expect(items.map(({ category, category_icon }) => [category, category_icon]).at(-1)).toEqual([
      "TikTok Việt Nam",
      "shopee",
    ]);

    // Hidden after a question; its service is there for nobody.
    await list.getByRole("button", { name: t("categories.hide", { name: "Facebook" }) }).click();
    const question = page.getByRole("dialog");
    await expect(question).toContainText(t("categories.hide_text", { count: 1 }));
    await question.getByRole("button", { name: t("categories.hide_yes") }).click();
    await expect(list.getByText(t("categories.hidden"), { exact: true })).toBeVisible();
    expect((await panel.ask("GET", "/api/services")).items).toHaveLength(2);

    // Merged into the hidden one, of which it warns.
    await list.getByRole("button", { name: t("categories.merge", { name: "TikTok Việt Nam" }) }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("categories.merge_into")).selectOption({ label: "Facebook" });
    await expect(dialog.getByText(t("categories.merge_hidden"))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: t("categories.merge_yes", { count: 1 }) }).click();
    await expect.poll(onPage).toEqual([names[1], names[2]]);
    expect((await panel.ask("GET", "/api/services")).items).toHaveLength(1);

    // A new one is empty, and can be deleted.
    await page.getByRole("button", { name: t("categories.add") }).click();
    await field.fill("Telegram");
    await page.keyboard.press("Enter");
    await expect.poll(onPage).toEqual([names[1], names[2], "Telegram"]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(await violations(page)).toEqual([]);
    await list.getByRole("button", { name: t("categories.drop", { name: "Telegram" }) }).click();
    await expect.poll(onPage).toEqual([names[1], names[2]]);

    // And all of it stands in the log, in words.
    await page.goto(`${panel.base}/admin/audit`);
    const log = page.getByRole("main");
    for (const [key, values] of [
      ["audit.subject_of.categories", {}],
      ["audit.subject_of.category_named", { name: "Facebook" }],
    ])
      await expect(log.getByText(t(key, values)).first()).toBeVisible();
    await expect(log.getByText("category.", { exact: false })).toHaveCount(0);
  });

  test(`the form of a service says which server it is and how it runs, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t } = await seenAs(page, look, "admin");
    const service = await panel.service({ ...byHand, name: "Follow" });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/services`);
    const row = await buttonsOf(page.getByRole("row").filter({ hasText: "Follow" }));
    await row.getByRole("button", { name: t("services.edit"), exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("services.server")).fill("1000");
    await dialog.getByLabel(t("services.note")).fill("Việt, tài khoản thật");
    await dialog.getByLabel(t("services.state")).selectOption("maintenance");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog.locator("[name=server][aria-invalid=true]")).toBeVisible();
    await dialog.getByLabel(t("services.server")).fill("2");
    await dialog.getByRole("button", { name: t("common.save") }).click();
    await expect(dialog).toHaveCount(0);
    const stored = await panel.ask("GET", `/api/services/${service.id}`);
    expect([stored.server, stored.note, stored.state]).toEqual([2, "Việt, tài khoản thật", "maintenance"]);
  });
}
