// @ts-check
// What customers ask the support: those who wait first.

import { withQuery } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { ago, moment, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin, me } from "../../lib/session.js";
import { Empty } from "../../ui/empty.js";
import { Status, StatusDot } from "../../ui/status.js";
import { Desk } from "./desk/desk.js";
import { CannedAnswers } from "./parts/canned-answers.js";
import { UserLink } from "./parts/user-link.js";

const TABS = ["open", "mine", "answered", "closed", "all"];

/** @returns {import("./desk/fitting.js").DeskColumn[]} */
const columns = () => [
  { key: "id", label: "ID", width: 64, fixed: true, cell: (ticket) => ticket.id },
  {
    key: "subject",
    label: t("ticket.subject"),
    least: 240,
    fixed: true,
    whole: (ticket) => ticket.subject,
    line: (ticket) => html`<span class="desk-name">
      <a class=${ticket.unread ? "fw-bold" : ""} href=${`/admin/tickets/${ticket.id}`}><bdi>${ticket.subject}</bdi></a>
      ${ticket.unread && html` <span class="badge status-orange">${t("ticket.unread")}</span>`}</span>`,
    cell: (ticket) => html`<a class=${`text-break ${ticket.unread ? "fw-bold" : ""}`}
      href=${`/admin/tickets/${ticket.id}`}><bdi>${ticket.subject}</bdi></a>
      ${ticket.unread && html` <span class="badge status-orange">${t("ticket.unread")}</span>`}`,
  },
  {
    key: "user",
    label: t("orders.user"),
    width: 170,
    cell: (ticket) => html`<${UserLink} id=${ticket.user_id} name=${ticket.username} />`,
    whole: (ticket) => ticket.username,
  },
  {
    key: "status",
    label: t("ticket.status"),
    width: 176,
    line: (ticket) => html`<${StatusDot} of="ticket" value=${ticket.status} />`,
    cell: (ticket) => html`<${Status} of="ticket" value=${ticket.status} />`,
  },
  {
    key: "assignee",
    label: t("tickets.assignee"),
    width: 140,
    drop: 1,
    cell: (ticket) => html`<bdi>${ticket.assignee ?? "–"}</bdi>`,
    whole: (ticket) => ticket.assignee ?? "",
  },
  {
    key: "news",
    label: t("ticket.news"),
    width: 130,
    line: (ticket) => html`<span class="soft">${ago(ticket.updated_at)}</span>`,
    whole: (ticket) => moment(ticket.updated_at),
    cell: (ticket) => html`${ago(ticket.updated_at)}
      <div class="text-secondary small">${moment(ticket.updated_at)}</div>`,
  },
];

/** Of a ticket on a phone's card. */
const PLACES = { head: "subject", state: "status", under: ["id", "user"], end: "news" };

export default function Tickets() {
  const { tab = TABS[0], user_id = "" } = place.value.query;
  const filter = { all: {}, mine: { assignee_id: me.value?.id } }[tab] ?? { status: tab };
  const list = useList("/api/admin/tickets", { ...filter, user_id });
  const counts = useAnswer(withQuery("/api/admin/tickets/counts", { user_id }));
  useNews(["review", "desk"], () => Promise.all([list.reload(), counts.reload()]));
  const words = (/** @type {string} */ value) =>
    STATUS_TABS.includes(value) ? t(`status.ticket.${value}`) : t(value === "all" ? "common.all" : "tickets.mine");
  const tabs = TABS.map((value) => ({ value, text: words(value), count: counts.data?.[value] }));
  const choose = (/** @type {string} */ value) => setQuery({ tab: value });
  return html`
    <${Desk} name="tickets" title=${t("tickets.title")} list=${list} columns=${columns()} places=${PLACES} isPlain
      tabs=${{ label: t("ticket.status"), tabs, value: tab, choose }} narrowing=${{ only: { user_id } }}
      own=${(/** @type {any} */ ticket) => `/admin/tickets/${ticket.id}`}
      empty=${html`<${Empty} icon="circle-check" title=${t("tickets.none")} />`}>
      ${isAdmin() && html`<${CannedAnswers} />`}
    <//>`;
}

const STATUS_TABS = ["open", "answered", "closed"];
