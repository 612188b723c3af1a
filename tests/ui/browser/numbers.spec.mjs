// Numbers as people type them, in every field that takes one: what the field says below, and what is sent.
import { SPELLINGS } from "../cases/numbers.mjs";
import { ADMIN, buttonsOf, enter, expect, test, unfold } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";
import { SHOP } from "./panel.mjs";

const byHand = { provider_id: null, provider_service_id: null, cost: null };

/** Types each of `texts` into the field; what stands below it then. */
const below = (field, texts) =>
  field.evaluate(async (input, texts) => {
    const said = [];
    for (const text of texts) {
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((drawn) => setTimeout(drawn));
      said.push(input.closest(".mb-3").querySelector(".understood").textContent.trim());
    }
    return said;
  }, texts);

/** What the page's own reader makes of it; its answers are tried against the table without a browser.
 * @param {string} kind the name of one of its kinds @param {object} more what its field asks besides */
const readBy = (page, texts, kind, more) =>
  page.evaluate(
    async ([texts, kind, more]) => {
      const reader = await import(new URL("lib/number.js", document.querySelector("script[type=module]").src).href);
      return texts.map((text) => reader.read(text, { ...reader[kind], ...more }));
    },
    [texts, kind, more],
  );

const formatted = (about, count) =>
  Object.fromEntries(Object.entries(about).map(([name, value]) => [name, count(value)]));

/** Of a short number in digits nothing is said that does not stand there. @param {string} typed @param {string} text */
const isPlain = (typed, text) => typed === text && Math.abs(Number(text)) < 1000;

/** Tries the table in one field. `shown` is what the page says of a number; `explains`: more than what it is. */
async function tries(field, kind, shown, { t, count }, { explains = false, ...more } = {}) {
  // A field of one line takes no line breaks.
  const texts = SPELLINGS.map(([typed]) => typed).filter((typed) => !typed.includes("\n"));
  const found = await readBy(field.page(), texts, kind, more);
  const expected = found.map((found, at) => {
    if ("text" in found) return !explains && isPlain(texts[at], found.text) ? "" : found.text && shown(found.text);
    return found.problem === "blank" ? "" : t(`number.${found.problem}`, formatted(found.about, count));
  });
  const about = (said) => said.map((text, at) => `${texts[at]}: ${text}`);
  expect(about(await below(field, texts))).toEqual(about(expected));
}

