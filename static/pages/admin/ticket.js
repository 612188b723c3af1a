// @ts-check
// One request of a customer: what was said, what it is about, and the answer.

import { put } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useAnswer } from "../../lib/load.js";
import { me } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Choice } from "../../ui/choice.js";
import { Page, Unread, Waiting } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { toastSaved } from "../../ui/toast.js";
import { Conversation, ReplyForm } from "../parts/conversation.js";
import { UserLink } from "./parts/user-link.js";

/** @param {{id: string}} props */
export default function Ticket({ id }) {
  const path = `/api/admin/tickets/${encodeURIComponent(id)}`;
  const answer = useAnswer(path);
  const canned = useAnswer("/api/admin/canned-answers");
  useNews(["review", "desk"], () => answer.reload());
  const ticket = answer.data;
  if (!ticket && answer.error) {
    const list = { href: "/admin/tickets", text: t("tickets.title") };
    return html`<${Unread} title=${t("ticket.one", { id })} absent=${t("ticket.absent")} answer=${answer}
      list=${list} />`;
  }
  // The canned answers stand above the field.
  if (!ticket || !(canned.data || canned.error)) return html`<${Waiting} />`;
  const change = async (/** @type {Record<string, any>} */ wish) => {
    answer.set(await put(path, wish));
    toastSaved(wish);
  };
  const isOver = ticket.status === "closed";
  const isMine = ticket.assignee_id === me.value?.id;
  const actions = html`
    <${Button} work=${() => change({ assignee_id: isMine ? null : me.value?.id })}>
      ${t(isMine ? "tickets.let_go" : "tickets.take")}<//>
    <${Button} work=${() => change({ status: isOver ? "open" : "closed" })}>
      ${t(isOver ? "tickets.reopen" : "ticket.close")}<//>`;
  return html`
    <${Page} title=${t("ticket.one", { id: ticket.id })} lead=${html`<bdi class="text-break">${ticket.subject}</bdi>`}
      actions=${actions}>
      <div class="ticket-desk">
        <div>
          <${Card} title=${t("ticket.talk")}>
            <${Conversation} messages=${ticket.messages} own="support" />
          <//>
          ${
            !isOver &&
            html`<${Card} title=${t("ticket.reply")}>
              <${ReplyForm} path=${path} done=${answer.set}
                extra=${(/** @type {any} */ form) => html`<${Canned} form=${form} items=${canned.data?.items ?? []} />`}
              />
            <//>`
          }
        </div>
        <div><${Facts} ticket=${ticket} /></div>
      </div>
    <//>`;
}

/** Puts a canned answer behind what is typed. @param {{form: import("../../ui/form.js").Form, items: any[]}} props */
function Canned({ form, items }) {
  if (!items.length) return null;
  const options = [
    { value: "", text: t("tickets.choose") },
    ...items.map(({ id, title }) => ({ value: `${id}`, text: title })),
  ];
  const add = (/** @type {string} */ value) => {
    const chosen = items.find(({ id }) => `${id}` === value);
    if (!chosen) return;
    const typed = form.values.message.trimEnd();
    form.set("message", typed ? `${typed}\n\n${chosen.text}` : chosen.text);
  };
  return html`<div class="mb-3"><${Choice} label=${t("tickets.canned")} value="" options=${options} choose=${add} />
  </div>`;
}

/** Whose it is, and what it is about. @param {{ticket: any}} props */
const Facts = ({ ticket }) => html`
  <${Card}>
    <dl class="facts">
      <dt>${t("orders.user")}</dt><dd><${UserLink} id=${ticket.user_id} name=${ticket.username} /></dd>
      <dt>${t("ticket.status")}</dt><dd><${Status} of="ticket" value=${ticket.status} /></dd>
      <dt>${t("tickets.assignee")}</dt><dd><bdi>${ticket.assignee ?? "–"}</bdi></dd>
      ${ticket.order_ids.length > 0 && html`<dt>${t("ticket.orders")}</dt><dd class="btn-list">${links(ticket)}</dd>`}
      ${
        ticket.deposit_ids.length > 0 &&
        html`<dt>${t("ticket.deposits")}</dt><dd class="btn-list">
          ${ticket.deposit_ids.map(
            (/** @type {number} */ id) =>
              html`<a key=${id} href=${`/admin/deposits?user_id=${ticket.user_id}&search=${id}`}>${id}</a>`,
          )}</dd>`
      }
      <dt>${t("common.time")}</dt><dd>${moment(ticket.created_at)}</dd>
    </dl>
    <a class="btn mt-3" href=${`/admin/orders?user_id=${ticket.user_id}`}>${t("user.orders")}</a>
  <//>`;

/** @param {any} ticket */
const links = (ticket) =>
  ticket.order_ids.map((/** @type {number} */ id) => html`<a key=${id} href=${`/admin/orders/${id}`}>${id}</a>`);
