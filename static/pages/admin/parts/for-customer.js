// @ts-check
// What a customer could ask for, asked for the customer.

import { post } from "../../../lib/api.js";
import { confirm } from "../../../lib/confirm.js";
import { html } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { toast } from "../../../ui/toast.js";

/** @param {{order: any, done: (order: any) => void}} props */
export function CancelFor({ order, done }) {
  if (!order.can_cancel) return null;
  const { id } = order;
  const cancel = async () => {
    const text = t(`for_customer.cancel_${order.cancel_way}`, { amount: money(order.charge - order.refunded) });
    const words = { title: t("for_customer.cancel_title", { id, name: order.username }), text };
    if (!(await confirm({ ...words, yes: t("for_customer.cancel"), no: t("for_customer.keep") }))) return;
    const after = await post(`/api/admin/orders/${id}/cancel`);
    done(after);
    const came = after.status === "canceled" ? "canceled" : "cancel_asked";
    toast(t(`for_customer.${came}`, { id, amount: money(after.refunded - order.refunded) }));
  };
  return html`<${Button} work=${cancel}>${t("for_customer.cancel")}<//>`;
}

/** @param {{order: any, done: () => any}} props */
export function RefillFor({ order, done }) {
  if (!order.can_refill) return null;
  const refill = async () => {
    const words = {
      title: t("for_customer.refill_title", { id: order.id, name: order.username }),
      text: t("for_customer.refill_text"),
    };
    if (!(await confirm({ ...words, yes: t("for_customer.refill"), no: t("common.cancel") }))) return;
    await post(`/api/admin/orders/${order.id}/refill`);
    await done();
    toast(t("for_customer.refill_asked", { id: order.id }));
  };
  return html`<${Button} work=${refill}>${t("for_customer.refill")}<//>`;
}
