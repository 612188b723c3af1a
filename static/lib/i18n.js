// @ts-check
// Words in the reader's language. Every text that people see stands in `locales/`, under the same keys in each.

import { ApiError, ask } from "./api.js";
import { asset, signal } from "./dom.js";
import { browser } from "./store.js";
import * as time from "./time.js";

export const { LANGUAGES } = time;
const REMEMBERED = "lang";

/** @typedef {{[key: string]: string | Words}} Words */

/** The language in use, `vi` unless the reader chose another. */
export const lang = signal(chosen());
const words = signal(/** @type {Words} */ ({}));

function chosen() {
  const kept = browser.get(REMEMBERED);
  return kept && LANGUAGES.includes(kept) ? kept : "vi";
}

/** Which files the pages of this entry take their words from. @type {string[]} */
let files = [];

/** Loads the words; before it ends nothing is shown. @param {string[]} names files of `locales/`, without language */
export async function start(names) {
  files = names;
  await use(lang.value);
}

/** Whether the words of a file are there. @param {string} name */
export const knows = (name) => files.includes(name);

/** Loads further words, which the panel goes without until somebody needs them. @param {string} name */
export async function more(name) {
  const before = files;
  if (before.includes(name)) return;
  files = [...before, name];
  await use(lang.value).catch((error) => {
    files = before;
    throw error;
  });
}

/** Changes the language of the whole page. @param {string} code */
export async function use(code) {
  const parts = await Promise.all(files.map((name) => ask(asset(`locales/${name}.${code}.json`))));
  /** @type {Record<string, Words>} */
  const whole = {};
  // A section may stand in several files: what only one panel says is in that panel's.
  for (const [section, texts] of parts.flatMap((part) => Object.entries(part)))
    whole[section] = { ...whole[section], ...texts };
  words.value = whole;
  lang.value = code;
  browser.set(REMEMBERED, code);
  document.documentElement.lang = code;
}

/** @param {string} key @returns {string | undefined} */
function found(key) {
  /** @type {string | Words | undefined} */
  let at = words.value;
  for (const part of key.split(".")) at = typeof at === "object" ? at[part] : undefined;
  return typeof at === "string" ? at : undefined;
}

/** Whether there are words under this key. @param {string} key */
export const has = (key) => found(key) !== undefined;

/** How the words may ask for a value: `{min:money}`. @type {Record<string, (value: any, values: any) => string>} */
const SHOWN = {
  number: (value) => number(Number(value)),
  seconds: (ms) => number(ms / 1000),
  money,
  rate: (value) => rate(value),
  // In the `currency` beside it.
  amount: (value, { currency }) => foreignMoney(value, currency),
  moment: (value) => moment(value),
  words: (value) => value.join(", "),
  // Digits that count nothing.
  id: String,
  field: (name) => {
    const key = [`field.${name}`, `order_field.${name}`].find(has);
    return key ? t(key) : name;
  },
  rule: (rule) => t(`rule.${rule.rule}`, rule.values),
  reason: (reason) => why(reason),
  note: (note) => noted(note),
  cause: ({ code, values }) => t(`cause.${code}`, values),
  backup_cause: ({ code, values }) => t(`backup_cause.${code}`, values),
  defect: (name) => t(`defect.${name}`),
  order_status: (name) => t(`status.order.${name}`),
  fields: (names) => names.map((/** @type {string} */ name) => SHOWN.field(name, {})).join(", "),
  order_field: (name) => t(`order_field.${name}`),
  remark: (remark) => remarked(remark),
  refusal: (error) => refused(error),
};

/** With `{count|order|orders}` replaced: the first for one, the second for all else.
 * @param {string} text @param {Record<string, any>} values */
const pluralized = (text, values) =>
  text.replace(/\{(\w+)\|([^|}]*)\|([^|}]*)\}/g, (whole, name, one, many) => {
    if (!(name in values)) return whole;
    return Number(values[name]) === 1 ? one : many;
  });

/** The words under a key, with `{name}`, `{name:how}` and `{name|one|many}` replaced. What stands in brackets falls
 * away where one of its values is missing: `sent[ at {at:moment}]`. @param {string} key
 * @param {Record<string, any>} [values] */
export function t(key, values = {}) {
  const parts = (found(key) ?? key).split(/[[\]]/);
  const whole = parts.filter((part, index) => index % 2 === 0 || complete(part, values));
  return pluralized(whole.join(""), values).replace(/\{(\w+)(?::(\w+))?\}/g, (whole, name, how) => {
    if (!(name in values)) return whole;
    return how ? SHOWN[how](values[name], values) : String(values[name]);
  });
}

/** Whether every value that a part asks for is there. @param {string} part @param {Record<string, any>} values */
const complete = (part, values) =>
  [...part.matchAll(/\{(\w+)/g)].every(([, name]) => values[name] !== null && values[name] !== undefined);

/** The same in parts, for values that are more than text: a link stays one. @param {string} key
 * @param {Record<string, any>} values @param {Record<string, any>} [counts] the numbers among them
 * @returns {any[]} */
export const rich = (key, values, counts = {}) =>
  pluralized(t(key), counts)
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? (values[part.slice(1, -1)] ?? part) : part));

