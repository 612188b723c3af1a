// @ts-check
// What customers ask the support: those who wait first.

import { html } from "../../lib/dom.js";
import { ago, moment, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin, me } from "../../lib/session.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { CannedAnswers } from "./parts/canned-answers.js";
import { UserLink } from "./parts/user-link.js";

const TABS = ["open", "mine", "answered", "closed", "all"];

/** @returns {import("../../ui/table.js").Column[]} */
const columns = () => [
  { label: "ID", cell: (ticket) => ticket.id },
  {
    label: t("ticket.subject"),
    wide: true,
    cell: (ticket) => html`<a class=${`text-break ${ticket.unread ? "fw-bold" : ""}`}
      href=${`/admin/tickets/${ticket.id}`}><bdi>${ticket.subject}</bdi></a>
      ${ticket.unread && html` <span class="badge status-orange">${t("ticket.unread")}</span>`}`,
  },
  { label: t("orders.user"), cell: (ticket) => html`<${UserLink} id=${ticket.user_id} name=${ticket.username} />` },
  { label: t("ticket.status"), cell: (ticket) => html`<${Status} of="ticket" value=${ticket.status} />` },
  { label: t("tickets.assignee"), cell: (ticket) => html`<bdi>${ticket.assignee ?? "–"}</bdi>` },
  {
    label: t("ticket.news"),
    cell: (ticket) => html`${ago(ticket.updated_at)}
      <div class="text-secondary small">${moment(ticket.updated_at)}</div>`,
  },
];

export default function Tickets() {
  const { tab = TABS[0], user_id } = place.value.query;
  const filter = { all: {}, mine: { assignee_id: me.value?.id } }[tab] ?? { status: tab };
  const list = useList("/api/admin/tickets", { ...filter, user_id });
  useNews(["review"], () => list.reload());
  const words = (/** @type {string} */ value) =>
    STATUS_TABS.includes(value) ? t(`status.ticket.${value}`) : t(value === "all" ? "common.all" : "tickets.mine");
  return html`
    <${Page} title=${t("tickets.title")}>
      <${Card} flush>
        <${Tabs} label=${t("ticket.status")} tabs=${TABS.map((value) => ({ value, text: words(value) }))} value=${tab}
          choose=${(/** @type {string} */ value) => setQuery({ tab: value })} />
        <${ListTable} list=${list} columns=${columns()} label=${t("tickets.title")}
          empty=${html`<${Empty} icon="circle-check" title=${t("tickets.none")} />`} />
      <//>
      ${isAdmin() && html`<${CannedAnswers} />`}
    <//>`;
}

const STATUS_TABS = ["open", "answered", "closed"];
