// @ts-check
import { lang } from "./i18n.js";
import { day, moment, shortDay, today } from "./time.js";

/** When, as short as a row has room for: the time alone of today, the day before it. @param {string} at */
export function clock(at) {
  const now = day(today());
  const then = day(new Date(at));
  if (then === now) return moment(lang.value, at, { year: undefined, month: undefined, day: undefined });
  const short = shortDay(lang.value, then);
  if (then.slice(0, 4) === now.slice(0, 4)) return short;
  return lang.value === "vi" ? `${short}/${then.slice(2, 4)}` : `${short} ’${then.slice(2, 4)}`;
}
