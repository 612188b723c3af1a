// @ts-check
// One request to the support, and what was said in it.

import { put } from "../lib/api.js";
import { confirm } from "../lib/confirm.js";
import { html } from "../lib/dom.js";
import { moment, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer } from "../lib/load.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Page, Unread, Waiting } from "../ui/page.js";
import { Status } from "../ui/status.js";
import { toast } from "../ui/toast.js";
import { Conversation, ReplyForm } from "./parts/conversation.js";
import { Spoken } from "./parts/spoken.js";

/** @param {{id: string}} props */
export default (props) => html`<${Spoken} words="tickets"><${Ticket} ...${props} /><//>`;

/** @param {{id: string}} props */
function Ticket({ id }) {
  const path = `/api/tickets/${encodeURIComponent(id)}`;
  const answer = useAnswer(path);
  useNews(["ticket"], (_, news) => {
    // Reading it is news too, after which there is nothing more to read.
    if (String(news.id) === id && news.unread) answer.reload();
  });
  const ticket = answer.data;
  if (!ticket && answer.error) {
    const list = { href: "/tickets", text: t("ticket.title") };
    return html`<${Unread} title=${t("ticket.one", { id })} absent=${t("ticket.absent")} answer=${answer}
      list=${list} />`;
  }
  if (!ticket) return html`<${Waiting} />`;
  const close = async () => {
    const question = { title: t("ticket.close_title"), text: t("ticket.close_text") };
    if (!(await confirm({ ...question, yes: t("ticket.close"), no: t("ticket.keep") }))) return;
    answer.set(await put(path, { status: "closed" }));
    toast(t("ticket.closed"));
  };
  const isOver = ticket.status === "closed";
  return html`
    <${Page} title=${t("ticket.one", { id: ticket.id })} lead=${html`<bdi class="text-break">${ticket.subject}</bdi>`}
      actions=${html`<a class="btn" href="/tickets">${t("ticket.title")}</a>
        ${!isOver && html`<${Button} work=${close}>${t("ticket.close")}<//>`}`}>
      <${Card}>
        <dl class="facts">
          <dt>${t("ticket.status")}</dt><dd><${Status} of="ticket" value=${ticket.status} /></dd>
          <${Things} label=${t("ticket.orders")} ids=${ticket.order_ids} at="/orders" />
          <${Things} label=${t("ticket.deposits")} ids=${ticket.deposit_ids} at="/deposit" />
          <dt>${t("common.time")}</dt><dd>${moment(ticket.created_at)}</dd>
        </dl>
      <//>
      <${Card} title=${t("ticket.talk")}>
        <${Conversation} messages=${ticket.messages} own="customer" />
      <//>
      <${Card}>
        ${
          isOver
            ? html`<p class="text-secondary mb-0">${t("ticket.closed_note")}</p>`
            : html`<${ReplyForm} path=${path} done=${answer.set} />`
        }
      <//>
    <//>`;
}

/** What it is about. @param {{label: string, ids: number[], at: string}} props */
const Things = ({ label, ids, at }) =>
  ids.length
    ? html`<dt>${label}</dt><dd class="btn-list">${ids.map((id) => html`<a key=${id} href=${`${at}/${id}`}>${id}</a>`)}
      </dd>`
    : null;
