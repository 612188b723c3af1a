// @ts-check
import { html, useState } from "../../lib/dom.js";
import { moment, money, t } from "../../lib/i18n.js";
import { withQuery } from "../../lib/api.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Download } from "../../ui/download.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { ApproveDialog, RejectDialog } from "./parts/deposit-actions.js";
import { Narrowed } from "./parts/narrowed.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("../../ui/table.js").Column} Column */

const STATUSES = ["pending", "completed", "rejected", "expired"];
const OPEN = ["pending", "expired"];

/** @param {(what: {dialog: any, deposit: any}) => void} open @returns {Column[]} */
const columns = (open) => [
  { label: t("deposits.code"), cell: (deposit) => html`<code>${deposit.code}</code>` },
  { label: t("ledger.user"), cell: (deposit) => html`<${UserLink} id=${deposit.user_id} name=${deposit.username} />` },
  { label: t("deposits.amount"), number: true, cell: (deposit) => money(deposit.amount) },
  { label: t("deposits.credited"), number: true, cell: (deposit) => money(deposit.credited) },
  { label: t("deposits.status"), cell: (deposit) => html`<${Standing} deposit=${deposit} />` },
  { label: t("common.time"), cell: (deposit) => moment(deposit.created_at) },
  ...(isAdmin() ? [actions(open)] : []),
];

/** @param {(what: {dialog: any, deposit: any}) => void} open @returns {Column} */
const actions = (open) => ({
  label: t("common.actions"),
  cell: (deposit) =>
    OPEN.includes(deposit.status) &&
    html`
      <div class="btn-list flex-nowrap">
        <${Button} small icon="check" work=${() => open({ dialog: ApproveDialog, deposit })}>
          ${t("deposits.approve")}
        <//>
        <${Button} small icon="x" label=${t("deposits.reject")} work=${() => open({ dialog: RejectDialog, deposit })} />
      </div>`,
});

/** @param {{deposit: any}} props */
const Standing = ({ deposit }) => html`
  <${Status} of="deposit" value=${deposit.status} />
  ${deposit.settled_by === "hand" && html`<div class="text-secondary small">${t("deposits.by_hand")}</div>`}
  ${deposit.note && html`<div class="text-secondary small text-break"><bdi>${deposit.note}</bdi></div>`}`;

export default function Deposits() {
  const { status = "", search = "", user_id = "" } = place.value.query;
  const list = useList("/api/admin/deposits", { status, search, user_id });
  const counts = useAnswer(withQuery("/api/admin/deposits/counts", { user_id }));
  const [opened, open] = useState(/** @type {{dialog: any, deposit: any} | null} */ (null));
  const done = (/** @type {any} */ after) => {
    list.change((deposits) => deposits.map((one) => (one.id === after.id ? after : one)));
    counts.reload();
    open(null);
  };
  const tabs = [
    { value: "", text: t("common.all"), count: counts.data?.all },
    ...STATUSES.map((value) => ({ value, text: t(`status.deposit.${value}`), count: counts.data?.[value] })),
  ];
  return html`
    <${Page} title=${t("deposits.title")}>
      <${Card} flush>
        <${Tabs} label=${t("deposits.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <div class="filters">
          <${Search} label=${t("deposits.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          ${isAdmin() && html`<${Download} list="/api/admin/deposits" params=${{ status, search, user_id }} />`}
        </div>
        <${Narrowed} query=${{ user_id }} />
        <${ListTable} list=${list} columns=${columns(open)} label=${t("deposits.title")}
          empty=${html`<${Empty} icon="wallet" title=${t("deposits.none")} />`} />
      <//>
      ${opened && html`<${opened.dialog} deposit=${opened.deposit} done=${done} close=${() => open(null)} />`}
    <//>`;
}
