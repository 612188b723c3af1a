// @ts-check
// An order in one line of the desk's list.

import { clock } from "../../../lib/clock.js";
import { html } from "../../../lib/dom.js";
import { ENDED, progress } from "../../../lib/delivered.js";
import { moment, money, noted, number, t } from "../../../lib/i18n.js";
import { safeHref } from "../../../lib/match.js";
import { platformIcon, shortLink, split } from "../../../lib/service-name.js";
import { isAdmin } from "../../../lib/session.js";
import { CopyButton } from "../../../ui/copy.js";
import { Icon } from "../../../ui/icon.js";
import { StatusDot } from "../../../ui/status.js";
import { partOf, runsText } from "../../parts/run-facts.js";
import { Actions } from "./order-columns.js";
import { isCancelOpen } from "./cancel-dialog.js";
import { UserLink } from "./user-link.js";

/** What the panel kept of it, where its cost is known. @param {any} order @returns {number | null} */
export const profit = (order) => (Number.isInteger(order.cost) ? order.paid - order.refunded - order.cost : null);

/** Whether it waits for a person. @param {any} order */
export const isWaiting = (order) =>
  order.dispatch === "review" || Boolean(order.contradiction_coded) || isCancelOpen(order);

/** All that is to be said of how it stands, besides its status. @param {any} order @returns {string[]} */
export function remarks(order) {
  const isOpen = !ENDED.includes(order.status);
  const at = moment(order.next_run_at ?? order.start_at);
  return [
    order.reason && t(`reason.${order.reason}`),
    isOpen && order.cancel && t(`cancel.${order.cancel.state}`),
    order.dispatch === "review" && t("status.dispatch.review"),
    order.waits_for && t(`waits_for.${order.waits_for}`, { at }),
    order.behind_order_id && t("orders.behind", { id: order.behind_order_id }),
    order.slow && t(`slow.${order.slow}`),
    runsText(order),
    order.contradiction_coded && noted(order.contradiction_coded),
  ].filter(Boolean);
}

/** @typedef {import("../desk/fitting.js").DeskColumn} DeskColumn */

/** @returns {DeskColumn[]} */
export const orderLines = () => [
  {
    key: "id",
    label: t("orders.id"),
    width: 68,
    fixed: true,
    cell: (order) => html`<a class="desk-id" href=${`/admin/orders/${order.id}`}>${order.id}</a>`,
    whole: (order) => (order.parent_id ? partOf(order) : String(order.id)),
  },
  {
    key: "time",
    label: t("orders.placed"),
    // In English `30 Nov ’25`.
    width: 92,
    drop: 4,
    cell: (order) => html`<time class="soft" datetime=${order.created_at}>${clock(order.created_at)}</time>`,
    whole: (order) => moment(order.created_at),
  },
  {
    key: "user",
    label: t("orders.user"),
    width: 120,
    drop: 3,
    cell: (order) => html`<${UserLink} id=${order.user_id} name=${order.username} />`,
    whole: (order) => order.username,
  },
  {
    key: "service",
    label: t("orders.service"),
    least: 200,
    fixed: true,
    over: true,
    cell: (order) => html`<${ServiceName} name=${order.service_name} />`,
    whole: (order) => `${order.service_id} · ${order.service_name}`,
  },
  {
    key: "link",
    label: t("order.link"),
    width: 156,
    drop: 1,
    over: true,
    cell: (order) => html`<${ShortLink} text=${order.link} />`,
    whole: (order) => order.link,
  },
  {
    key: "charge",
    label: t("orders.charge"),
    width: 104,
    number: true,
    cell: (order) => money(order.paid),
    whole: (order) => (order.refunded ? `${money(order.paid)} · ${t("order.refunded")} ${money(order.refunded)}` : ""),
  },
  ...(isAdmin() ? [PROFIT()] : []),
  { key: "done", label: t("orders.done"), width: 108, number: true, cell: (order) => html`<${Done} order=${order} />` },
  {
    key: "status",
    label: t("orders.status"),
    width: 152,
    fixed: true,
    cell: (order) => html`<${Standing} order=${order} />`,
    whole: (order) => remarks(order).join(" · "),
  },
];

/** @returns {DeskColumn} */
const PROFIT = () => ({
  key: "profit",
  label: t("orders.profit"),
  width: 92,
  drop: 2,
  number: true,
  cell: (order) => html`<span class=${(profit(order) ?? 0) < 0 ? "amount-out" : "soft"}>${money(profit(order))}</span>`,
  whole: (order) => (Number.isInteger(order.cost) ? `${t("orders.cost")} ${money(order.cost)}` : ""),
});

/** A service's name: what it is, and softly what is added. @param {{name: string}} props */
export function ServiceName({ name }) {
  const { head, tail } = split(name);
  const icon = platformIcon(name);
  return html`
    <span class="desk-name">
      <span class=${`tile tile-${icon}`}><${Icon} name=${icon} /></span>
      <bdi class="desk-name-head">${head}</bdi>${tail && html` <bdi class="desk-name-tail">${tail}</bdi>`}
    </span>`;
}

/** @param {{text: string}} props */
const ShortLink = ({ text }) => {
  const href = safeHref(text);
  const shown = html`<bdi>${shortLink(text)}</bdi>`;
  return href
    ? html`<a class="soft" href=${href} target="_blank" rel="noopener noreferrer">${shown}</a>`
    : html`<span class="soft">${shown}</span>`;
};

/** @param {{order: any}} props */
function Done({ order }) {
  const { done, all } = progress(order);
  const quantity = order.runs ? `${number(order.quantity)} × ${number(order.runs)}` : number(order.quantity);
  if (order.status === "completed") return html`<span class="soft">${quantity}</span>`;
  const said = html`${number(done)} <span class="soft">/ ${number(all)}</span>`;
  if (order.status === "canceled") return said;
  return html`<${Bar} done=${done} all=${all} tone=${toneOf(order)}>${said}<//>`;
}

/** @param {any} order */
export const toneOf = (order) => {
  if (order.slow || order.status === "partial") return "orange";
  return order.status === "completed" ? "green" : "blue";
};

/** Figures over how far it is, as far as anybody said.
 * @param {{done: number | null, all: number, tone: string, children?: any}} props */
export const Bar = ({ done, all, tone, children }) => {
  const width = `${all ? (100 * (done ?? 0)) / all : 0}%`;
  return html`
    <span class="desk-done">${children}
      <span class=${`desk-bar desk-bar-${tone}`}><span style=${{ width }} /></span>
    </span>`;
};

/** @param {{order: any}} props */
const Standing = ({ order }) => {
  const all = remarks(order);
  return html`
    <span class="desk-standing">
      ${
        isWaiting(order)
          ? html`<span class="badge status-orange" title=${t(`status.order.${order.status}`)}>
              ${t("orders.yours")}</span>`
          : html`<${StatusDot} of="order" value=${order.status} />`
      }
      ${order.slow && html`<span class="desk-slow"><${Icon} name="clock" /></span>`}
      ${all.length > 0 && html`<span class="visually-hidden">${all.join(". ")}</span>`}
    </span>`;
};

/** What lies over the end of a row. @param {(what: {dialog: any, order: any}) => void} open */
export const orderOver = (open) => (/** @type {any} */ order) => html`
  <${CopyButton} text=${order.link} what=${t("order.link")} />
  <${Actions} order=${order} open=${open} />`;
