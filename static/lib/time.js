// @ts-check
// Times come as RFC 3339 in UTC and are shown in the panel's zone, wherever the reader sits.

/** How far the server's clock is ahead of this machine's, in milliseconds. */
let ahead = 0;
/** A `Date` header names whole seconds; smaller differences are no news. */
const PRECISION_MS = 1500;

/** The server's time, in milliseconds. Whatever is compared with a time that the server named is compared with this:
 * the reader's own clock may be days off. */
export const now = () => Date.now() + ahead;

/** The server's time, as a date. */
export const today = () => new Date(now());

/** Sets the clock by what the server said. @param {string | null | undefined} date to the second, as a `Date` header
 * @param {number} [since] how long ago that was, in milliseconds */
export function setBy(date, since = 0) {
  const said = Date.parse(date ?? "");
  if (Number.isNaN(said)) return;
  // In the middle of that second.
  const heard = said + 500 + since;
  if (Math.abs(heard - now()) > PRECISION_MS) ahead = heard - Date.now();
}

export const ZONE = "Asia/Ho_Chi_Minh";

/** Making one takes a thousand times as long as using it. @type {Map<string, any>} */
const formats = new Map();

/** A format of the browser, made once. @template T, Options
 * @param {{new (locale: string, options: Options): T}} Kind @param {string} locale @param {Options} options
 * @returns {T} */
export function format(Kind, locale, options) {
  const key = `${Kind.name} ${locale} ${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) formats.set(key, (known = new Kind(locale, options)));
  return known;
}

/** The languages, and as where each of them writes numbers and days. Its words are in `locales/`.
 * @type {Record<string, {numbers: string, days: string}>} */
const SPOKEN = {
  vi: { numbers: "vi-VN", days: "vi-VN" },
  en: { numbers: "en-US", days: "en-GB" },
};

export const LANGUAGES = Object.keys(SPOKEN);

/** Where numbers are written as in this language. @param {string} lang */
export const numbersOf = (lang) => SPOKEN[lang].numbers;

/** How a day is written: `01/12/2026`, and elsewhere, where that could be January, `1 Dec 2026`. @param {string} lang
 * @returns {Intl.DateTimeFormatOptions} */
const dayOf = (lang) =>
  lang === "vi"
    ? { year: "numeric", month: "2-digit", day: "2-digit" }
    : { year: "numeric", month: "short", day: "numeric" };

/** @param {string} lang @param {string} at @param {Intl.DateTimeFormatOptions} [more] */
export function moment(lang, at, more) {
  return format(Intl.DateTimeFormat, SPOKEN[lang].days, {
    timeZone: ZONE,
    ...dayOf(lang),
    hour: "2-digit",
    minute: "2-digit",
    ...more,
  }).format(new Date(at));
}

/** @param {string} lang @param {string} at */
export const withSeconds = (lang, at) => moment(lang, at, { second: "2-digit" });

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" };

/** `2026-11-25`, the day in the panel's zone. @param {Date} at */
export const day = (at) => format(Intl.DateTimeFormat, "en-CA", DAY).format(at);

/** Hours that the zone is ahead of UTC, all year. */
const OFFSET_HOURS = 7;

/** The zone's clock as a field of a form takes it: `2026-11-25T08:30`. @param {number} at milliseconds */
export const typedMoment = (at) => new Date(at + OFFSET_HOURS * 3_600_000).toISOString().slice(0, 16);

/** What stands in such a field, as the API takes it; "" where it is no moment. @param {string} typed */
export function readMoment(typed) {
  const at = Date.parse(`${typed}:00+0${OFFSET_HOURS}:00`);
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}

/** The day so many days before `at`. @param {Date} at @param {number} days */
export const daysBefore = (at, days) => day(new Date(at.getTime() - days * 86_400_000));

/** Days show short: `25/11`, `25 Nov`. @param {string} lang @param {string} date `2026-11-25` */
export function shortDay(lang, date) {
  const [, month, dayOfMonth] = date.split("-");
  if (lang === "vi") return `${dayOfMonth}/${month}`;
  return moment(lang, `${date}T00:00:00Z`, { year: undefined, hour: undefined, minute: undefined, timeZone: "UTC" });
}

/** Days in full: `25/11/2026`, `25 Nov 2026`; what is none stays as it is.
 * @param {string} lang @param {string} date `2026-11-25` */
export function date(lang, date) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  const clock = { hour: undefined, minute: undefined, timeZone: "UTC" };
  return moment(lang, `${date}T00:00:00Z`, clock);
}

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

/** "5 minutes ago". @param {string} lang @param {string} at @param {number} [from] milliseconds */
export function ago(lang, at, from = now()) {
  const seconds = Math.round((new Date(at).getTime() - from) / 1000);
  const [unit, size] = STEPS.find(([, step]) => Math.abs(seconds) >= step) ?? STEPS[3];
  return format(Intl.RelativeTimeFormat, lang, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** "2.5 hours": in the largest unit of which there is one, with a place where it says something. @param {string} lang
 * @param {number} seconds */
export function duration(lang, seconds) {
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? STEPS[3];
  const count = seconds / size;
  const options = { maximumFractionDigits: unit !== "second" && count < 10 ? 1 : 0 };
  return format(Intl.NumberFormat, numbersOf(lang), {
    style: "unit",
    unit,
    unitDisplay: "long",
    ...options,
  }).format(count);
}

/** "1 day, 2 hours and 5 minutes", without what there is none of. @param {string} lang @param {number} minutes */
export function span(lang, minutes) {
  const locale = SPOKEN[lang].days;
  const parts = /** @type {[string, number][]} */ ([
    ["day", Math.floor(minutes / 1440)],
    ["hour", Math.floor(minutes / 60) % 24],
    ["minute", minutes % 60],
  ]).filter(([, count]) => count);
  const said = parts.map(([unit, count]) =>
    format(Intl.NumberFormat, locale, { style: "unit", unit, unitDisplay: "long" }).format(count),
  );
  return format(Intl.ListFormat, locale, { type: "conjunction" }).format(said);
}

/** `mm:ss` or `h:mm:ss` left; never below zero. @param {number} milliseconds */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}
