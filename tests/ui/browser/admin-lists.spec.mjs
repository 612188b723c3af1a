// Lists with their filters: what is chosen stands in the address, and the rows follow it.
import { ADMIN, enter, expect, narrow, test } from "./fixtures.mjs";

/** A transfer's number that no other test uses. */
const fresh = () => Date.now() * 1000 + Math.floor(Math.random() * 1000);

const deposit = (shop, who, amount) => shop.ask("POST", "/api/payment/deposit", { amount }, who.token);

test("the history of deposits tells the balance before and after", async ({ page, shop }) => {
  const lan = await shop.customer(7_000);
  const { code } = await deposit(shop, lan, 20_000);
  await enter(page, shop.base, lan);
  await page.goto(`${shop.base}/deposit`);
  const row = page.getByRole("row", { name: new RegExp(code) });
  await expect(row.getByRole("cell", { name: "–" })).toHaveCount(2);
  await shop.transfer(fresh(), 20_000, code);
  await expect(row).toContainText("7.000 ₫");
  await expect(row).toContainText("27.000 ₫");
});

test("what needs a decision names the deposits that wait, as a way to them", async ({ page, shop }) => {
  const { code } = await deposit(shop, await shop.customer(), 20_000);
  await enter(page, shop.base, ADMIN);
  for (const path of ["/admin", "/admin/review"]) {
    await page.goto(shop.base + path);
    await page.getByRole("link", { name: "Xem yêu cầu nạp" }).click();
    await expect(page).toHaveURL(/\/admin\/deposits\?status=pending$/);
    await expect(page.getByRole("row", { name: new RegExp(code) })).toBeVisible();
  }
});

test("orders are found by whose they are", async ({ page, shop }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const [lan, mai] = [await shop.customer(50_000), await shop.customer(50_000)];
  for (const who of [lan, mai]) {
    const wish = { service_id: service.id, link: "https://example.com/whose", quantity: 1000 };
    await shop.ask("POST", "/api/orders", wish, who.token);
  }
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/orders`);
  await page.getByLabel("Tìm mã đơn, liên kết hoặc thành viên").fill(lan.login.toUpperCase());
  await expect(page).toHaveURL(new RegExp(`search=${lan.login.toUpperCase()}`));
  await expect(page.getByRole("row", { name: new RegExp(mai.login) })).toBeHidden();
  await expect(page.getByRole("row", { name: new RegExp(lan.login) })).toHaveCount(1);
});

test("users are sorted by spending and narrowed, and the address keeps it", async ({ page, shop }) => {
  const service = await shop.service({ provider_id: null, provider_service_id: null, cost: null });
  const [rich, poor] = [await shop.customer(10_000_000), await shop.customer()];
  const wish = { service_id: service.id, link: "https://example.com/rich", quantity: 100_000 };
  for (const one of ["a", "b", "c", "d", "e", "f"])
    await shop.ask("POST", "/api/orders", { ...wish, link: wish.link + one }, rich.token);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users`);
  await expect(page.getByRole("row", { name: new RegExp(poor.login) })).toContainText("chưa có");
  await narrow(page);
  await page.getByLabel("Sắp xếp").selectOption({ label: "Chi nhiều nhất" });
  await expect(page).toHaveURL(/sort=spent/);
  await expect(page.getByRole("row").nth(1)).toContainText(rich.login);
  await page.getByLabel("Cấp bậc").selectOption({ label: "Cấp 2" });
  await expect(page.getByRole("row", { name: new RegExp(poor.login) })).toBeHidden();
  await page.reload();
  await narrow(page);
  await expect(page.getByLabel("Cấp bậc")).toHaveValue("2");
  await expect(page.getByRole("row", { name: new RegExp(rich.login) })).toContainText(/giây trước|vừa xong/);
  await page.getByLabel("Tìm theo tên hoặc e-mail").fill(poor.login);
  await expect(page.getByRole("row", { name: new RegExp(poor.login) })).toBeVisible();
  await expect(page).not.toHaveURL(/tier/);
  await page.getByLabel("Trạng thái").selectOption({ label: "Bị khóa" });
  await expect(page.getByText("Không tìm thấy thành viên nào")).toBeVisible();
});

