// @ts-check
import { html } from "../lib/dom.js";
import { moment, money, signed, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useList } from "../lib/load.js";
import { place, setQuery } from "../lib/router.js";
import { Card } from "../ui/card.js";
import { Choice } from "../ui/choice.js";
import { DateRange } from "../ui/dates.js";
import { Download } from "../ui/download.js";
import { Empty } from "../ui/empty.js";
import { Page } from "../ui/page.js";
import { ListTable } from "../ui/table.js";
import { Spoken } from "./parts/spoken.js";

const TYPES = ["deposit", "order", "refund", "commission", "commission_reversal", "bonus", "adjustment"];

/** What it was for. @param {any} entry */
const cause = (entry) => {
  if (entry.order_id)
    return html`<a href=${`/orders/${entry.order_id}`}>${t("transactions.order", { id: entry.order_id })}</a>`;
  if (entry.deposit_id)
    return html`<a href=${`/deposit/${entry.deposit_id}`}>${t("transactions.deposit", { id: entry.deposit_id })}</a>`;
  return html`<bdi class="text-break">${entry.description}</bdi>`;
};

/** @type {() => import("../ui/table.js").Column[]} */
const columns = () => [
  { label: t("common.time"), cell: (entry) => moment(entry.created_at) },
  { label: t("transactions.type"), cell: (entry) => t(`transaction.${entry.type}`) },
  {
    label: t("transactions.amount"),
    number: true,
    cell: (entry) => html`<span class=${entry.amount < 0 ? "amount-out" : "amount-in"}>${signed(entry.amount)}</span>`,
  },
  { label: t("transactions.after"), number: true, cell: (entry) => money(entry.balance_after) },
  { label: t("transactions.cause"), cell: cause },
];

export default () => html`<${Spoken} words="money"><${Transactions} /><//>`;

/** Every movement of the own money. */
function Transactions() {
  const { type = "", from = "", to = "" } = place.value.query;
  const list = useList("/api/user/transactions", { type, from, to });
  useNews(["balance"], () => list.reload());
  const options = [
    { value: "", text: t("common.all") },
    ...TYPES.map((value) => ({ value, text: t(`transaction.${value}`) })),
  ];
  return html`
    <${Page} title=${t("transactions.title")}>
      <${Card} flush>
        <div class="filters">
          <${Choice} label=${t("transactions.type")} value=${type} options=${options}
            choose=${(/** @type {string} */ value) => setQuery({ type: value })} />
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          <${Download} list="/api/user/transactions" params=${{ type, from, to }} />
        </div>
        <${ListTable} list=${list} columns=${columns()} label=${t("transactions.title")}
          empty=${html`<${Empty} icon="history" title=${t("transactions.none")}
            action=${html`<a class="btn btn-primary" href="/deposit">${t("menu.deposit")}</a>`} />`} />
      <//>
    <//>`;
}
