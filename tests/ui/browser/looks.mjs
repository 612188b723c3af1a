// The same journey as different people see it: in both languages, on a desk and on a phone, in light and dark.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ON_DEMAND } from "../cases/words.mjs";

export const LOOKS = [
  { name: "in Vietnamese on a desk", lang: "vi", size: { width: 1280, height: 900 }, colorScheme: "light" },
  { name: "in English on a dark phone", lang: "en", size: { width: 360, height: 740 }, colorScheme: "dark" },
];

/** From this width on the menu is always there. */
const MENU_STANDS = 992;
const locales = fileURLToPath(new URL("../../../static/locales/", import.meta.url));

/** Sets the page up, and gives what a test needs to speak of it.
 * @param {any} page @param {(typeof LOOKS)[number]} look @param {"app" | "admin"} panel */
export async function seenAs(page, { lang, size, colorScheme }, panel) {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
  await page.addInitScript((lang) => localStorage.setItem("lang", lang), lang);
  const files = ["common", ...ON_DEMAND, panel].map((name) =>
    JSON.parse(readFileSync(`${locales}${name}.${lang}.json`, "utf8")),
  );
  const words = {};
  // A section may stand in several files, as for the page itself.
  for (const [section, texts] of files.flatMap(Object.entries)) words[section] = { ...words[section], ...texts };
  const locale = lang === "vi" ? "vi-VN" : "en-US";
  const dong = { style: "currency", currency: "VND" };
  /** With up to so many places. */
  const money = (amount, places = 0) =>
    new Intl.NumberFormat(locale, { ...dong, maximumFractionDigits: places }).format(amount).replace("-", "−");
  const count = (value) => new Intl.NumberFormat(locale).format(value);
  /** The words under a key, as the page's own `t`; values come as the page writes them. */
  const t = (key, values = {}) => {
    const text = key.split(".").reduce((at, part) => at[part], words);
    const counted = text.replace(/\{(\w+)\|([^|}]*)\|([^|}]*)\}/g, (_, name, one, many) =>
      Number(values[name]) === 1 ? one : many,
    );
    return counted.replace(/\{(\w+)(?::\w+)?\}/g, (whole, name) => values[name] ?? whole);
  };
  /** Goes to a page by the menu, which a phone opens first. @param {string | RegExp} entry its key, or its words */
  const go = async (entry) => {
    // A customer's phone has it at its foot, in a bar with the pages that are used most; others have it at the head.
    const named = (name) => page.getByRole("button", { name, exact: true });
    const opens = panel === "app" ? named(t("frame.more")).or(named(t("frame.menu"))) : named(t("frame.menu"));
    if (size.width < MENU_STANDS) await opens.first().click();
    const menu = page.getByRole("navigation", { name: t("frame.menu"), exact: true });
    const name = typeof entry === "string" ? t(`menu.${entry}`) : entry;
    await menu.getByRole("link", { name, exact: true }).click();
  };
  return { t, go, money, count };
}
