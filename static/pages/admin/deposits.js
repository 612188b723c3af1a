// @ts-check
import { clock } from "../../lib/clock.js";
import { html, useState } from "../../lib/dom.js";
import { moment, money, t } from "../../lib/i18n.js";
import { withQuery } from "../../lib/api.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { Status, StatusDot } from "../../ui/status.js";
import { Desk } from "./desk/desk.js";
import { ApproveDialog, RejectDialog } from "./parts/deposit-actions.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("./desk/fitting.js").DeskColumn} DeskColumn */

const STATUSES = ["pending", "completed", "rejected", "expired"];
const OPEN = ["pending", "expired"];

/** @returns {DeskColumn[]} */
const columns = () => [
  {
    key: "code",
    label: t("deposits.code"),
    width: 132,
    fixed: true,
    cell: (deposit) => html`<code>${deposit.code}</code>`,
    whole: (deposit) => deposit.code,
  },
  {
    key: "user",
    label: t("ledger.user"),
    least: 100,
    fixed: true,
    cell: (deposit) => html`<${UserLink} id=${deposit.user_id} name=${deposit.username} />`,
    whole: (deposit) => deposit.username,
  },
  { key: "amount", label: t("deposits.amount"), width: 124, number: true, cell: (deposit) => money(deposit.amount) },
  {
    key: "credited",
    label: t("deposits.credited"),
    width: 140,
    drop: 2,
    number: true,
    cell: (deposit) => money(deposit.credited),
  },
  {
    key: "status",
    label: t("deposits.status"),
    width: 196,
    fixed: true,
    line: (deposit) => html`<${StatusDot} of="deposit" value=${deposit.status} />
      <span class="soft"> <bdi>${remarks(deposit).join(" · ")}</bdi></span>`,
    whole: (deposit) => remarks(deposit).join(" · "),
    cell: (deposit) => html`<${Standing} deposit=${deposit} />`,
  },
  {
    key: "time",
    label: t("common.time"),
    width: 84,
    drop: 1,
    line: (deposit) => html`<time class="soft" datetime=${deposit.created_at}>${clock(deposit.created_at)}</time>`,
    whole: (deposit) => moment(deposit.created_at),
    cell: (deposit) => moment(deposit.created_at),
  },
];

/** @param {(what: {dialog: any, deposit: any}) => void} open @returns {DeskColumn} */
const actions = (open) => ({
  key: "actions",
  label: t("common.actions"),
  width: 150,
  fixed: true,
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

/** @param {any} deposit @returns {string[]} */
const remarks = (deposit) => [
  ...(deposit.settled_by === "hand" ? [t("deposits.by_hand")] : []),
  ...(deposit.note ? [deposit.note] : []),
];

/** @param {{deposit: any}} props */
const Standing = ({ deposit }) => html`
  <${Status} of="deposit" value=${deposit.status} />
  ${remarks(deposit).map(
    (text) => html`<div key=${text} class="text-secondary small text-break"><bdi>${text}</bdi></div>`,
  )}`;

/** Of a deposit on a phone's card. */
const PLACES = { head: "code", state: "status", under: ["user", "time"], end: "amount", acts: "actions" };

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
  const choose = (/** @type {string} */ value) => setQuery({ status: value });
  const narrowing = {
    search: { label: t("deposits.search"), value: search },
    only: { user_id },
    file: isAdmin() ? { list: "/api/admin/deposits", params: { status, search, user_id } } : undefined,
  };
  return html`
    <${Desk} name="deposits" title=${t("deposits.title")} list=${list} narrowing=${narrowing}
      tabs=${{ label: t("deposits.status"), tabs, value: status, choose }}
      columns=${[...columns(), ...(isAdmin() ? [actions(open)] : [])]} places=${PLACES}
      called=${(/** @type {any} */ deposit) => deposit.code}
      empty=${html`<${Empty} icon="wallet" title=${t("deposits.none")} />`}>
      ${opened && html`<${opened.dialog} deposit=${opened.deposit} done=${done} close=${() => open(null)} />`}
    <//>`;
}
