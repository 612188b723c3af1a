// @ts-check
// Why nothing is done about an order yet.

import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";

/** @param {{order: any}} props */
export const Waits = ({ order }) =>
  order.waits_for &&
  html`<div class="text-secondary small">${t(`waits_for.${order.waits_for}`, { at: moment(order.start_at) })}</div>`;
