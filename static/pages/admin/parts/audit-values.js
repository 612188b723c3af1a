// @ts-check
// What an entry of the audit log changed, in words: fields by their names, values as the panel writes them.

import { exactMoment, has, money, noted, number, percent, rate, t } from "../../../lib/i18n.js";

/** @typedef {{path: string, before: any, after: any}} Difference */

const MONEY = [
  "balance",
  "bonus",
  "amount",
  "refunded",
  "credited",
  "deposit_min",
  "deposit_max",
  "min_spent",
  "max_bonus",
  "min_deposit",
];
/** What the panel was told, as a code with its figures. */
const NOTE = "contradiction";
/** The ids of those whom a service is shown to. */
const VIEWERS = "visible_to";
/** What stands for the new value of a secret. */
const REPLACED = "replaced";
/** What stands for what is not the same of all that a group of announcements holds. */
const MIXED = "mixed";
const RATES = ["rate", "rate_before", "rate_after", "accepted_cost"];
const MOMENTS = ["reaches_until", "held_since", "starts_at", "ends_at"];
/** Words that stand under a name of their own. @type {Record<string, string>} */
const WORDS = {
  dispatch: "status.dispatch",
  paused_reason: "paused",
  problem: "paused",
  type: "order_type",
  link_kind: "link_kind",
  reason: "reason",
  cancel_request: "cancel",
  role: "users",
  state: "services.states",
  audience: "announcements.for_short",
  kind: "coupons.kinds",
};

/** Every value of a tree by its path: `bank.name`, `tiers.1.min_spent`. @param {any} value @param {string} [path]
 * @returns {Record<string, any>} */
function flat(value, path = "") {
  if (value === null || typeof value !== "object" || [NOTE, VIEWERS].includes(path))
    return path ? { [path]: value } : {};
  const from = Array.isArray(value) ? 1 : 0;
  const named = Object.entries(value).map(([key, one]) => [from ? Number(key) + from : key, one]);
  return Object.assign({}, ...named.map(([key, one]) => flat(one, path ? `${path}.${key}` : `${key}`)));
}

/** What differs. What there is of one side only is not there on the other; of a secret only that it is another one.
 * @param {any} entry @returns {Difference[]} */
export function differences({ before, after }) {
  const { replaced = [], ...rest } = after ?? {};
  const secrets = replaced.map((/** @type {string} */ name) => [`${name}_set`, REPLACED]);
  const [was, is] = [flat(before), { ...flat(rest), ...Object.fromEntries(secrets) }];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((path) => ({ path, before: was[path], after: is[path] }))
    .filter((one) => JSON.stringify(one.before ?? null) !== JSON.stringify(one.after ?? null));
}

/** Whether it is a secret, of which neither value is kept. @param {Difference} difference */
export const isReplaced = ({ path, after }) => (path === "api_key" || path.endsWith("_set")) && after === REPLACED;

/** @param {string} path */
export function fieldName(path) {
  const [first, ...rest] = path.split(".");
  if (first === "notices") return `${t("audit.field.notices")}: ${t(`notice.${rest.join(".")}`)}`;
  const [place] = rest.filter((part) => /^\d+$/.test(part));
  const name = path.replace(/\.\d+/g, "").replaceAll(".", "_");
  const key = `audit.field.${name}`;
  return [has(key) ? t(key) : path, place].filter(Boolean).join(" ");
}

/** Whom a service is shown to, by their names; an empty list is everybody. @param {any} entry @param {number[]} ids */
const viewers = (entry, ids) => ids.map((id) => entry.viewers?.[id] ?? `#${id}`).join(", ") || t("audit.everybody");

/** A value as it is read. @param {any} entry @param {string} path @param {any} value */
export function shown(entry, path, value) {
  if (value === null || value === undefined || value === "") return "–";
  if (path === NOTE) return noted(value);
  if (path === VIEWERS) return viewers(entry, value);
  if (isReplaced({ path, before: null, after: value })) return t("audit.replaced");
  if (path === "active") return t(`status.active.${value ? "active" : "inactive"}`);
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  const name = path.split(".").at(-1) ?? "";
  if (path === "change") return t(`audit.service_change.${value}`);
  if (MONEY.includes(name)) return money(value);
  if (name === "cost") return typeof value === "number" ? money(value) : rate(value);
  if (RATES.includes(name)) return rate(value);
  if (MOMENTS.includes(name)) return value === MIXED ? t("announcements.for_short.mixed") : exactMoment(value);
  if (name.endsWith("_percent")) return percent(value);
  const [area] = entry.subject.split(":");
  const word = name === "status" ? `status.${area === "bank_transaction" ? "bank" : area}` : WORDS[name];
  if (word && has(`${word}.${value}`)) return t(`${word}.${value}`);
  return typeof value === "number" && !/(^|[_.])id$|^refused_orders\./.test(path) ? number(value) : String(value);
}
