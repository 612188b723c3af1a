// The page for resellers: keys, programs that run as they are copied, and calls that are tried.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { violations } from "./axe.mjs";
import { confirm, enter, expect, test } from "./fixtures.mjs";
import { LOOKS, seenAs } from "./looks.mjs";

const run = promisify(execFile);
const RUNNERS = {
  curl: (text) => run("bash", ["-c", `${text.trimEnd()} --silent`.replace("\\\n --silent", "--silent")]),
  Python: (text) => run("python3", ["-c", text]),
  Node: (text) => run("node", ["--input-type=module", "-e", text]),
};

async function opened(page, shop, money = 100_000) {
  const { t } = await seenAs(page, LOOKS[0], "app");
  const lan = await shop.customer(money);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/reseller`);
  await expect(page.getByText(`${shop.base}/api/v2`, { exact: true })).toBeVisible();
  return { ...lan, t };
}

async function makeKey(page, name, { t, ...lan }, watch) {
  watch.announce(403, "/api/user/api-keys");
  await page.getByLabel("Tên").fill(name);
  await page.getByRole("button", { name: "Tạo khóa" }).click();
  await confirm(page, t, lan);
  const row = page.locator(".copy-row", { hasText: "smm_" }).or(page.getByRole("alert").locator(".copy-row"));
  await expect(row).toBeVisible();
  return (await row.locator(".fw-bold").textContent()).trim();
}

const code = (page, name) => page.getByRole("region", { name });
const tried = async (page) => JSON.parse(await code(page, "Trả lời").textContent());

test("a key is made, shown once, used and deleted", async ({ page, shop, watch }) => {
  const lan = await opened(page, shop);
  await page.getByRole("button", { name: "Tạo khóa" }).click();
  await expect(page.getByLabel("Tên")).toHaveAttribute("aria-invalid", "true");
  const key = await makeKey(page, "Trang của Lan", lan, watch);
  await page.getByRole("button", { name: "Gọi" }).click();
  await expect.poll(() => tried(page)).toEqual({ balance: "100000", currency: "VND" });
  await page.reload();
  const row = page.getByRole("row", { name: "Trang của Lan" });
  await expect(row).toBeVisible();
  await expect(row.getByText("Chưa dùng")).toHaveCount(0);
  await expect(page.getByText(key)).toHaveCount(0);
  await row.getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Xóa", exact: true }).click();
  await expect(page.getByText("Bạn chưa có khóa nào")).toBeVisible();
  await page.getByLabel("key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Gọi" }).click();
  await expect.poll(() => tried(page)).toEqual({ error: "Invalid API key" });
});

test("a key just made is forgotten when it is deleted", async ({ page, shop, watch }) => {
  const lan = await opened(page, shop);
  const key = await makeKey(page, "Trang của Lan", lan, watch);
  await expect(page.getByRole("alert")).toContainText("Trang của Lan");
  await expect(code(page, "curl")).toContainText(key);
  await page.getByRole("row", { name: "Trang của Lan" }).getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Xóa", exact: true }).click();
  await expect(page.getByText("Bạn chưa có khóa nào")).toBeVisible();
  await expect(page.getByText(key)).toHaveCount(0);
  await expect(code(page, "curl")).toContainText("YOUR_API_KEY");
  await expect(page.getByRole("button", { name: "Gọi" })).toBeDisabled();
  await expect(page.getByRole("heading", { name: "Khóa", exact: true })).toBeFocused();
});

test("the programs run as they are copied", async ({ page, shop, watch }) => {
  const service = await shop.service();
  const lan = await opened(page, shop);
  const key = await makeKey(page, "main", lan, watch);
  for (const [language, runs] of Object.entries(RUNNERS)) {
    await page.getByRole("button", { name: language, exact: true }).click();
    const text = await code(page, language).textContent();
    expect(text).toContain(key);
    const { stdout } = await runs(text);
    expect(stdout, language).toContain("100000");
  }
  await page.getByRole("button", { name: "PHP" }).click();
  await expect(code(page, "PHP")).toContainText(`'key' => '${key}'`);
  await page.getByLabel("Lệnh").selectOption("services");
  await page.getByRole("button", { name: "Gọi" }).click();
  await expect.poll(async () => (await tried(page)).map((one) => one.service)).toContain(service.id);
});

test("an order is placed after a question, followed and canceled", async ({ page, shop, watch }) => {
  watch.announce(422, "/api/orders/quote");
  const service = await shop.service();
  const lan = await opened(page, shop);
  await makeKey(page, "main", lan, watch);
  await page.getByLabel("Lệnh").selectOption("add");
  await page.getByLabel("service").fill(String(service.id));
  await page.getByLabel("link").fill("https://www.tiktok.com/@lan/video/9");
  await page.getByLabel("quantity").fill("5");
  await page.getByRole("button", { name: "Gọi" }).click();
  // What would be bought is named, and what the panel says to it.
  const question = page.getByRole("dialog");
  await expect(question).toContainText("quantity: ");
  await question.getByRole("button", { name: "Hủy bỏ" }).click();
  await page.getByLabel("quantity").fill("100");
  await page.getByRole("button", { name: "Gọi" }).click();
  for (const fact of [`${service.id} · ${service.name}`, "https://www.tiktok.com/@lan/video/9", "100", /1\.000\s₫/])
    await expect(question.getByRole("definition").filter({ hasText: fact }).first()).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: "results/try-asks.png" });
  await question.getByRole("button", { name: "Gọi" }).click();
  await expect.poll(() => tried(page)).toHaveProperty("order");
  const { order } = await tried(page);
  expect((await shop.ask("GET", `/api/orders/${order}`, undefined, lan.token)).quantity).toBe(100);
  await page.getByLabel("Lệnh").selectOption("status");
  await page.getByLabel("order", { exact: true }).fill(String(order));
  await expect(code(page, "curl")).toContainText(`order=${order}`);
  await page.getByRole("button", { name: "Gọi" }).click();
  await expect(code(page, "Trả lời")).toContainText('"remains"');
  await page.getByLabel("Lệnh").selectOption("cancel");
  await page.getByLabel("orders", { exact: true }).fill(`${order},99999999`);
  await expect(code(page, "curl")).toContainText(`orders=${order},99999999`);
  await page.getByRole("button", { name: "Gọi" }).click();
  await expect(question.getByRole("definition")).toHaveText([`${order},99999999`]);
  await question.getByRole("button", { name: "Gọi" }).click();
  await expect.poll(async () => (await tried(page)).length).toBe(2);
});

test("the seconds of a repetition are read as typed and kept", async ({ page, shop }) => {
  await opened(page, shop);
  const seconds = page.getByLabel("Số giây");
  await seconds.fill("601");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(seconds).toHaveAttribute("aria-invalid", "true");
  await seconds.fill("120");
  await page.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText("Đã lưu").first()).toBeVisible();
  await page.reload();
  await expect(seconds).toHaveValue("120");
});

for (const look of LOOKS) {
  test(`who is not logged in reads what the API is, ${look.name}`, async ({ page, shop }) => {
    const { t } = await seenAs(page, look, "app");
    await page.goto(`${shop.base}/reseller`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(t("login.reseller.title"));
    await expect(page.getByText(t("login.reseller.lead"))).toBeVisible();
    await expect(page.getByRole("link", { name: t("frame.reference") }).first()).toHaveAttribute("href", "/docs");
    await expect(page.getByRole("form", { name: t("login.title") })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `results/reseller-guest-${look.lang}.png` });
  });
}

test("a sample's link is one that its service takes", async ({ page, shop }) => {
  const facebook = await shop.service({ name: "Like Facebook", category: "Facebook" });
  const handle = await shop.service({ name: "Theo dõi", category: "Khác", link_kind: "handle" });
  await opened(page, shop);
  await page.getByLabel("Lệnh").selectOption("add");
  await page.getByLabel("service").fill(String(facebook.id));
  await expect(page.getByLabel("link")).toHaveValue(/^https:\/\/www\.facebook\.com\//);
  await page.getByLabel("service").fill(String(handle.id));
  await expect(page.getByLabel("link")).toHaveValue("@example");
});
