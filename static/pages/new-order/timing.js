// @ts-check
// When an order is to begin, and in how many runs, where the service is sold so.

import { html } from "../../lib/dom.js";
import { span, t } from "../../lib/i18n.js";
import { whole } from "../../lib/number.js";
import { quantityOf, typedIn } from "../../lib/order-fields.js";
import { now, readMoment, typedMoment } from "../../lib/time.js";
import { Field } from "../../ui/form.js";
import { NumberField, wrongNumbers } from "../../ui/number-field.js";

/** @typedef {import("../../lib/services.js").Service} Service */

const RUNS = { min: 2, max: 1000 };
const MOST_INTERVAL = 10_080;
const MOST_MINUTES = 90 * 24 * 60;

/** What a pause may be; all runs fit within 90 days. @param {Record<string, any>} values */
const interval = (values) => ({
  min: 0,
  max: Math.min(MOST_INTERVAL, Math.floor(MOST_MINUTES / (whole(typedIn(values, "runs"), RUNS) ?? RUNS.min))),
});

/** What is wrong with the runs that were typed, by field. @param {Service} service @param {Record<string, any>} values
 * @returns {Record<string, string>} */
export const wrongRuns = (service, values) =>
  service.dripfeed && values.drip_feed ? wrongNumbers(values, { runs: RUNS, interval: interval(values) }) : {};

/** @param {{form: import("../../ui/form.js").Form, service: Service}} props */
export function RunsFields({ form, service }) {
  if (!service.dripfeed) return null;
  const { values } = form;
  const quantity = quantityOf(service, values);
  const { max } = interval(values);
  const [runs, pause] = [whole(typedIn(values, "runs"), RUNS), whole(typedIn(values, "interval"), { max })];
  const minutes = runs === null || pause === null ? null : (runs - 1) * pause;
  return html`
    <${Field} form=${form} name="drip_feed" type="checkbox" label=${t("new_order.drip_feed")} />
    ${
      values.drip_feed &&
      html`
      <div class="row">
        <div class="col-sm-6"><${NumberField} form=${form} name="runs" label=${t("runs.runs")} kind=${RUNS} required
          hint=${t("new_order.bounds", RUNS)} /></div>
        <div class="col-sm-6"><${NumberField} form=${form} name="interval" label=${t("runs.interval")}
          kind=${interval(values)} required hint=${t("new_order.bounds", { min: 0, max })} /></div>
      </div>
      ${
        quantity !== null &&
        runs !== null &&
        html`<p class="text-secondary" aria-live="polite">
          ${t("new_order.runs_sum", { runs, quantity, all: runs * quantity })}
          ${minutes ? html` ${t("new_order.runs_span", { span: span(minutes) })}` : null}</p>`
      }`
    }`;
}

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
