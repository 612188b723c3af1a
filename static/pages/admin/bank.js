// @ts-check
import { html, useState } from "../../lib/dom.js";
import { money, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { DateRange } from "../../ui/dates.js";
import { Download } from "../../ui/download.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { AsideDialog, bringBack } from "./parts/aside-dialog.js";
import { AssignDialog } from "./parts/assign-dialog.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("../../ui/table.js").Column} Column */

const STATUSES = ["unmatched", "credited", "ignored"];

/** @param {(what: {dialog: any, transaction: any}) => void} open @param {(transaction: any) => void} done
 * @returns {Column[]} */
export const bankColumns = (open, done) => [
  { label: "ID", cell: (row) => row.sepay_id },
  {
    label: t("bank.amount"),
    number: true,
    cell: (row) => html`
      <span class=${row.direction === "in" ? "amount-in" : "amount-out"}>
        ${row.direction === "in" ? "+" : "−"}${money(row.amount)}
      </span>`,
  },
  { label: t("bank.content"), cell: (row) => html`<bdi class="text-break">${row.content || "–"}</bdi>` },
  {
    label: t("bank.account"),
    cell: (row) => html`<bdi>${row.gateway}</bdi><div class="text-secondary small">${row.account_number}</div>`,
  },
  { label: t("common.time"), cell: (row) => row.transaction_date },
  { label: t("bank.status"), cell: (row) => html`<${Standing} row=${row} />` },
  {
    label: t("common.actions"),
    cell: (row) => html`<${Actions} row=${row} open=${open} done=${done} />`,
  },
];

/** @param {{row: any, open: (what: {dialog: any, transaction: any}) => void, done: (transaction: any) => void}}
 * props */
const Actions = ({ row, open, done }) => {
  if (row.ignored_reason)
    return html`<${Button} small work=${async () => done(await bringBack(row))}>${t("bank.bring_back")}<//>`;
  if (row.status !== "unmatched") return null;
  return html`
    <div class="btn-list">
      <${Button} small kind="primary" icon="user-plus" work=${() => open({ dialog: AssignDialog, transaction: row })}>
        ${t("bank.assign")}
      <//>
      <${Button} small work=${() => open({ dialog: AsideDialog, transaction: row })}>${t("bank.aside")}<//>
    </div>`;
};

/** @param {{row: any}} props */
const Standing = ({ row }) => html`
  <${Status} of="bank" value=${row.status} />
  ${row.ignored_reason && html`<div class="small text-break"><bdi>${row.ignored_reason}</bdi></div>`}
  ${row.reason && html`<div class="text-secondary small">${t(`bank.reason.${row.reason}`)}</div>`}
  ${row.user_id && html`<div class="small"><${UserLink} id=${row.user_id} name=${row.username} /></div>`}`;

export default function Bank() {
  const { status = "", search = "", from = "", to = "" } = place.value.query;
  const list = useList("/api/admin/bank-transactions", { status, search, from, to });
  const [opened, open] = useState(/** @type {any} */ (null));
  const done = (/** @type {any} */ after) => {
    list.change((rows) => rows.map((row) => (row.id === after.id ? after : row)));
    open(null);
  };
  const tabs = [
    { value: "", text: t("common.all") },
    ...STATUSES.map((value) => ({ value, text: t(`status.bank.${value}`) })),
  ];
  return html`
    <${Page} title=${t("bank.title")} lead=${t("bank.lead")}>
      <${Card} flush>
        <${Tabs} label=${t("bank.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <div class="filters">
          <${Search} label=${t("bank.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          <${Download} list="/api/admin/bank-transactions" params=${{ status, search, from, to }} />
        </div>
        <${ListTable} list=${list} columns=${bankColumns(open, done)} label=${t("bank.title")}
          empty=${html`<${Empty} icon="building-bank"
            title=${t(search || from || to ? "bank.none_found" : "bank.none")} />`} />
      <//>
      ${opened && html`<${opened.dialog} transaction=${opened.transaction} done=${done} close=${() => open(null)} />`}
    <//>`;
}
