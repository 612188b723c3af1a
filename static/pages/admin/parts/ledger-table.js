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

/** What an entry was for, in words. @param {any} entry */
const causeWords = (entry) => {
  if (entry.order_id) return t("ledger.order", { id: entry.order_id });
  return entry.deposit_id ? t("ledger.deposit", { id: entry.deposit_id }) : entry.description;
};

/** @returns {import("../desk/fitting.js").DeskColumn[]} */
export const ledgerColumns = () => [
  { key: "id", label: "ID", width: 84, drop: 1, place: "3a", cell: (entry) => entry.id },
  {
    key: "user",
    label: t("ledger.user"),
    width: 180,
    fixed: true,
    cell: (entry) => html`<${UserLink} id=${entry.user_id} name=${entry.username} />`,
    whole: (entry) => entry.username,
  },
  {
    key: "type",
    label: t("ledger.type"),
    width: 170,
    place: "1a",
    cell: (entry) => t(`transaction.${entry.type}`),
    whole: (entry) => t(`transaction.${entry.type}`),
  },
  { key: "amount", label: t("ledger.amount"), width: 150, number: true, fixed: true, place: "1b", cell: amount },
  {
    key: "after",
    label: t("ledger.after"),
    width: 144,
    drop: 2,
    number: true,
    place: "3b",
    cell: (entry) => money(entry.balance_after),
  },
  { key: "cause", label: t("ledger.cause"), least: 150, place: "2a", class: "bare", cell: cause, whole: causeWords },
  {
    key: "time",
    label: t("common.time"),
    width: 170,
    drop: 3,
    place: "2b",
    class: "bare",
    cell: (entry) => exactMoment(entry.created_at),
    whole: (entry) => exactMoment(entry.created_at),
  },
];

/** Movements of one user's money, newest first. @param {{params: Record<string, any>}} props */
export function LedgerTable({ params }) {
  const list = useList("/api/admin/transactions", { ...params, limit: 10 });
  const columns = ledgerColumns().filter(({ key }) => key !== "user");
  return html`<${ListTable} list=${list} columns=${columns} label=${t("ledger.title")} look="lines"
    empty=${html`<${Empty} icon="receipt" title=${t("ledger.none")} />`} />`;
}
