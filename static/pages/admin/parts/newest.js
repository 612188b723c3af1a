// @ts-check
// The newest orders and deposits.

import { html } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { Card } from "../../../ui/card.js";
import { Status } from "../../../ui/status.js";
import { Nothing } from "./sellers.js";
import { UserLink } from "./user-link.js";

/** What was received, or is expected. @param {any} deposit */
const amountOf = ({ status, credited, amount }) => (status === "completed" ? credited : amount);

/** @param {{orders: any, deposits: any}} props */
export const Newest = ({ orders, deposits }) => html`
  <${Card} title=${t("dashboard.newest_orders")}>
    ${orders?.items.length === 0 && html`<${Nothing} />`}
    ${(orders?.items ?? []).map(
      (/** @type {any} */ order) => html`
      <div key=${order.id} class="d-flex flex-wrap gap-2 py-1">
        <a href=${`/admin/orders/${order.id}`}>${order.id}</a>
        <span class="text-break"><${UserLink} id=${order.user_id} name=${order.username} /></span>
        <span class="ms-auto tabular">${money(order.charge)}</span><${Status} of="order" value=${order.status} />
      </div>`,
    )}
  <//>
  <${Card} title=${t("dashboard.newest_deposits")}>
    ${deposits?.items.length === 0 && html`<${Nothing} />`}
    ${(deposits?.items ?? []).map(
      (/** @type {any} */ deposit) => html`
      <div key=${deposit.id} class="d-flex flex-wrap gap-2 py-1">
        <a href=${`/admin/deposits?search=${deposit.code}`}>${deposit.code}</a>
        <span class="text-break"><${UserLink} id=${deposit.user_id} name=${deposit.username} /></span>
        <span class="ms-auto tabular">${money(amountOf(deposit))}</span><${Status} of="deposit"
          value=${deposit.status} />
      </div>`,
    )}
  <//>`;