for (const look of LOOKS) {
  test(`every field of a customer reads every spelling alike, ${look.name}`, async ({ page, shop }) => {
    const words = await seenAs(page, look, "app");
    const { t, money, count } = words;
    const service = await shop.service(byHand);
    await enter(page, shop.base, await shop.customer());
    await page.goto(`${shop.base}/?service=${service.id}`);
    await tries(
      page.getByLabel(t("new_order.quantity")),
      "WHOLE",
      (text) => t("number.understood", { value: count(text) }),
      words,
    );
    await page.goto(`${shop.base}/deposit`);
    await tries(
      page.getByLabel(t("deposit.amount")),
      "AMOUNT",
      (text) => t("number.amount", { amount: money(text) }),
      words,
    );
  });

  test(`every field of an admin reads every spelling alike, ${look.name}`, async ({ page, shop }) => {
    test.setTimeout(120_000);
    const words = await seenAs(page, look, "admin");
    const { t, money, count } = words;
    const plainly = (text) => t("number.understood", { value: count(text) });
    const percent = (text) => t("number.understood", { value: `${count(text)}%` });
    const amount = (text) => t("number.amount", { amount: money(text) });
    const name = `Spelled ${Date.now()} ${look.lang}`;
    const service = await shop.service({ ...byHand, name });
    const lan = await shop.customer(100_000);
    const wish = { service_id: service.id, link: "https://example.com/spelled", quantity: 1000 };
    const order = await shop.ask("POST", "/api/orders", wish, lan.token);
    const deposit = await shop.ask("POST", "/api/payment/deposit", { amount: 20_000 }, lan.token);
    await enter(page, shop.base, ADMIN);
    const dialog = page.getByRole("dialog");
    const field = (key, within = page) => within.getByLabel(t(key)).last();

    await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
    const row = await buttonsOf(page.getByRole("row").filter({ hasText: name }));
    await row.getByRole("button", { name: t("services.edit") }).click();
    const priced = (text) => t("services.for_thousand", { rate: money(text, 3) });
    await tries(dialog.getByLabel(t("services.rate")), "RATE", priced, words, { explains: true });
    await tries(dialog.getByLabel(t("services.cost")), "RATE", priced, words, { explains: true });
    await tries(dialog.getByLabel(t("services.min")), "AMOUNT", plainly, words);
    await tries(dialog.getByLabel(t("services.max")), "AMOUNT", plainly, words);
    await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
    await page.getByLabel(t("common.select_one", { id: service.id }), { exact: true }).check();
    await page.getByRole("button", { name: t("services.prices") }).click();
    await expect(field("import.markup", dialog), "the first field").toHaveValue("");
    await tries(field("import.markup", dialog), "MARKUP", percent, words);
    await page.goto(`${shop.base}/admin/import`);
    await tries(field("import.markup"), "MARKUP", percent, words);

    await page.goto(`${shop.base}/admin/providers`);
    await page.getByRole("button", { name: t("providers.add") }).click();
    await dialog.getByLabel(t("providers.currency")).fill("USD");
    const exchange = (text) => expect.stringContaining(`1 USD = ${money(text, 3)}`);
    const rates = ["25.450", "25,450", "25450", "25.450,5", "26.3250"];
    expect(await below(dialog.getByLabel(t("providers.rate")), rates)).toEqual(
      ["25450", "25450", "25450", "25450.5", "26.325"].map(exchange),
    );
    const by = (text) => {
      const cost = money(Math.ceil((Math.round(Number(text) * 1000) * 9) / 10) / 1000, 3);
      return t("providers.understood", { currency: "USD", rate: money(text, 3), price: `${count(0.9)} USD`, cost });
    };
    await tries(dialog.getByLabel(t("providers.rate")), "RATE", by, words, { explains: true, min: 0.001 });
    const refused = ["25.45.0", "26.3251", "0"];
    expect(await below(dialog.getByLabel(t("providers.rate")), refused)).toEqual([
      t("number.unclear"),
      t("number.places", { places: 3 }),
      t("number.too_small", { min: count("0.001") }),
    ]);

    await page.goto(`${shop.base}/admin/settings`);
    await unfold(page);
    for (const key of ["deposit_min", "deposit_max"])
      await tries(field(`settings.${key}`), "WHOLE", amount, words, { explains: true });
    for (const key of ["deposit_expiry_minutes", "low_funds_hours"])
      await tries(field(`settings.${key}`), "WHOLE", plainly, words);
    for (const key of ["commission_percent", "min_margin_percent", "price_jump_percent", "tier_off"])
      await tries(field(`settings.${key}`), "PERCENT", percent, words);
    await tries(field("settings.tier_from"), "WHOLE", amount, words);

    await page.goto(`${shop.base}/admin/users/${lan.id}`);
    await page.getByRole("button", { name: t("user.adjust") }).click();
    const signed = (text) => t("number.amount", { amount: `${Number(text) > 0 ? "+" : ""}${money(text)}` });
    await tries(field("user.amount", dialog), "SIGNED", signed, words);
    await page.goto(`${shop.base}/admin/deposits?search=${deposit.code}`);
    await page.getByRole("button", { name: t("deposits.approve"), exact: true }).click();
    await tries(field("deposits.credit", dialog), "AMOUNT", amount, words);
    await page.goto(`${shop.base}/admin/orders/${order.id}`);
    await page.getByRole("button", { name: t("orders.set_status") }).click();
    await dialog.getByLabel(t("orders.status"), { exact: true }).selectOption("partial");
    await tries(field("orders.remains", dialog), "WHOLE", plainly, words, { max: order.quantity });
    await tries(field("orders.start", dialog), "WHOLE", plainly, words);
  });
}

test("no field drops what it does not understand, or cuts what is long", async ({ page, shop }) => {
  await enter(page, shop.base, ADMIN);
  for (const path of ["services", "import", "users", "deposits", "settings", "providers"]) {
    await page.goto(`${shop.base}/admin/${path}`);
    await page.getByRole("heading").first().waitFor();
    await expect(page.locator("input[type=number], [maxlength]")).toHaveCount(0);
  }
});