test("deposits are found by code, amount and user, and counted", async ({ page, shop }) => {
  const lan = await shop.customer();
  const [paid, open] = [await deposit(shop, lan, 70_000), await deposit(shop, lan, 80_000)];
  const other = await deposit(shop, await shop.customer(), 90_000);
  await shop.transfer(fresh(), 70_000, paid.code);
  await enter(page, shop.base, ADMIN);
  const row = ({ code }) => page.getByRole("row", { name: new RegExp(code) });
  await page.goto(`${shop.base}/admin/users/${lan.id}`);
  await page.getByRole("main").getByRole("link", { name: "Nạp tiền", exact: true }).click();
  await expect(row(paid)).toBeVisible();
  await expect(row(other)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Tất cả 2" })).toBeVisible();
  await page.getByRole("button", { name: "Đã nhận tiền 1" }).click();
  await expect(row(open)).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`user_id=${lan.id}&status=completed`));
  await page.getByRole("button", { name: `Thành viên số ${lan.id}` }).click();
  await page.getByRole("button", { name: /^Tất cả/ }).click();
  const search = page.getByLabel("Tìm mã nạp, số tiền hoặc ID");
  await search.fill(other.code.slice(3, 8).toLowerCase());
  await expect(row(other)).toBeVisible();
  await expect(row(paid)).toHaveCount(0);
  await search.fill("80.000");
  await expect(row(open)).toBeVisible();
  await expect(row(other)).toHaveCount(0);
});

test("bank transactions are found by what they say and when they came", async ({ page, shop }) => {
  const [first, second] = [fresh(), fresh() + 1];
  await shop.transfer(first, 11_000, `memo of ${first}`);
  await shop.transfer(second, 12_000, `another ${second}`);
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/bank`);
  const row = (number) => page.getByRole("row", { name: new RegExp(`^${number}`) });
  const search = page.getByLabel("Tìm nội dung, mã tham chiếu hoặc ID SePay");
  await search.fill(`MEMO OF ${first}`);
  await expect(row(second)).toHaveCount(0);
  await expect(row(first)).toBeVisible();
  await search.fill(`${second}`);
  await expect(row(second)).toBeVisible();
  await narrow(page);
  await page.getByLabel("Đến ngày").fill("2020-01-01");
  await expect(page.getByText("Không tìm thấy giao dịch nào")).toBeVisible();
  await expect(page).toHaveURL(/to=2020-01-01/);
});

test("the audit log is narrowed to an action and a subject", async ({ page, shop }) => {
  const [lan, mai] = [await shop.customer(1_000), await shop.customer(2_000)];
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/users/${lan.id}`);
  await page.getByRole("main").getByRole("link", { name: "Nhật ký" }).click();
  const entries = page.getByRole("list", { name: "Nhật ký" }).locator("> li");
  await expect(entries).toHaveCount(1);
  await expect(page.getByLabel(/^Đối tượng/)).toHaveValue(`user:${lan.id}`);
  await narrow(page);
  await page.getByLabel("Việc").selectOption({ label: "Khóa thành viên" });
  await expect(page.getByText("Không có thay đổi nào như vậy")).toBeVisible();
  await page.getByLabel("Việc").selectOption({ label: "Cộng / trừ tiền" });
  await page.getByLabel("Người làm").selectOption({ label: ADMIN.login });
  await expect(page).toHaveURL(/action=user\.balance/);
  await expect(entries).toHaveCount(1);
  await page.getByLabel(/^Đối tượng/).fill("");
  await entries.filter({ hasText: mai.login }).getByRole("link", { name: "Chỉ xem mục này" }).click();
  await expect(page.getByLabel(/^Đối tượng/)).toHaveValue(`user:${mai.id}`);
  // What nobody did: the first admin is the environment's.
  await page.goto(`${shop.base}/admin/audit`);
  await narrow(page);
  await page.getByLabel("Người làm").selectOption({ label: "Máy chủ" });
  await expect(page).toHaveURL(/actor_id=server/);
  await expect(entries.filter({ hasText: mai.login })).toHaveCount(0);
  await expect(entries.filter({ hasText: ADMIN.login })).toHaveCount(1);
});

test("services are narrowed to a provider and to what is on sale", async ({ page, shop }) => {
  const name = `Narrow ${Date.now()}`;
  await shop.service({ name: `${name} sold` });
  await shop.service({ name: `${name} off`, active: false });
  await shop.service({ name: `${name} hand`, provider_id: null, provider_service_id: null, cost: null });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin/services?search=${encodeURIComponent(name)}`);
  const row = (what) => page.getByRole("row", { name: new RegExp(`${name} ${what}`) });
  await page.getByRole("button", { name: "Đã tắt" }).click();
  await expect(row("sold")).toHaveCount(0);
  await expect(row("off")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Đã tắt" })).toHaveAttribute("aria-pressed", "true");
  await page.getByRole("button", { name: "Đang bán" }).click();
  await expect(row("hand")).toBeVisible();
  await narrow(page);
  await page.getByLabel("Nhà cung cấp").selectOption({ label: "BUMX" });
  await expect(row("hand")).toHaveCount(0);
  await expect(row("sold")).toBeVisible();
});

test("the whole menu is seen on the screen of a small notebook", async ({ page, shop }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await enter(page, shop.base, ADMIN);
  await page.goto(`${shop.base}/admin`);
  const entries = page.locator("#menu .nav-link");
  await expect(entries.first()).toBeInViewport({ ratio: 1 });
  await expect(entries.last()).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("button", { name: "Đăng xuất" })).toBeInViewport({ ratio: 1 });
});
