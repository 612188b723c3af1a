// @ts-check
// Why nothing is done about an order yet.

import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";

/** @param {{order: any}} props */
export const Waits = ({ order }) => {
  if (!order.waits_for) return null;
  const at = moment(order.next_run_at ?? order.start_at);
  return html`<div class="text-secondary small">${t(`waits_for.${order.waits_for}`, { at })}</div>`;
};
