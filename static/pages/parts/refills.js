// @ts-check
// What a customer has topped up after an order was completed.

import { ask, newKey } from "../../lib/api.js";
import { html, useEffect, useRef } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useList } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Status } from "../../ui/status.js";
import { toast } from "../../ui/toast.js";

/** @param {{order: any, done: () => any, small?: boolean}} props `done` shows what came of it */
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

/** An order's refills, if it had any. @param {{order: any, asked: boolean}} props `asked`: one was asked for on this
 * page; it takes the focus of the button, which is gone */
export function Refills({ order, asked }) {
  const list = useList("/api/refills", { order_id: order.id });
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => void (asked && list.reload()), [asked]);
  useEffect(() => void (asked && box.current?.focus()), [asked, list.items.length]);
  useNews(["refill"], (_, refill) => {
    if (refill.order_id === order.id) list.reload();
  });
  if (!list.items.length) return null;
  return html`
    <div id="refills" tabindex="-1" ref=${box}><${Card} title=${t("refill.title")}>
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
    <//></div>`;
}