test("what was typed is what is stored, and a fraction is stored nowhere", async ({ page, shop }) => {
  const service = await shop.service(byHand);
  const lan = await shop.customer(1_000_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/?service=${service.id}`);
  await page.getByLabel("Liên kết").fill("https://example.com/typed");
  await page.getByLabel("Số lượng").fill("2.5");
  await page.getByRole("button", { name: "Đặt đơn" }).click();
  await expect(page.locator(".invalid-feedback")).toHaveText("Ở đây chỉ nhận số nguyên, không có phần lẻ.");
  await page.getByLabel("Số lượng").fill("1.000,00");
  await page.getByRole("button", { name: "Đặt đơn" }).click();
  await expect(page.getByText(/Đã nhận đơn số/)).toBeVisible();
  const { items } = await shop.ask("GET", "/api/orders", undefined, lan.token);
  expect(items.map((order) => [order.quantity, order.charge])).toEqual([[1000, 10_000]]);
  await page.goto(`${shop.base}/deposit`);
  await page.getByLabel("Số tiền (VND)").fill("12.5");
  await page.getByRole("button", { name: "Tạo mã QR" }).click();
  await expect(page.locator(".invalid-feedback")).toHaveText("Ở đây chỉ nhận số nguyên, không có phần lẻ.");
  await page.getByLabel("Số tiền (VND)").fill("50.000,00");
  await page.getByRole("button", { name: "Tạo mã QR" }).click();
  await expect(page.getByRole("img", { name: /VietQR/ })).toBeVisible();
  const deposits = await shop.ask("GET", "/api/payment/deposits", undefined, lan.token);
  expect(deposits.items.map((deposit) => deposit.amount)).toEqual([50_000]);
});

/** The bodies of the PUTs to a path. */
function bodiesOf(page, path) {
  const seen = [];
  page.on("request", (request) => {
    if (request.method() === "PUT" && new URL(request.url()).pathname.startsWith(path))
      seen.push(request.postDataJSON());
  });
  return seen;
}

test("a rate with a dot is a rate in thousands, and one below the cost is asked about first", async ({
  page,
  shop,
}) => {
  const name = `Loss ${Date.now()}`;
  const service = await shop.service({ ...byHand, name, rate: "30000", cost: "24000" });
  const sent = bodiesOf(page, "/api/admin/services/");
  const stored = async () => (await shop.ask("GET", `/api/services/${service.id}`)).rate;
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  const dialog = page.getByRole("dialog");
  const save = () => dialog.getByRole("button", { name: "Lưu" }).click();
  await page.getByRole("button", { name: "Sửa dịch vụ" }).click();
  await dialog.getByLabel("Giá bán").fill("32.500");
  await expect(dialog.getByText("32.500 ₫ cho 1.000")).toBeVisible();
  await save();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("32500");

  await page.getByRole("button", { name: "Sửa dịch vụ" }).click();
  await dialog.getByLabel("Giá bán").fill("32,5");
  await expect(dialog.getByText("bán 29,25 ₫, giá gốc 24.000 ₫")).toBeVisible();
  await save();
  await expect(dialog.getByText("Hãy sửa giá, hoặc đánh dấu vào đây.")).toBeVisible();
  expect(await stored()).toBe("32500");
  await dialog.getByLabel("Tôi biết và vẫn tiếp tục").check();
  // Another loss is another question.
  await dialog.getByLabel("Giá bán").fill("32,6");
  await save();
  await expect(dialog.getByText("Hãy sửa giá, hoặc đánh dấu vào đây.")).toBeVisible();
  await dialog.getByLabel("Tôi biết và vẫn tiếp tục").check();
  await save();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("32.6");
  expect(sent).toEqual([{ rate: "32500" }, { rate: "32.6" }]);
});

test("opening and saving changes nothing, not even a rate with three places", async ({ page, shop }) => {
  const name = `Places ${Date.now()}`;
  const service = await shop.service({ ...byHand, name, rate: "26.325", cost: "20.125" });
  const sent = bodiesOf(page, "/api/admin/");
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  await page.getByRole("button", { name: "Sửa dịch vụ" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Giá bán")).toHaveValue("26.3250");
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect((await shop.ask("GET", `/api/services/${service.id}`)).rate).toBe("26.325");
  await page.goto(`${shop.base}/admin/settings`);
  const forms = page.getByRole("form");
  await forms.first().waitFor();
  for (const form of await forms.all()) {
    const button = form.getByRole("button", { name: "Lưu" });
    if (!(await button.count())) continue;
    const answered = page.waitForResponse((answer) => answer.request().method() === "PUT");
    await button.click();
    await answered;
  }
  expect(sent.length).toBeGreaterThan(4);
  expect(sent.every((body) => Object.keys(body).length === 0)).toBe(true);
});

test("a service that would be sold below its cost is turned on only after a question", async ({ page, shop }) => {
  const name = `Off ${Date.now()}`;
  const service = await shop.service({ ...byHand, name, rate: "100", cost: "24000", active: false });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  await page.getByRole("button", { name: "Bán lại" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("bán 90 ₫, giá gốc 24.000 ₫")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Xác nhận" })).toBeDisabled();
  expect((await shop.ask("GET", `/api/services/${service.id}`)).active).toBe(false);
  await dialog.getByLabel("Tôi biết và vẫn tiếp tục").check();
  await dialog.getByRole("button", { name: "Xác nhận" }).click();
  await expect(dialog.getByText("Xong: 1 trong 1 mục đã đổi.")).toBeVisible();
  expect((await shop.ask("GET", `/api/services/${service.id}`)).active).toBe(true);
});

test("an exchange rate says what it means, and a fall to a thousandth is asked about", async ({ page, open }) => {
  const panel = await open({ env: { ...SHOP, PROVIDER_ALLOW_PRIVATE: "true" } });
  const admin = await panel.token(ADMIN);
  const wish = { name: "Abroad", api_url: `${panel.base}/nowhere`, api_key: "key-of-abroad", currency: "USD" };
  const { id } = await panel.ask(
    "POST",
    "/api/admin/providers",
    { ...wish, exchange_rate: "25000", active: false },
    admin,
  );
  const sent = bodiesOf(page, "/api/admin/providers/");
  const stored = async () => {
    const { items } = await panel.ask("GET", "/api/admin/providers", undefined, admin);
    return items.find((one) => one.id === id).exchange_rate;
  };
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/providers`);
  const dialog = page.getByRole("dialog");
  const edit = () =>
    page
      .getByRole("row", { name: /Abroad/ })
      .getByRole("button", { name: "Sửa" })
      .click();
  await edit();
  await dialog.getByLabel("Tỷ giá (VND)").fill("25.450");
  await expect(dialog.getByText("1 USD = 25.450 ₫. Giá 0,9 USD thành 22.905 ₫.")).toBeVisible();
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await stored()).toBe("25450");
  await edit();
  await dialog.getByLabel("Tỷ giá (VND)").fill("25,45");
  await expect(dialog.getByText("Tỷ giá giảm từ 25.450 ₫ xuống 25,45 ₫.")).toBeVisible();
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog.getByText("Hãy sửa tỷ giá, hoặc đánh dấu vào đây.")).toBeVisible();
  expect(await stored()).toBe("25450");
  await dialog.getByLabel("Tỷ giá này đúng").check();
  await dialog.getByRole("button", { name: "Lưu" }).click();
  await expect(dialog).toHaveCount(0);
  expect(sent).toEqual([{ exchange_rate: "25450" }, { exchange_rate: "25.45" }]);
});

