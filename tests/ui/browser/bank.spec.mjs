// The account that customers pay to is set by the bank's name.
import { ADMIN, enter, expect, test } from "./fixtures.mjs";
import { SHOP } from "./panel.mjs";

test("a bank is chosen by its name, and a number in groups is read", async ({ page, open }) => {
  const env = Object.fromEntries(Object.entries(SHOP).filter(([name]) => !name.startsWith("BANK_")));
  const panel = await open({ env });
  await enter(page, panel.base, ADMIN);
  await page.goto(`${panel.base}/admin/settings`);
  const form = page.getByRole("form", { name: "Tài khoản ngân hàng" });
  await form.getByLabel("Ngân hàng", { exact: true }).selectOption("VPBank");
  await expect(form.getByLabel("Mã BIN ngân hàng")).toHaveValue("970432");
  await form.getByLabel("Số tài khoản").fill("0903 123 456");
  await form.getByLabel("Chủ tài khoản").fill("NGUYEN VAN A");
  await form.getByRole("button", { name: "Lưu" }).click();
  await expect(page.getByText("Đã lưu")).toBeVisible();
  const stored = await panel.ask("GET", "/api/admin/settings", undefined, await panel.token(ADMIN));
  expect(stored.bank).toEqual({
    bin: "970432",
    name: "VPBank",
    account_number: "0903123456",
    account_name: "NGUYEN VAN A",
  });
  await form.getByLabel("Mã BIN ngân hàng").fill("970499");
  await expect(form.getByLabel("Ngân hàng", { exact: true })).toHaveValue("");
});
