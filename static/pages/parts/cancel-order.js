// @ts-check
// A customer's order that shall end before it is done.

import { post } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html, signal, useEffect, useMemo } from "../../lib/dom.js";
import { money, t } from "../../lib/i18n.js";
import { refund } from "../../lib/money.js";
import { Button } from "../../ui/button.js";
import { toast } from "../../ui/toast.js";

/** In which words. What nobody has begun although it cannot be canceled at once is made by the shop itself.
 * @param {any} order */
function wayOf({ runs, cancel_way: way, status }) {
  if (runs) return "runs";
  return way === "request" && status === "pending" ? "by_hand" : way;
}

/** What is asked, by the last count that is known. @param {{order: {value: any}}} props */
function Question({ order: { value: order } }) {
  const { charge, refunded, remains: left, status } = order;
  const way = wayOf(order);
  if (way !== "request" || left === null || status === "pending") {
    return t(`cancel_order.${way}`, { amount: money(charge - refunded) });
  }
  const amount = money(Math.max(refund(order, "partial", left) - refunded, 0));
  return t("cancel_order.request_left", { left: Math.min(Math.max(left, 0), order.quantity), amount });
}

/** Asks first, and says what comes back. @param {{order: any, done: (order: any) => void, small?: boolean}} props */
export function CancelButton({ order, done, small }) {
  // What comes in while the question is open is heard there too.
  const latest = useMemo(() => signal(order), []);
  useEffect(() => {
    if (order.can_cancel) latest.value = order;
  }, [order]);
  if (!order.can_cancel) return null;
  const cancel = async () => {
    const { id } = order;
    const text = html`<${Question} order=${latest} />`;
    const [title, yes, no] = [t("cancel_order.title", { id }), t("cancel_order.yes"), t("cancel_order.no")];
    if (!(await confirm({ title, text, yes, no }))) return;
    const after = await post(`/api/orders/${id}/cancel`);
    done(after);
    const came = after.status === "canceled" ? "done" : order.runs ? "runs_done" : "asked";
    toast(t(`cancel_order.${came}`, { id, amount: money(after.refunded - order.refunded) }));
  };
  return html`
    <${Button} small=${small} work=${cancel} label=${t("cancel_order.button_of", { id: order.id })}>
      ${t("cancel_order.button")}
    <//>`;
}

/** How the wish stands, in words, while the order goes on; "" where there is none. @param {any} order */
export function cancelNote({ cancel, status }) {
  if (!cancel || ["completed", "partial", "canceled"].includes(status)) return "";
  return [t(`cancel.${cancel.state}`), cancel.detail].filter(Boolean).join(": ");
}

/** The same where there is room. @param {{order: any}} props */
export const CancelState = ({ order }) => {
  if (!cancelNote(order)) return null;
  return html`
    <div class="text-secondary small">
      ${t(`cancel.${order.cancel.state}`)}${order.cancel.detail && html`: <bdi>${order.cancel.detail}</bdi>`}
    </div>`;
};
