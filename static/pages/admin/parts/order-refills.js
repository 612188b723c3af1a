// @ts-check
// What the customer has topped up of an order; decided at the refills' desk.

import { html } from "../../../lib/dom.js";
import { ago, moment, noted, t } from "../../../lib/i18n.js";
import { useList } from "../../../lib/load.js";
import { isAdmin } from "../../../lib/session.js";
import { Card } from "../../../ui/card.js";
import { Status } from "../../../ui/status.js";

/** @param {{order: any}} props */
export function OrderRefills({ order }) {
  const list = useList("/api/admin/refills", { order_id: order.id });
  if (!list.items.length) return null;
  return html`
    <${Card} title=${t("refills.title")}>
      <ol class="steps-list">
        ${list.items.map(
          (refill) => html`
          <li key=${refill.id}>
            <div class="d-flex flex-wrap gap-2">
              <${Status} of="refill" value=${refill.status} />
              ${refill.dispatch && html`<${Status} of="dispatch" value=${refill.dispatch} />`}
              <span class="text-secondary ms-auto">
                ${t("refills.asked_at")}: ${ago(refill.created_at)} · ${moment(refill.created_at)}
              </span>
            </div>
            ${refill.note_coded && html`<div class="small text-break"><bdi>${noted(refill.note_coded)}</bdi></div>`}
            ${refill.reason && html`<div class="small text-break"><bdi>${refill.reason}</bdi></div>`}
          </li>`,
        )}
      </ol>
      ${isAdmin() && html`<a class="btn" href="/admin/refills?desk=all">${t("menu.refills")}</a>`}
    <//>`;
}
