// @ts-check
// What several pages say of a customer's order.

import { withQuery } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { money, t } from "../../lib/i18n.js";
import { Status } from "../../ui/status.js";
import { CancelState } from "./cancel-order.js";
import { RunsDone } from "./run-facts.js";
import { Waits } from "./waits.js";

/** Where the same is bought once more; a run or a post is bought with all that it is one of. @param {any} order */
export const againHref = (order) => withQuery("/", { again: order.parent_id ?? order.id });

/** @param {number} id */
export const linkTo = (id) => /** @type {HTMLElement | null} */ (document.querySelector(`td a[href="/orders/${id}"]`));

/** What the customer did is told as to them. @param {string} reason */
export const reasonKey = (reason) =>
  reason === "canceled_by_customer" ? "orders.canceled_by_you" : `reason.${reason}`;

/** @param {{order: any}} props */
export const Charge = ({ order }) => html`
  ${money(order.charge)}
  ${
    order.refunded > 0 &&
    html`<div class="amount-in small">${t("orders.refunded", { amount: money(order.refunded) })}
    </div>`
  }`;

/** @param {{order: any}} props */
export const OrderStatus = ({ order }) => html`
  <${Status} of="order" value=${order.status} />
  ${order.reason && html`<div class="text-secondary small">${t(reasonKey(order.reason))}</div>`}
  <${CancelState} order=${order} />
  <${Waits} order=${order} />
  <${RunsDone} order=${order} />`;
