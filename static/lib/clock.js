// @ts-check
import { lang } from "./i18n.js";
import { day, moment, shortDay, today } from "./time.js";

/** When, as short as a row has room for: the time alone of today, the day before it. @param {string} at */
export function clock(at) {
  const now = day(today());
  const then = day(new Date(at));
  if (then === now) return moment(lang.value, at, { year: undefined, month: undefined, day: undefined });
  const short = shortDay(lang.value, then);
  return then.slice(0, 4) === now.slice(0, 4) ? short : `${short}/${then.slice(2, 4)}`;
}
