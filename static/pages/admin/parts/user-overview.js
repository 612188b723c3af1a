// @ts-check
// What an admin wants to know of one person at once: the money, signs of fraud, and what came last.

import { html } from "../../../lib/dom.js";
import { moment, money, t } from "../../../lib/i18n.js";
import { useAnswer, useList } from "../../../lib/load.js";
import { isAdmin } from "../../../lib/session.js";
import { Card } from "../../../ui/card.js";
import { Failed } from "../../../ui/empty.js";
import { Notice } from "../../../ui/notice.js";
import { Status } from "../../../ui/status.js";
import { ListTable, Table } from "../../../ui/table.js";
import { ServiceWords } from "./service-words.js";
import { UserLink } from "./user-link.js";

/** What is read of a person besides who it is. All at once: what comes later would push down what is being read.
 * @param {any} id */
export function useSeen(id) {
  const of = { user_id: id, limit: 5 };
  const overview = useAnswer(`/api/admin/users/${id}/overview`);
  const orders = useList("/api/admin/orders", of);
  const deposits = useList("/api/admin/deposits", of);
  const tickets = useList("/api/admin/tickets", of);
  const areRead = [orders, deposits, tickets].every(({ items, loading }) => items.length || !loading);
  return { overview, orders, deposits, tickets, isRead: areRead && Boolean(overview.data || overview.error) };
}

/** @param {{answer: import("../../../lib/load.js").Answer}} props */
export function Overview({ answer }) {
  const seen = answer.data;
  if (!seen) return html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  return html`
    ${seen.signs?.map(
      (/** @type {any} */ sign) =>
        html`<${Sign} key=${sign.sign} sign=${sign} others=${seen.others} money=${seen.money} />`,
    )}
    <${Card} title=${t("person.money")}><${Money} of=${seen} /><//>
    ${seen.others?.length > 0 && html`<${Others} others=${seen.others} />`}`;
}

/** A reason to look closer. @param {{sign: any, others: any[], money: any}} props */
const Sign = ({ sign: { sign, user_ids: ids, count }, others, money: { charged, refunded } }) => {
  const names = others.filter(({ id }) => ids.includes(id)).map(({ username }) => username);
  const values = { names, users: names.length, count, charged: money(charged), refunded: money(refunded) };
  return html`<${Notice} kind=${["banned", "own_referral"].includes(sign) ? "danger" : "warning"}>
    ${t(`person.sign.${sign}`, values)}<//>`;
};

/** @param {{of: any}} props */
const Money = ({ of: { money: sums, referrer, referred } }) => html`
  <dl class="facts">
    ${["deposited", "charged", "refunded", "commission", "bonus", "bonus_unspent", "adjusted"].map(
      (name) => html`<dt>${t(`person.${name}`)}</dt><dd class="tabular">${money(sums[name])}</dd>`,
    )}
    <dt>${t("person.referrer")}</dt>
    <dd>${referrer ? html`<${UserLink} id=${referrer.id} name=${referrer.username} />` : "–"}</dd>
    <dt>${t("person.referred")}</dt><dd>${referred}</dd>
  </dl>`;

/** @returns {import("../../../ui/table.js").Column[]} */
const otherColumns = () => [
  {
    label: t("users.name"),
    cell: (other) => html`<${UserLink} id=${other.id} name=${other.username} />
      ${other.banned && html` <span class="badge status-red">${t("users.banned")}</span>`}`,
  },
  {
    label: t("person.shares"),
    cell: ({ device, address }) => html`
      ${device && html`<div>${t("person.device")}</div>`}${address && html`<div><bdi>${address}</bdi></div>`}`,
  },
  { label: t("person.last"), cell: ({ at }) => moment(at) },
];

/** @param {{others: any[]}} props */
const Others = ({ others }) => html`
  <${Card} title=${t("person.others")} flush>
    <${Table} columns=${otherColumns()} rows=${others} label=${t("person.others")}
      id=${(/** @type {any} */ other) => other.id} />
  <//>`;

/** What of a kind came last, and where the rest is.
 * @param {{title: string, list: import("../../../lib/load.js").Listing, href: string, columns: any[]}} props */
function Last({ title, list, href, columns }) {
  if (!list.items.length && !list.error) return null;
  return html`
    <${Card} title=${title} actions=${html`<a class="btn btn-sm" href=${href}>${t("common.all")}</a>`} flush>
      <${ListTable} list=${{ ...list, more: false }} columns=${columns} label=${title} look="lines" />
    <//>`;
}

const time = () => ({
  label: t("common.time"),
  place: "2b",
  class: "bare",
  cell: (/** @type {any} */ row) => moment(row.created_at),
});

/** @param {string} of */
const state = (of) => ({
  label: t("orders.status"),
  place: "2a",
  class: "bare",
  cell: (/** @type {any} */ row) => html`<${Status} of=${of} value=${row.status} />`,
});

/** The last orders, deposits and tickets of the user. @param {{id: any, of: ReturnType<typeof useSeen>}} props */
export const Recent = ({ id, of }) => html`
  <${Last} title=${t("person.orders")} list=${of.orders}
    href=${`/admin/orders?user_id=${id}`}
    columns=${[
      {
        label: t("person.order"),
        place: "1a",
        cell: (/** @type {any} */ row) => html`<a href=${`/admin/orders/${row.id}`}>#${row.id}</a>
          <div class="text-secondary small"><${ServiceWords} name=${row.service_name} /></div>`,
      },
      { label: t("orders.charge"), place: "1b", number: true, cell: (/** @type {any} */ row) => money(row.charge) },
      state("order"),
      time(),
    ]} />
  <${Last} title=${t("menu.deposits")} list=${of.deposits}
    href=${`/admin/deposits?user_id=${id}`}
    columns=${[
      { label: t("deposits.code"), place: "1a", cell: (/** @type {any} */ row) => row.code },
      { label: t("deposits.amount"), place: "1b", number: true, cell: (/** @type {any} */ row) => money(row.amount) },
      state("deposit"),
      time(),
    ]} />
  <${Last} title=${t("menu.tickets")} list=${of.tickets}
    href=${`/admin/tickets?user_id=${id}`}
    columns=${[
      {
        label: t("person.subject"),
        place: "1a",
        cell: (/** @type {any} */ row) => html`<a href=${`/admin/tickets/${row.id}`}><bdi>${row.subject}</bdi></a>`,
      },
      state("ticket"),
      time(),
    ]} />`;
