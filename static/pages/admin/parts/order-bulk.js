// @ts-check
// The same status for many orders.

import { put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { refund } from "../../../lib/money.js";
import { Button } from "../../../ui/button.js";
import { Notice } from "../../../ui/notice.js";
import { Bulk } from "../desk/bulk.js";
import { BulkDialog } from "./bulk-dialog.js";
import { goesOn, nextStatuses } from "./order-actions.js";

/** @param {{selection: import("../../../ui/selection.js").Selection, rows: any[], replace: (order: any) => void}}
 *   props */
export function OrderBulk({ selection, rows, replace }) {
  // Kept as they were when asked: a row may leave the list while it is changed.
  const [asked, ask] = useState(/** @type {{status: string, orders: any[]} | null} */ (null));
  const { chosen, clear } = selection;
  if (!chosen.length && !asked) return null;
  const end = (/** @type {boolean} */ finished) => {
    ask(null);
    if (finished) clear();
  };
  const label = t("orders.selected", { count: chosen.length });
  const sum = chosen.reduce((all, order) => all + order.paid, 0);
  return html`
    <${Bulk} label=${label} sum=${money(sum)} selection=${selection} rows=${rows}>
      ${["processing", "in_progress", "completed", "canceled"].map((status) => {
        const fits = chosen.some((order) => nextStatuses(order).includes(status));
        return html`<span key=${status} title=${fits ? undefined : t("orders.bulk_none")}>
          <${Button} disabled=${!fits} work=${() => ask({ status, orders: chosen })}>
            ${t(`status.order.${status}`)}<//></span>`;
      })}
    <//>
    ${asked && html`<${StatusBulk} ...${asked} replace=${replace} close=${end} />`}`;
}

/** @param {{orders: any[], status: string, replace: (order: any) => void, close: (finished: boolean) => void}} props */
function StatusBulk({ orders, status, replace, close }) {
  const fitting = orders.filter((order) => nextStatuses(order).includes(status));
  const back = fitting.reduce((sum, order) => sum + refund(order, status, null), 0);
  const call = (/** @type {any} */ order) => put(`/api/admin/orders/${order.id}/status`, { status }).then(replace);
  return html`
    <${BulkDialog} title=${t("orders.bulk_title", { count: fitting.length, status: t(`status.order.${status}`) })}
      items=${fitting} call=${call} kind=${status === "canceled" ? "danger" : "primary"} close=${close}>
      ${
        fitting.length < orders.length &&
        html`<${Notice} kind="info">${t("orders.bulk_left_out", { count: orders.length - fitting.length })}<//>`
      }
      <${Notice} kind=${back ? "warning" : "info"}>
        ${back ? t("orders.bulk_refund", { amount: money(back) }) : t("orders.bulk_no_refund")}
      <//>
      ${
        fitting.some((order) => goesOn(order, status)) &&
        html`<${Notice} kind="warning">${t("order_actions.goes_on")}<//>`
      }
    <//>`;
}
