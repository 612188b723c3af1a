// @ts-check
// What a buyer wants to know of a service: how long its orders usually take, where enough were completed to say so, and
// what it promises afterwards.

import { html } from "../../lib/dom.js";
import { duration, t } from "../../lib/i18n.js";

/** @typedef {import("../../lib/services.js").Service} Service */

/** @param {{service: Service}} props */
export const UsualTime = ({ service }) =>
  service.average_seconds !== null &&
  html`<div class="text-secondary small">${t("services.usually", { time: duration(service.average_seconds) })}</div>`;

/** What the quantity is multiplied by for the price, in words; "" where it is by nothing. @param {Service} service */
export const perTime = ({ times }) => (times ? t(`services.per_${times}`) : "");

/** Whether it is refilled, and until when. @param {Service} service */
export function warranty({ refill, refill_days: days }) {
  if (!refill) return t("terms.no_refill");
  return days ? t("terms.refill_days", { days }) : t("terms.refill_sold");
}

/** Whether an order can be canceled once it was sent. @param {Service} service */
export const cancels = ({ cancel }) => t(cancel ? "terms.cancel" : "terms.no_cancel");

/** @param {{service: Service}} props */
export const Terms = ({ service }) => html`
  <div class="text-secondary small">${warranty(service)} · ${cancels(service)}</div>`;
