// @ts-check
// The same change for many orders: one call an order, with progress; what is refused is named and the rest goes on.

import { put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { money, sentence, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Notice } from "../../../ui/notice.js";
import { nextStatuses, refundOf } from "./order-actions.js";

/** @param {{selection: import("../../../ui/selection.js").Selection, replace: (order: any) => void}} props */
export function BulkBar({ selection, replace }) {
  const [status, ask] = useState("");
  const { chosen, clear } = selection;
  if (!chosen.length) return null;
  return html`
    <div class="filters" role="region" aria-label=${t("orders.selected", { count: chosen.length })}>
      <strong>${t("orders.selected", { count: chosen.length })}</strong>
      ${["processing", "in_progress", "completed", "canceled"].map(
        (value) => html`<${Button} key=${value} small work=${() => ask(value)}>${t(`status.order.${value}`)}<//>`,
      )}
      <${Button} small icon="x" label=${t("orders.clear")} work=${clear} />
      ${
        status &&
        html`<${BulkDialog} orders=${chosen} status=${status} replace=${replace} close=${() => ask("")}
          clear=${clear} />`
      }
    </div>`;
}

/** @param {{orders: any[], status: string, replace: (order: any) => void, close: () => void,
 *   clear: () => void}} props */
function BulkDialog({ orders, status, replace, close, clear }) {
  const fitting = orders.filter((order) => nextStatuses(order).includes(status));
  const refund = fitting.reduce((sum, order) => sum + refundOf(order, status, null), 0);
  const [done, setDone] = useState(0);
  const [refused, setRefused] = useState(/** @type {{id: number, text: string}[]} */ ([]));
  const run = async () => {
    for (const order of fitting) {
      await put(`/api/admin/orders/${order.id}/status`, { status }).then(replace, (error) =>
        setRefused((old) => [...old, { id: order.id, text: sentence(error) }]),
      );
      setDone((old) => old + 1);
    }
  };
  const finished = done > 0 && done === fitting.length;
  const end = () => {
    close();
    if (finished) clear();
  };
  return html`
    <${Dialog} title=${t("orders.bulk_title", { count: fitting.length, status: t(`status.order.${status}`) })}
      close=${end}>
      ${
        fitting.length < orders.length &&
        html`<${Notice} kind="info">${t("orders.bulk_left_out", { count: orders.length - fitting.length })}<//>`
      }
      <${Notice} kind=${refund ? "warning" : "info"}>
        ${refund ? t("orders.bulk_refund", { amount: money(refund) }) : t("orders.bulk_no_refund")}
      <//>
      <progress class="progress w-100" max=${fitting.length} value=${done} aria-label=${t("orders.progress")} />
      ${refused.map((one) => html`<p key=${one.id} class="amount-out">${one.id}: ${one.text}</p>`)}
      ${
        finished
          ? html`<${Button} kind="primary" work=${end}>${t("common.close")}<//>`
          : html`<${Button} kind=${status === "canceled" ? "danger" : "primary"} work=${run}
              disabled=${!fitting.length}>${t("order_actions.confirm")}<//>`
      }
    <//>`;
}
