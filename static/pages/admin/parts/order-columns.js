// @ts-check
// An order in a row of the admin's lists.

import { html } from "../../../lib/dom.js";
import { moment, money, noted, number, t } from "../../../lib/i18n.js";
import { isAdmin } from "../../../lib/session.js";
import { Button } from "../../../ui/button.js";
import { LinkText } from "../../../ui/link-text.js";
import { Status } from "../../../ui/status.js";
import { partOf, Quantity, RunsDone } from "../../parts/run-facts.js";
import { Waits } from "../../parts/waits.js";
import { AcknowledgeDialog, nextStatuses, ResolveDialog, StatusDialog } from "./order-actions.js";
import { CancelState } from "../../parts/cancel-order.js";
import { CancelDialog, isCancelOpen } from "./cancel-dialog.js";
import { ServiceWords } from "./service-words.js";
import { UserLink } from "./user-link.js";

/** @typedef {import("../../../ui/table.js").Column} Column */

/** @param {(what: {dialog: any, order: any}) => void} open @returns {Column[]} */
export const orderColumns = (open) => [
  {
    label: "ID",
    place: "2a",
    cell: (order) => html`<a href=${`/admin/orders/${order.id}`}>${order.id}</a>
      ${order.parent_id && html`<${RunOf} order=${order} />`}`,
  },
  {
    label: t("orders.user"),
    place: "2b",
    class: "bare",
    cell: (order) => html`<${UserLink} id=${order.user_id} name=${order.username} />`,
  },
  { label: t("orders.charge"), place: "1b", number: true, cell: (order) => html`<${Charge} order=${order} />` },
  {
    label: t("orders.service"),
    place: "1a",
    cell: (order) => html`
      <div class="service-cell">
        <span class="text-secondary">${order.service_id} ·</span> <${ServiceWords} name=${order.service_name} />
        <div><${LinkText} text=${order.link} /></div>
      </div>`,
  },
  { label: t("orders.quantity"), place: "3a", number: true, cell: (order) => html`<${Count} order=${order} />` },
  { label: t("orders.status"), place: "4a", class: "bare", cell: (order) => html`<${Standing} order=${order} />` },
  { label: t("common.time"), place: "3b", class: "bare", cell: (order) => moment(order.created_at) },
  {
    label: t("common.actions"),
    place: "4b",
    class: "bare",
    cell: (order) => html`<${Actions} order=${order} open=${open} />`,
  },
];

/** @param {{order: any}} props */
const RunOf = ({ order }) => html`
  <div class="text-secondary small">${partOf(order)}</div>`;

/** What the customer paid, of a run its share, with the provider's cost beneath. @param {{order: any}} props */
const Charge = ({ order }) => html`
  ${money(order.paid)}
  ${
    Number.isInteger(order.cost) &&
    html`<div class="text-secondary small">${t("orders.cost")} ${money(order.cost)}</div>`
  }
  ${order.refunded > 0 && html`<div class="amount-out small">−${money(order.refunded)}</div>`}`;

/** @param {{order: any}} props */
const Count = ({ order }) => html`
  <${Quantity} order=${order} />
  <div class="text-secondary small">
    ${order.start_count !== null && html`${t("orders.start")} ${number(order.start_count)}<br />`}
    ${order.remains !== null && html`${t("orders.remains")} ${number(order.remains)}`}
  </div>`;

/** Whether its runs are under way: it is never sent itself. @param {any} order */
const isInRuns = (order) =>
  order.runs && order.dispatch === "sent" && ["processing", "in_progress"].includes(order.status);

/** @param {{order: any}} props */
export const Standing = ({ order }) => html`
  <${Status} of="order" value=${order.status} />
  ${order.reason && html`<div class="text-secondary small">${t(`reason.${order.reason}`)}</div>`}
  <${CancelState} order=${order} />
  <div class="small">
    ${
      isInRuns(order)
        ? html`<span class="badge status-blue">${t("runs.under_way")}</span>`
        : html`<${Status} of="dispatch" value=${order.dispatch} />`
    }
  </div>
  <${Waits} order=${order} />
  ${
    order.behind_order_id &&
    html`<a class="small" href=${`/admin/orders/${order.behind_order_id}`}>
      ${t("orders.behind", { id: order.behind_order_id })}</a>`
  }
  ${order.slow && html`<div class="text-warning-emphasis small">${t(`slow.${order.slow}`)}</div>`}
  <${RunsDone} order=${order} />
  ${
    order.contradiction_coded &&
    html`<div class="amount-out small text-break"><bdi>${noted(order.contradiction_coded)}</bdi></div>`
  }`;

/** @param {{order: any, open: (what: {dialog: any, order: any}) => void, wide?: boolean}} props `wide`: all in words */
export const Actions = ({ order, open, wide = false }) => html`
  <div class="btn-list">
    ${
      isAdmin() &&
      order.dispatch === "review" &&
      html`<${Button} small=${!wide} kind="primary" work=${() => open({ dialog: ResolveDialog, order })}>
        ${t("orders.resolve")}
      <//>`
    }
    ${
      order.contradiction_coded &&
      html`<${Button} small=${!wide} kind="primary" work=${() => open({ dialog: AcknowledgeDialog, order })}>
        ${t("order.acknowledge")}
      <//>`
    }
    ${
      isAdmin() &&
      isCancelOpen(order) &&
      html`<${Button} small=${!wide} kind="primary" work=${() => open({ dialog: CancelDialog, order })}>
        ${t("cancel_request.button")}
      <//>`
    }
    ${
      nextStatuses(order).length > 0 &&
      html`<${Button} small=${!wide} icon="edit" label=${wide ? undefined : t("orders.set_status")}
        work=${() => open({ dialog: StatusDialog, order })}>${wide && t("orders.set_status")}<//>`
    }
  </div>`;
