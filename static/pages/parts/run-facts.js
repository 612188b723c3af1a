// @ts-check
// What an order says of its runs.

import { html } from "../../lib/dom.js";
import { number, t } from "../../lib/i18n.js";

/** How many units: of a drip-feed those of a run, and how many runs. @param {{order: any}} props */
export const Quantity = ({ order }) =>
  html`${number(order.quantity)}${order.runs && html`<span class="text-nowrap"> × ${number(order.runs)}</span>`}`;

/** How many runs have ended, as a picture, and whether others follow. @param {{order: any}} props */
export function RunsDone({ order }) {
  if (!order.runs) return null;
  const done = { done: order.runs_done, all: order.runs };
  const isCanceled = order.status === "canceled";
  return html`
    <div class="mt-1">
      ${
        !isCanceled &&
        html`<progress class="progress" max=${order.runs} value=${order.runs_done}
        aria-label=${t("runs.done", done)}></progress>`
      }
      <div class="text-secondary small">${t("runs.done", done)}</div>
      ${order.runs_stopped && !isCanceled && html`<div class="small">${t("runs.stopped")}</div>`}
    </div>`;
}

/** What an order says of its runs, or of the drip-feed that it is one of. @param {{order: any, at: string}} props */
export const RunFacts = ({ order, at }) => html`
  ${order.runs && html`<dt>${t("runs.interval")}</dt><dd class="tabular">${number(order.interval)}</dd>`}
  ${
    order.parent_id &&
    html`<dt>${t("runs.run_of")}</dt>
    <dd><a href=${`${at}/${order.parent_id}`}>${t("runs.of", { run: order.run, parent: order.parent_id })}</a></dd>`
  }`;
