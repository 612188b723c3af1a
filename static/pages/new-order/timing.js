// @ts-check
// When an order is to begin.

import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { typedIn } from "../../lib/order-fields.js";
import { now, readMoment, typedMoment } from "../../lib/time.js";
import { Field } from "../../ui/form.js";

/** How far ahead an order may be scheduled. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;

/** What is wrong with the time that was typed, by field. @param {Record<string, any>} values
 * @returns {Record<string, string>} */
export function wrongTiming(values) {
  const typed = typedIn(values, "start_at");
  if (!typed) return {};
  const start = Date.parse(readMoment(typed));
  const fits = start > now() && start <= now() + MOST_DAYS * DAY_MS;
  return fits ? {} : { start_at: t("rule.time_ahead", { days: MOST_DAYS }) };
}

/** @param {{form: import("../../ui/form.js").Form}} props */
export const TimingFields = ({ form }) => html`
  <${Field} form=${form} name="start_at" type="datetime-local" label=${t("new_order.start_at")}
    hint=${t("new_order.start_at_hint")} min=${typedMoment(now())} max=${typedMoment(now() + MOST_DAYS * DAY_MS)} />`;
