// @ts-check
// What an order says of its runs or posts.

import { endsInPart } from "../../lib/delivered.js";
import { html } from "../../lib/dom.js";
import { number, t } from "../../lib/i18n.js";

/** How many units: of a drip-feed those of a run, how many runs, and the sum. @param {{order: any}} props */
export const Quantity = ({ order: { quantity, runs } }) => html`
  ${number(quantity)}${runs && html`<span class="text-nowrap"> × ${number(runs)}</span>`}
  ${runs && html`<div class="text-secondary small">${t("runs.each", { quantity, all: quantity * runs })}</div>`}`;

/** How many runs have ended, or posts are used, in words; "" where it has none. @param {any} order */
export function runsText(order) {
  if (order.runs) return t("runs.done", { done: order.runs_done, all: order.runs });
  return order.posts ? t("posts.used", { done: order.posts_done, all: order.posts }) : "";
}

/** The same as a picture, and whether others follow. @param {{order: any}} props */
export function RunsDone({ order }) {
  const text = runsText(order);
  if (!text) return null;
  const isCanceled = order.status === "canceled";
  return html`
    <div class="mt-1">
      ${
        !isCanceled &&
        html`<progress class="progress" max=${order.runs ?? order.posts} value=${order.runs_done ?? order.posts_done}
        aria-label=${text}></progress>`
      }
      <div class="text-secondary small">${text}</div>
      ${endsInPart(order) && html`<div class="small">${t("runs.stopped")}</div>`}
    </div>`;
}

/** Which part of another order it is, in words. @param {any} order */
export const partOf = ({ run, parent_id: parent }) => t("runs.of", { run, parent });

/** What an order says of its runs or posts, or of the order that it is one of.
 * @param {{order: any, at: string}} props */
export const RunFacts = ({ order, at }) => html`
  ${order.runs && html`<dt>${t("runs.interval")}</dt><dd class="tabular">${number(order.interval)}</dd>`}
  ${
    order.posts &&
    html`<dt>${t("posts.title")}</dt>
    <dd class="tabular">${runsText(order)} · ${t("posts.left", { left: order.posts - order.posts_done })}</dd>`
  }
  ${
    order.parent_id &&
    html`<dt>${t("runs.run_of")}</dt>
    <dd><a href=${`${at}/${order.parent_id}`}>${partOf(order)}</a></dd>`
  }`;
