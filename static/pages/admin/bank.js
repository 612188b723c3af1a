// @ts-check
import { html, useState } from "../../lib/dom.js";
import { moment, money, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { readMoment } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { Status, StatusDot } from "../../ui/status.js";
import { Desk } from "./desk/desk.js";
import { AsideDialog, bringBack } from "./parts/aside-dialog.js";
import { AssignDialog } from "./parts/assign-dialog.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("./desk/fitting.js").DeskColumn} DeskColumn */

/** When the bank says it was: the zone's clock, as SePay writes it; what is none stays as it is.
 * @param {string} text */
function bankMoment(text) {
  const [, day, clock] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text) ?? [];
  const at = readMoment(`${day}T${clock?.slice(0, 5)}`);
  return at ? moment(at) : text;
}

const STATUSES = ["unmatched", "credited", "ignored"];

/** @param {(what: {dialog: any, transaction: any}) => void} open @param {(transaction: any) => void} done
 * @returns {DeskColumn[]} */
export const bankColumns = (open, done) => [
  {
    key: "id",
    label: "ID",
    width: 130,
    drop: 3,
    place: "2a",
    cell: (row) => row.sepay_id,
    whole: (row) => `${row.sepay_id}`,
  },
  {
    key: "amount",
    label: t("bank.amount"),
    place: "1b",
    width: 144,
    number: true,
    fixed: true,
    cell: (row) => html`
      <span class=${row.direction === "in" ? "amount-in" : "amount-out"}>
        ${row.direction === "in" ? "+" : "−"}${money(row.amount)}
      </span>`,
  },
  {
    key: "content",
    label: t("bank.content"),
    place: "1a",
    least: 150,
    fixed: true,
    line: (row) => html`<bdi>${row.content || "–"}</bdi>`,
    whole: (row) => row.content ?? "",
    cell: (row) => html`<bdi class="text-break">${row.content || "–"}</bdi>`,
  },
  {
    key: "account",
    label: t("bank.account"),
    place: "3a",
    class: "bare",
    width: 170,
    drop: 1,
    line: (row) => html`<bdi>${row.gateway}</bdi> <span class="soft">${row.account_number}</span>`,
    whole: (row) => `${row.gateway} ${row.account_number}`,
    cell: (row) => html`<bdi>${row.gateway}</bdi><div class="text-secondary small">${row.account_number}</div>`,
  },
  {
    key: "time",
    label: t("common.time"),
    place: "2b",
    class: "bare",
    width: 160,
    drop: 2,
    line: (row) => html`<span class="soft">${bankMoment(row.transaction_date)}</span>`,
    whole: (row) => bankMoment(row.transaction_date),
    cell: (row) => bankMoment(row.transaction_date),
  },
  {
    key: "status",
    label: t("bank.status"),
    place: "4a",
    class: "bare",
    width: 190,
    fixed: true,
    line: (row) => html`<${StandingLine} row=${row} />`,
    whole: (row) => remarks(row).join(" · "),
    cell: (row) => html`<${Standing} row=${row} />`,
  },
  {
    key: "actions",
    label: t("common.actions"),
    place: "4b",
    class: "bare",
    width: 190,
    fixed: true,
    cell: (row) => html`<${Actions} row=${row} open=${open} done=${done} />`,
  },
];

/** @param {any} row @returns {string[]} */
const remarks = (row) => [
  ...(row.ignored_reason ? [row.ignored_reason] : []),
  ...(row.reason ? [t(`bank.reason.${row.reason}`)] : []),
  ...(row.user_id ? [row.username] : []),
];

/** What nobody's is waits for a person. @param {{row: any}} props */
const StandingLine = ({ row }) => html`
  ${
    row.status === "unmatched"
      ? html`<${Status} of="bank" value=${row.status} />`
      : html`<${StatusDot} of="bank" value=${row.status} />`
  }
  <span class="soft"> <bdi>${remarks(row).join(" · ")}</bdi></span>`;

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

/** Of a transaction on a phone's card. */
const PLACES = { head: "content", state: "status", under: ["id", "time", "account"], end: "amount", acts: "actions" };

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
  const choose = (/** @type {string} */ value) => setQuery({ status: value });
  const narrowing = {
    search: { label: t("bank.search"), value: search },
    days: { from, to },
    file: { list: "/api/admin/bank-transactions", params: { status, search, from, to } },
  };
  const none = t(search || from || to ? "bank.none_found" : "bank.none");
  return html`
    <${Desk} name="bank" title=${t("bank.title")} lead=${t("bank.lead")} list=${list} narrowing=${narrowing}
      tabs=${{ label: t("bank.status"), tabs, value: status, choose }} columns=${bankColumns(open, done)}
      places=${PLACES}
      called=${(/** @type {any} */ row) => `${row.sepay_id}`}
      empty=${html`<${Empty} icon="building-bank" title=${none} />`}>
      ${opened && html`<${opened.dialog} transaction=${opened.transaction} done=${done} close=${() => open(null)} />`}
    <//>`;
}
