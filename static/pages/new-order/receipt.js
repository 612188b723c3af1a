// @ts-check
import { html, useEffect } from "../../lib/dom.js";
import { giveBack } from "../../lib/focus.js";
import { moment, money, t } from "../../lib/i18n.js";
import { me, refresh } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { LinkText } from "../../ui/link-text.js";
import { Notice } from "../../ui/notice.js";
import { linkLabel } from "../parts/link-label.js";
import { Quantity } from "../parts/run-facts.js";

/** What was bought, right after. @param {{order: any, again: () => void}} props */
export function Receipt({ order, again }) {
  useEffect(() => {
    refresh();
    // The form, whose button was pressed, is gone.
    giveBack();
  }, [order.id]);
  return html`
    <${Notice} kind="success" title=${t("receipt.title", { id: order.id })} live>
      ${t(order.start_at ? "receipt.lead_later" : "receipt.lead")}<//>
    <dl class="facts mb-3">
      <dt>${t("new_order.service")}</dt><dd>${order.service_id} · <bdi>${order.service_name}</bdi></dd>
      <dt>${linkLabel(order.link)}</dt><dd><${LinkText} text=${order.link} /></dd>
      <dt>${t("new_order.quantity")}</dt><dd class="tabular"><${Quantity} order=${order} /></dd>
      ${order.start_at && html`<dt>${t("order.start_at")}</dt><dd>${moment(order.start_at)}</dd>`}
      <dt>${t("new_order.charge")}</dt><dd class="tabular">${money(order.charge)}</dd>
      <dt>${t("receipt.balance")}</dt><dd class="tabular">${money(me.value?.balance)}</dd>
    </dl>
    <div class="btn-list">
      <${Button} kind="primary" icon="plus" work=${again}>${t("receipt.again")}<//>
      <a class="btn" href=${`/orders/${order.id}`}>${t("receipt.follow")}</a>
    </div>`;
}