test("a provider set by the environment says so, and prices in VND are not changed into VND", async ({
  page,
  shop,
}) => {
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/providers?edit=1`);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Khóa API")).toBeDisabled();
  await expect(dialog.getByText("Do biến môi trường quyết định.", { exact: true })).toBeVisible();
  await expect(dialog.getByText("Để trống để giữ nguyên")).toHaveCount(0);
  await expect(dialog.getByText("Giá tính thẳng bằng VND, giữ nguyên.")).toBeVisible();
  await dialog.getByLabel("Tỷ giá (VND)").fill("0,4");
  await expect(dialog.getByText("Giá bằng VND được nhân với 0,4: giá 1.000 ₫ thành 400 ₫.")).toBeVisible();
  await expect(dialog.getByText("Tỷ giá giảm từ 1 xuống 0,4.")).toBeVisible();
  await expect(page.getByRole("row", { name: /BUMX/, includeHidden: true })).toContainText(/\d\.\d{3}\s₫/);
});

test("an import that prices below what things cost until now is asked about first", async ({ page, open }) => {
  const panel = await open({ env: SHOP });
  // As if a service had cost a thousand times as much until now.
  await page.route("**/api/admin/services/import", async (route) => {
    if (!route.request().postDataJSON()?.dry_run) return route.fallback();
    const answer = await route.fetch();
    const list = await answer.json();
    list.items.find((item) => item.action === "created").cost_before = "80000000";
    return route.fulfill({ response: answer, json: list });
  });
  // What the best tier pays less is known later, and asks nothing anew.
  await page.route("**/api/admin/settings", async (route) => {
    await new Promise((done) => setTimeout(done, 1000));
    return route.fallback();
  });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/import`);
  await page.getByLabel("Cộng thêm (%)").fill("30%");
  await page.getByRole("button", { name: "Xem trước" }).click();
  const take = page.getByRole("button", { name: /^Nhập \d+ dịch vụ/ });
  await expect(page.getByText("giá gốc 80.000.000 ₫")).toBeVisible();
  await expect(take).toBeDisabled();
  await page.getByLabel("Tôi biết và vẫn tiếp tục").check();
  await take.click();
  await expect(page.getByText("Đã nhập xong")).toBeVisible();
});
