// @ts-check
// What a mass order looks like before it is sent, and after.

import { html } from "../../lib/dom.js";
import { money, number, remarked, t } from "../../lib/i18n.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { Table } from "../../ui/table.js";

const MOST_SHOWN = 200;

/** Lines: those to be mended or thought over, the bad ones first, and folded away the others.
 * @param {{lines: import("../../lib/mass-order.js").Line[]}} props */
export const Preview = ({ lines }) => {
  const bad = lines.filter((line) => line.problem);
  const doubtful = lines.filter((line) => !line.problem && line.warning);
  const plain = lines.filter((line) => !line.problem && !line.warning);
  const seen = [...bad, ...doubtful];
  return html`
    ${
      seen.length > 0 &&
      html`<${Card} title=${t("mass_order.to_mend")} flush>
        <${Lines} lines=${seen} label=${t("mass_order.to_mend")} />
      <//>`
    }
    ${
      plain.length > 0 &&
      html`<${Card} flush>
        <details>
          <summary class="card-body">${t("mass_order.good_lines", { count: plain.length })}</summary>
          <${Lines} lines=${plain} label=${t("mass_order.preview")} />
        </details>
      <//>`
    }`;
};

/** @param {{lines: import("../../lib/mass-order.js").Line[], label: string}} props */
const Lines = ({ lines, label }) => {
  const columns = [
    { label: t("mass_order.line"), cell: (/** @type {any} */ line) => line.number },
    { label: t("orders.service"), cell: (/** @type {any} */ line) => line.serviceId || "–" },
    {
      label: t("order.link"),
      cell: (/** @type {any} */ line) => html`<bdi class="link-text">${line.link || line.text}</bdi>`,
    },
    { label: t("new_order.quantity"), number: true, cell: (/** @type {any} */ line) => number(line.quantity || null) },
    { label: t("new_order.charge"), number: true, cell: (/** @type {any} */ line) => money(line.charge) },
    {
      label: t("mass_order.check"),
      cell: (/** @type {any} */ line) =>
        line.problem
          ? html`<span class="amount-out text-break">${remarked(line.problem)}</span>`
          : html`<span class="amount-in">${t("mass_order.good")}</span>
            ${line.warning && html`<div class="text-warning-emphasis small">${remarked(line.warning)}</div>`}`,
    },
  ];
  return html`
    <${Table} columns=${columns} rows=${lines.slice(0, MOST_SHOWN)} label=${label}
      id=${(/** @type {any} */ line) => line.number} />
    <${More} count=${lines.length - MOST_SHOWN} />`;
};

/** What was bought. @param {{placed: {orders: any[], total: number}, rest: boolean}} props `rest`: lines are left */
export const Placed = ({ placed, rest }) => {
  const columns = [
    {
      label: t("mass_order.order"),
      cell: (/** @type {any} */ order) =>
        html`<a href=${`/orders/${order.id}`}>${t("order.title", { id: order.id })}</a>`,
    },
    { label: t("orders.service"), cell: (/** @type {any} */ order) => order.service_name },
    { label: t("order.link"), cell: (/** @type {any} */ order) => html`<bdi class="link-text">${order.link}</bdi>` },
    { label: t("new_order.quantity"), number: true, cell: (/** @type {any} */ order) => number(order.quantity) },
    { label: t("new_order.charge"), number: true, cell: (/** @type {any} */ order) => money(order.charge) },
  ];
  return html`
    <${Notice} kind="success" live>
      ${t("mass_order.done", { count: placed.orders.length, amount: money(placed.total) })}
      ${rest && html` ${t("mass_order.rest")}`}
    <//>
    <${Card} flush>
      <${Table} columns=${columns} rows=${placed.orders.slice(0, MOST_SHOWN)} label=${t("mass_order.result")}
        id=${(/** @type {any} */ order) => order.id} />
      <${More} count=${placed.orders.length - MOST_SHOWN} />
    <//>`;
};

/** @param {{count: number}} props */
const More = ({ count }) =>
  count > 0 && html`<p class="text-secondary px-3 mt-2">${t("mass_order.and_more", { count })}</p>`;
