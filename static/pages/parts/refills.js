// @ts-check
// What a customer has topped up after an order was completed.

import { newKey } from "../../lib/api.js";
import { ask } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useList } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Status } from "../../ui/status.js";
import { toast } from "../../ui/toast.js";

/** @param {{order: any, done: () => any, small?: boolean}} props */
export function RefillButton({ order, done, small }) {
  if (!order.can_refill) return null;
  const { id } = order;
  const refill = async () => {
    await ask(`/api/orders/${id}/refill`, { body: {}, once: newKey() });
    await done();
    toast(t("refill.asked", { id }));
  };
  return html`
    <${Button} small=${small} work=${refill} label=${t("refill.button_of", { id })}>${t("refill.button")}<//>`;
}

/** An order's refills, if it had any. @param {{order: any}} props */
export function Refills({ order }) {
  const list = useList("/api/refills", { order_id: order.id });
  useNews(["refill"], (_, refill) => {
    if (refill.order_id === order.id) list.reload();
  });
  if (!list.items.length) return null;
  return html`
    <${Card} title=${t("refill.title")}>
      <ol class="steps-list">
        ${list.items.map(
          (refill) => html`
          <li key=${refill.id}>
            <div class="d-flex flex-wrap gap-2">
              <${Status} of="refill" value=${refill.status} />
              <span class="text-secondary ms-auto">
                ${t("refill.since", { time: moment(refill.created_at) })} · ${t("refill.news", {
                  time: moment(refill.updated_at),
                })}
              </span>
            </div>
            ${refill.reason && html`<div class="text-break"><bdi>${refill.reason}</bdi></div>`}
          </li>`,
        )}
      </ol>
    <//>`;
}
