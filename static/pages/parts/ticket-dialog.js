// @ts-check
// A new request to the support.

import { ask, newKey } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";

const MOST_SUBJECT = 200;
const MOST_MESSAGE = 10_000;

/** The ids in `12, 15`; null: something else stands there. @param {string} text @returns {number[] | null} */
function idsIn(text) {
  const parts = text.split(/[\s,;#]+/).filter(Boolean);
  return parts.every((part) => /^\d{1,15}$/.test(part)) ? [...new Set(parts.map(Number))] : null;
}

/** @param {{order: string, deposit: string, done: (ticket: any) => void, close: () => void}} props `order`, `deposit`:
 * what it is about, if that is known */
export function TicketDialog({ order, deposit, done, close }) {
  const [once] = useState(newKey);
  const form = useForm(
    { subject: order && t("ticket.about_order", { id: order }), message: "", order_ids: order },
    async ({ subject, message, order_ids }) => {
      const deposit_ids = idsIn(deposit) ?? [];
      const body = { subject, message, order_ids: idsIn(order_ids), deposit_ids };
      done(await ask("/api/tickets", { body, once }));
    },
    ({ order_ids, ...texts }) => ({
      ...missing(texts, ["subject", "message"]),
      ...(idsIn(order_ids) ? {} : { order_ids: t("ticket.orders_wrong") }),
    }),
    { draft: `ticket ${order}` },
  );
  return html`
    <${Dialog} title=${t("ticket.new")} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="subject" label=${t("ticket.subject")} most=${MOST_SUBJECT} required />
        <${Field} form=${form} name="message" label=${t("ticket.message")} hint=${t("ticket.message_hint")} rows=${6}
          most=${MOST_MESSAGE} required />
        <${Field} form=${form} name="order_ids" label=${t("ticket.orders")} hint=${t("ticket.orders_hint")}
          inputmode="numeric" autocomplete="off" />
        <${Button} submit kind="primary" icon="send" busy=${form.busy}>${t("ticket.send")}<//>
      <//>
    <//>`;
}