/** The names of what is under a key. @param {string} key */
export function keysOf(key) {
  /** @type {any} */
  let at = words.value;
  for (const part of key.split(".")) at = at?.[part];
  return Object.keys(at ?? {});
}

/** A number as the reader's language writes it, a minus as a minus sign and not as the hyphen that a line breaks at.
 * @param {number} value @param {Intl.NumberFormatOptions} [options] */
const written = (value, options = {}) =>
  time.format(Intl.NumberFormat, time.numbersOf(lang.value), options).format(value).replace("-", "−");

const VND = { style: /** @type {const} */ ("currency"), currency: "VND" };

/** `1.250.000 ₫`. @param {number | null | undefined} amount whole VND */
export function money(amount) {
  if (amount === null || amount === undefined) return "–";
  return written(amount, VND);
}

/** With a plus before what came in. @param {number} amount */
export const signed = (amount) => (amount > 0 ? `+${money(amount)}` : money(amount));

/** @param {number | null | undefined} value */
export const number = (value) => (value === null || value === undefined ? "–" : written(value));

/** What thousands, millions and billions are called for short. */
const SHORT = /** @type {[string, number][]} */ ([
  ["billion", 1e9],
  ["million", 1e6],
  ["thousand", 1e3],
]);

/** `1,2 tr`: for where there is little room. @param {number} value */
export function short(value) {
  const [name, size] = SHORT.find(([, from]) => Math.abs(value) >= from) ?? ["", 1];
  const digits = written(value / size, { maximumFractionDigits: 2 });
  return name ? t(`short.${name}`, { number: digits }) : digits;
}

/** A rate: VND with up to three places. @param {string} text a decimal */
export const rate = (text) => written(Number(text), { ...VND, maximumFractionDigits: 3 });

/** A number with its places. @param {string} text a decimal */
export const decimalNumber = (text) => written(Number(text), { maximumFractionDigits: 9 });

/** An amount as a provider writes it; what is no plain decimal stays as it is. @param {string} text
 * @param {string | null | undefined} currency null: unknown */
export function foreignMoney(text, currency) {
  const isRead = /^-?\d{1,15}(\.\d{1,9})?$/.test(text);
  if (isRead && currency?.toUpperCase() === "VND") return rate(text);
  const amount = isRead ? decimalNumber(text) : text;
  return currency ? `${amount} ${currency}` : amount;
}

/** @param {number} value */
export const percent = (value) => `${number(value)}%`;
/** Of a file: `1,4 MB`. @param {number} bytes */
export const fileSize = (bytes) => written(bytes / 1e6, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

/** @param {string | null} at */
export const moment = (at) => (at ? time.moment(lang.value, at) : "–");
/** @param {string} at */
export const exactMoment = (at) => time.withSeconds(lang.value, at);
/** @param {string} at */
export const ago = (at) => time.ago(lang.value, at);
/** @param {number} seconds */
export const duration = (seconds) => (seconds < 60 ? t("common.under_a_minute") : time.duration(lang.value, seconds));
/** How long, in days, hours and minutes. @param {number} minutes */
export const span = (minutes) => time.span(lang.value, minutes);
/** A day as the page writes it; what is none stays as it is. @param {string} text `2026-11-25` */
export const date = (text) => time.date(lang.value, text);
/** @param {string} date */
export const shortDay = (date) => time.shortDay(lang.value, date);

/** What happened and what to do, for whatever was thrown. @param {any} error */
export function sentence(error) {
  if (!(error instanceof ApiError)) return t("errors.internal", { id: "" });
  if (error.fields.length) return [...new Set(error.fields.map(fieldSentence))].join(" ");
  if (error.reason) return why(error);
  const key = `errors.${error.code}`;
  return t(has(key) ? key : "errors.internal", { id: error.requestId, seconds: error.retryAfter || 60 });
}

/** The same where no field of a form stands beside it: each field at fault is named. @param {ApiError} error */
export function refused(error) {
  const name = (/** @type {string} */ field) => (has(`order_field.${field}`) ? t(`order_field.${field}`) : field);
  const named = error.fields.map((one) => `${name(one.field)}: ${fieldSentence(one)}`);
  return named.join(" ") || sentence(error);
}

/** A remark in words. @param {{key: string, about: Record<string, any>}} remark */
export const remarked = ({ key, about }) => t(key, about);

/** Why what was typed is no number for its field. @param {{problem: string, about: Record<string, string>}} refusal */
export const numberSentence = ({ problem, about }) => remarked({ key: `number.${problem}`, about });

/** What one field must be. @param {import("./api.js").Problem} problem */
export const fieldSentence = ({ message, rule, values }) => (has(`rule.${rule}`) ? t(`rule.${rule}`, values) : message);

/** What the operator is told in passing. @param {{code: string, values?: Record<string, any>}} note */
export const noted = ({ code, values }) => t(`note.${code}`, values);

/** Why something is refused or failed. @param {{reason?: string, values?: Record<string, any>}} of */
export const why = ({ reason, values }) => t(`refusal.${reason}`, values);
