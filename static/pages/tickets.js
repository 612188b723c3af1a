// @ts-check
// A customer's requests to the support.

import { html } from "../lib/dom.js";
import { moment, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useList } from "../lib/load.js";
import { go, place, setQuery } from "../lib/router.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Empty } from "../ui/empty.js";
import { Page } from "../ui/page.js";
import { Status } from "../ui/status.js";
import { ListTable } from "../ui/table.js";
import { Tabs } from "../ui/tabs.js";
import { toast } from "../ui/toast.js";
import { Spoken } from "./parts/spoken.js";
import { TicketDialog } from "./parts/ticket-dialog.js";

const STATUSES = ["open", "answered", "closed"];

export default () => html`<${Spoken} words="tickets"><${Tickets} /><//>`;

/** @returns {import("../ui/table.js").Column[]} */
const columns = () => [
  { label: "ID", cell: (ticket) => ticket.id },
  {
    label: t("ticket.subject"),
    wide: true,
    cell: (ticket) => html`<a class=${`text-break ${ticket.unread ? "fw-bold" : ""}`} href=${`/tickets/${ticket.id}`}>
      <bdi>${ticket.subject}</bdi></a>
      ${ticket.unread && html` <span class="badge status-green">${t("ticket.unread")}</span>`}`,
  },
  { label: t("ticket.status"), cell: (ticket) => html`<${Status} of="ticket" value=${ticket.status} />` },
  { label: t("ticket.news"), cell: (ticket) => moment(ticket.updated_at) },
];

function Tickets() {
  const { status = "", open, order = "", deposit = "" } = place.value.query;
  const list = useList("/api/tickets", { status });
  useNews(["ticket"], () => list.reload());
  const tabs = ["", ...STATUSES].map((value) => ({
    value,
    text: value ? t(`status.ticket.${value}`) : t("common.all"),
  }));
  const begin = () => setQuery({ open: "new" });
  const close = () => setQuery({ open: null, order: null, deposit: null }, { replace: true });
  const done = (/** @type {any} */ ticket) => {
    close();
    toast(t("ticket.sent"));
    go(`/tickets/${ticket.id}`);
  };
  const button = html`<${Button} kind="primary" icon="plus" work=${begin}>${t("ticket.new")}<//>`;
  return html`
    <${Page} title=${t("ticket.title")} lead=${t("ticket.lead")} actions=${button}>
      <${Card} flush>
        <${Tabs} label=${t("ticket.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <${ListTable} list=${list} columns=${columns()} label=${t("ticket.title")}
          empty=${html`<${Empty} icon="message-circle" title=${t("ticket.none")}>${t("ticket.none_lead")}<//>`} />
      <//>
      ${
        (open || order || deposit) &&
        html`<${TicketDialog} key=${order} order=${order} deposit=${deposit} done=${done} close=${close} />`
      }
    <//>`;
}
