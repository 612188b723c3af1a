// What a provider lists, in the pages: whose currency nobody knows, and descriptions with their lines.
import { violations } from "./axe.mjs";
import { ADMIN, choose, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";
import { HOSTILE, markup, tooWide } from "./typed.mjs";

const IMPORT = "/api/admin/services/import";

test("prices in a currency nobody knows are taken only by somebody's word", async ({ page, open, watch }) => {
  const panel = await open({ env: SHOP });
  watch.announce(422, IMPORT);
  const sent = [];
  // As if the balance could not be read.
  await page.route(`**${IMPORT}`, async (route) => {
    const body = route.request().postDataJSON();
    if (!body) return route.fallback();
    sent.push(body.currency_is_vnd);
    if (body.currency_is_vnd) return route.fallback();
    const message = "its balance does not tell the currency";
    const errors = [{ field: "provider_id", message, rule: "currency_unknown", values: { provider_id: 1 } }];
    const problem = { type: "about:blank", status: 422, code: "validation_failed", errors };
    return route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/import`);
  const word = page.getByLabel("Giá của nhà cung cấp này tính bằng VND");
  const look = page.getByRole("button", { name: "Xem trước" });
  await expect(look).toBeVisible();
  await expect(word).toHaveCount(0);
  await look.click();
  await word.check();
  await look.click();
  await page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ }).click();
  await expect(page.getByText("Đã nhập xong")).toBeVisible();
  expect(sent).toEqual([undefined, true, true]);
});

test("a preview of another mark-up is not taken over, and a search chooses only what it finds", async ({
  page,
  shop,
}) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  const take = page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ });
  const count = async () => Number((await take.textContent()).match(/\d+/)[0]);
  const all = await count();
  await page.getByLabel("Tìm").fill("TikTok Starter Package");
  // The head, its category, and the line.
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.getByRole("button", { name: "Bỏ chọn hết" }).click();
  expect(await count()).toBe(all - 1);
  await page.getByRole("button", { name: "Chọn hết", exact: true }).click();
  expect(await count()).toBe(all);
  await page.getByLabel("Tìm").fill("không có dịch vụ này");
  await expect(page.getByText("Không tìm thấy gì")).toBeVisible();
  await page.getByLabel("Cộng thêm").fill("50");
  await expect(page.getByText("Bản xem trước là của nhà cung cấp hoặc mức cộng thêm khác")).toBeVisible();
  await expect(take).toBeHidden();
  await page.getByLabel("Cộng thêm").fill("30");
  await expect(take).toBeVisible();
});

test("a preview says how each line would be ordered", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/import`);
  await page.getByRole("button", { name: "Xem trước" }).click();
  for (const [name, type] of [
    ["TikTok Starter Package", "TikTok · Gói"],
    ["Facebook Poll Votes", "Facebook · Bình chọn"],
  ])
    await expect(page.getByRole("row", { name: new RegExp(name) }).getByText(type)).toBeVisible();
});

test("a description stays open while a search lets other categories go", async ({ page, shop }) => {
  const name = `Mở ${Date.now()}`;
  await shop.service({ name: `Trước ${name}`, category: "A", description: "Một" });
  await shop.service({ name, category: "Z", description: "Hai" });
  await page.goto(`${shop.base}/services`);
  const details = page.getByRole("row", { name }).locator("details").last();
  await details.locator("summary").click();
  await expect(details.getByText("Hai")).toBeVisible();
  await page.getByLabel("Tìm").first().fill(name);
  await page.getByLabel("Danh mục").selectOption("Z");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(details.getByText("Hai")).toBeVisible();
});

test("a description is shown as text, with its lines", async ({ page, shop }) => {
  const description = "Bắt đầu: 0-1 giờ\nLink: t.me/<username> <b>x</b>\n\nBảo hành: 30 ngày";
  const service = await shop.service({ name: "Mô tả nhiều dòng", description });
  await enter(page, shop.base, await shop.customer());
  for (const path of ["/services", "/"]) {
    await page.goto(shop.base + path);
    if (path === "/") await choose(page, service.name);
    else {
      await page.getByLabel("Tìm").first().fill(service.name);
      await page.locator("details", { hasText: "Bảo hành: 30 ngày" }).locator("summary").click();
    }
    const shown = page.locator(".description").filter({ visible: true });
    await expect(shown).toHaveText(description, { useInnerText: true });
    expect(await shown.evaluate((node) => node.innerText)).toBe(description);
  }
});

for (const look of LOOKS) {
  test(`of a list the new services are chosen, each category by one tick, ${look.name}`, async ({ page, open }) => {
    const panel = await open({ env: SHOP });
    const { t, count } = await seenAs(page, look, "admin");
    const admin = await panel.token(ADMIN);
    const known = await panel.ask("POST", IMPORT, { markup_percent: 10, service_ids: ["1", "2"] }, admin);
    expect(known.created).toBe(2);
    // One has become dearer; and a name that is none of the shop's.
    await page.route(`**${IMPORT}`, async (route) => {
      if (!route.request().postDataJSON()?.dry_run) return route.fallback();
      const answer = await route.fetch();
      const list = await answer.json();
      const [dearer] = list.items.filter((item) => item.action === "updated");
      dearer.cost_before = String(Number(dearer.cost) / 1.25);
      list.items.find((item) => item.action === "created").name = `${HOSTILE} ${"w".repeat(200)}`;
      return route.fulfill({ response: answer, json: list });
    });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin/import`);
    await page.getByLabel(t("import.markup")).fill("30");
    await page.getByRole("button", { name: t("import.look") }).click();
    const bar = page.getByRole("region", { name: t("import.chosen_label") });
    await expect(bar).toBeInViewport({ ratio: 1 });
    const { items } = await panel.ask("POST", IMPORT, { markup_percent: 30, dry_run: true }, admin);
    const fresh = items.filter(({ action }) => action === "created");
    await expect(bar.getByRole("status")).toHaveText(t("import.count.created", { count: count(fresh.length) }));
    const one = (id) => page.getByLabel(t("import.select", { id }), { exact: true });
    await expect(one("1")).not.toBeChecked();
    await expect(one(fresh[0].provider_service_id)).toBeChecked();
    await expect(page.getByText(t("import.dearer", { percent: "25%" }))).toBeVisible();
    expect(await violations(page)).toEqual([]);
    expect(await markup(page)).toEqual([]);
    expect(await tooWide(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `results/import-choice-${look.lang}.png` });

    // A category as a whole, by the keyboard alone.
    const { category } = items.find(({ provider_service_id }) => provider_service_id === "1");
    const group = page.getByRole("checkbox", { name: category }).first();
    await expect(group).toBeChecked({ indeterminate: true });
    await group.focus();
    await page.keyboard.press("Space");
    await expect(group).toBeChecked();
    await expect(one("1")).toBeChecked();
    await page.keyboard.press("Space");
    await expect(one("1")).not.toBeChecked();
    const inGroup = fresh.filter((line) => line.category === category).length;
    await expect(bar.getByRole("status")).toHaveText(
      t("import.count.created", { count: count(fresh.length - inGroup) }),
    );
    // What has changed is one press more, and shown by itself.
    await bar.getByRole("button", { name: t("import.choose_changed", { count: 2 }) }).click();
    await page.getByRole("button", { name: new RegExp(`^${t("import.action.updated")}`) }).click();
    await expect(page.getByRole("checkbox", { name: t("import.select", { id: "" }).trim() })).toHaveCount(2);
    await bar.getByRole("button", { name: t("import.take", { count: count(fresh.length - inGroup + 2) }) }).click();
    await expect(page.getByText(t("import.done"))).toBeVisible();
    const stored = await panel.ask("GET", "/api/services");
    expect(stored.items).toHaveLength(fresh.length - inGroup + 2);
  });
}
