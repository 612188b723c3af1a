// Figures that are drawn: whole, short, and never run together.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

/** Notes what is written on a canvas, and where it begins and ends, in pixels of the canvas. */
const NOTE_LABELS = () => {
  window.labels = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    const { width } = this.measureText(text);
    const shift = { right: width, end: width, center: width / 2 }[this.textAlign] ?? 0;
    const begin = this.getTransform().transformPoint({ x: x - shift, y }).x;
    window.labels.push({ text, begin, end: begin + width, room: this.canvas.width });
    return fillText.call(this, text, x, y, ...rest);
  };
};

for (const look of LOOKS) {
  test(`the labels of a chart's axes are whole and short, ${look.name}`, async ({ page, open }) => {
    const { t, go } = await seenAs(page, look, "admin");
    const panel = await open({ env: SHOP });
    const lan = await panel.customer(900_000_000);
    const service = await panel.service({ provider_id: null, provider_service_id: null, cost: null, rate: "3250000" });
    const wish = { service_id: service.id, link: "https://example.com/dear", quantity: 100_000 };
    await panel.ask("POST", "/api/orders", wish, lan.token);
    await page.addInitScript(NOTE_LABELS);
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin`);
    const millions = look.lang === "vi" ? /^[\d,]+ tr$/ : /^[\d.]+M$/;
    const drawn = () => page.evaluate(() => window.labels.filter(({ text }) => text));
    await expect.poll(async () => (await drawn()).some(({ text }) => millions.test(text))).toBe(true);
    await go("reports");
    await expect(page.getByRole("heading", { name: t("reports.title") })).toBeVisible();
    // More than the overview's own: those of the reports are drawn too.
    await expect.poll(async () => (await drawn()).length).toBeGreaterThan(8);
    const labels = await drawn();
    const days = labels.filter(({ text }) => (look.lang === "vi" ? /^\d+\/\d+$/ : /^\d+ [A-Z][a-z]+$/).test(text));
    expect(days.length).toBeGreaterThan(2);
    expect(labels.filter(({ begin, end, room }) => begin < 0 || end > room)).toEqual([]);
    // The longest numbers of an axis: no figure in full.
    expect(labels.filter(({ text }) => text.length > 9)).toEqual([]);
  });
}

/** How many pixels of the chart have a colour, as far as rounding lets them. */
const drawnIn = (page, colour) =>
  page.evaluate((colour) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = colour;
    // The page's own canvas is not made for being read.
    const blank = (size) =>
      Object.assign(document.createElement("canvas"), size).getContext("2d", { willReadFrequently: true });
    const context = blank({ width: 1, height: 1 });
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const wanted = context.getImageData(0, 0, 1, 1).data;
    const canvas = document.querySelector(".chart canvas");
    const copy = blank({ width: canvas.width, height: canvas.height });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
      if ([0, 1, 2].every((part) => Math.abs(data[at + part] - wanted[part]) <= 2) && data[at + 3] > 250) found++;
    return found;
  }, colour);

for (const scheme of ["light", "dark"]) {
  test(`a chart has the shop's own colour, ${scheme}`, async ({ page, open }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const panel = await open({ env: SHOP });
    const admin = await panel.token(ADMIN);
    await panel.ask("PUT", "/api/admin/settings", { branding: { color: "#7a1fa2" } }, admin);
    const lan = await panel.customer(1_000_000);
    const service = await panel.service({ provider_id: null, provider_service_id: null, cost: "8000", rate: "12000" });
    const wish = { service_id: service.id, link: "https://example.com/a", quantity: 10_000 };
    await panel.ask("POST", "/api/orders", wish, lan.token);
    // Slower than anything else.
    await page.route("**/brand.css*", async (route) => {
      await new Promise((done) => setTimeout(done, 800));
      await route.continue();
    });
    await enter(page, panel.base, ADMIN);
    await page.goto(`${panel.base}/admin`);
    await expect(page.locator(".chart canvas")).toBeVisible();
    for (const name of ["--accent", "--chart-sales"])
      await expect.poll(() => drawnIn(page, `var(${name})`), name).toBeGreaterThan(20);
    expect(await drawnIn(page, scheme === "light" ? "#0b6b4f" : "#58cda3"), "the panel's own green").toBe(0);
    await page.screenshot({ path: `results/chart-brand-${scheme}.png` });
  });
}

test("a chart is drawn where the shop's own colour cannot be had", async ({ page, open, watch }) => {
  watch.cutsLines();
  const panel = await open({ env: SHOP });
  await panel.ask("PUT", "/api/admin/settings", { branding: { color: "#7a1fa2" } }, await panel.token(ADMIN));
  await page.route("**/brand.css*", (route) => route.abort());
  await enter(page, panel.base, ADMIN);
  const refused = page.waitForEvent("requestfailed");
  await page.goto(`${panel.base}/admin/tickets`);
  await refused;
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.locator('.nav-link[href="/admin"]').click();
  await expect(page.locator(".chart canvas")).toBeVisible();
});

test("an id and a price in one cell stand apart", async ({ page, shop }) => {
  const name = `Stand apart ${Date.now()}`;
  const service = await shop.service({ name, provider_service_id: "8", cost: "310000", rate: "400000" });
  const lan = await shop.customer(1_000_000);
  await shop.ask("POST", "/api/orders", { service_id: service.id, link: "https://x.vn/a", quantity: 100 }, lan.token);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  const cell = page.getByRole("row", { name }).getByRole("cell", { name: /^Mã 8 · 310\.000\s₫$/ });
  await expect(cell).toBeVisible();
  await page.goto(`${shop.base}/admin/orders?user_id=${lan.id}`);
  await expect(page.getByRole("row", { name }).getByTitle(`${service.id} · ${name}`, { exact: true })).toBeVisible();
});
