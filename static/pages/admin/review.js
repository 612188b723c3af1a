// @ts-check
// What waits for a decision: parked orders, orders whose provider contradicts them, money without an owner.

import { html, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { useNews } from "../../lib/live.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { ListTable } from "../../ui/table.js";
import { bankColumns } from "./bank.js";
import { orderColumns } from "./parts/order-columns.js";
import { StoppedLines } from "./parts/stopped-lines.js";
import { TaskList, tasks } from "./parts/tasks.js";

/** What this page shows itself. */
const LISTED = ["parked", "contradicted", "unmatched", "held", "queued_at_inactive"];

export default function Review() {
  const orders = useList("/api/admin/orders", { review: true });
  const transfers = useList("/api/admin/bank-transactions", { status: "unmatched" });
  const [opened, open] = useState(/** @type {any} */ (null));
  const waits = tasks.value;
  const providers = useList("/api/admin/providers", {});
  const lists = () => Promise.all([orders.reload(), transfers.reload(), providers.reload()]);
  const reload = () => Promise.all([lists(), waits?.reload()]);
  useNews(["review"], lists);
  const done = () => {
    open(null);
    reload();
  };
  const others = (waits?.data?.items ?? []).filter((/** @type {any} */ item) => !LISTED.includes(item.kind));
  const all = t("review.all_clear");
  // All at once: what comes later would push down what is being read.
  const isRead = [orders, transfers, providers].every(({ items, loading }) => items.length || !loading);
  if (!isRead || !(waits?.data || waits?.error)) return html`<${Waiting} rows=${8} />`;
  return html`
    <${Page} title=${t("review.title")} lead=${t("review.lead")}>
      <${StoppedLines} providers=${providers.items} done=${reload} />
      ${others.length > 0 && html`<${Card} title=${t("review.others")} flush><${TaskList} items=${others} /><//>`}
      <${Card} title=${t("review.orders")} flush>
        <${ListTable} list=${orders} columns=${orderColumns(open)} label=${t("review.orders")} look="lines"
          empty=${html`<${Empty} icon="circle-check" title=${all} />`} />
      <//>
      <${Card} title=${t("review.transfers")} flush>
        <${ListTable} list=${transfers} columns=${bankColumns(open, done)} label=${t("review.transfers")}
          look="lines"
          empty=${html`<${Empty} icon="circle-check" title=${all} />`} />
      <//>
      ${
        opened &&
        html`<${opened.dialog} order=${opened.order} transaction=${opened.transaction} done=${done}
          close=${() => open(null)} />`
      }
    <//>`;
}
