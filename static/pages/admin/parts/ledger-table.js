// @ts-check
import { html } from "../../../lib/dom.js";
import { exactMoment, money, signed, t } from "../../../lib/i18n.js";
import { useList } from "../../../lib/load.js";
import { Empty } from "../../../ui/empty.js";
import { ListTable } from "../../../ui/table.js";
import { UserLink } from "./user-link.js";

/** What an entry was for, as a link. @param {any} entry */
const cause = (entry) => {
  if (entry.order_id)
    return html`<a href=${`/admin/orders/${entry.order_id}`}>${t("ledger.order", { id: entry.order_id })}</a>`;
  const { deposit_id: id } = entry;
  if (id) return html`<a href=${`/admin/deposits?search=${id}`}>${t("ledger.deposit", { id })}</a>`;
  return html`<bdi class="text-break">${entry.description}</bdi>`;
};

/** @param {any} entry */
const amount = (entry) =>
  html`<span class=${entry.amount < 0 ? "amount-out" : "amount-in"}>${signed(entry.amount)}</span>`;

/** Movements of money, newest first. @param {{params: Record<string, any>, own?: boolean}} props `own`: of one user */
export function LedgerTable({ params, own }) {
  const list = useList("/api/admin/transactions", params);
  const who = {
    label: t("ledger.user"),
    cell: (/** @type {any} */ entry) => html`<${UserLink} id=${entry.user_id} name=${entry.username} />`,
  };
  const columns = [
    { label: "ID", cell: (/** @type {any} */ entry) => entry.id },
    ...(own ? [] : [who]),
    { label: t("ledger.type"), cell: (/** @type {any} */ entry) => t(`transaction.${entry.type}`) },
    { label: t("ledger.amount"), number: true, cell: amount },
    { label: t("ledger.after"), number: true, cell: (/** @type {any} */ entry) => money(entry.balance_after) },
    { label: t("ledger.cause"), cell: cause },
    { label: t("common.time"), cell: (/** @type {any} */ entry) => exactMoment(entry.created_at) },
  ];
  return html`<${ListTable} list=${list} columns=${columns} label=${t("ledger.title")}
    empty=${html`<${Empty} icon="receipt" title=${t("ledger.none")} />`} />`;
}
