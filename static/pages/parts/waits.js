// @ts-check
// Why nothing is done about an order yet.

import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";

/** In words; "" where nothing is waited for. @param {any} order */
export function waitsNote({ waits_for: what, next_run_at: next, start_at: start }) {
  return what ? t(`waits_for.${what}`, { at: moment(next ?? start) }) : "";
}

/** @param {{order: any}} props */
export const Waits = ({ order }) =>
  order.waits_for && html`<div class="text-secondary small">${waitsNote(order)}</div>`;
