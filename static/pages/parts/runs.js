// @ts-check
// A drip-feed with its runs, or a subscription with its posts, as one thing; for the customer and, with how
// each stands at its provider, for admins.

import { html } from "../../lib/dom.js";
import { moment, number, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useList } from "../../lib/load.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";

/** The runs of a drip-feed, or the orders of a subscription's posts.
 * @param {{order: any, at: string, columns?: import("../../ui/table.js").Column[]}} props
 * `at`: where its orders are, `/orders` or `/admin/orders` */
export function Runs({ order, at, columns = [] }) {
  if (!order.runs && !order.posts) return null;
  const title = t(order.runs ? "runs.title" : "posts.title");
  return html`<${Card} title=${title} flush><${RunList} order=${order} at=${at} columns=${columns} /><//>`;
}

/** @param {{order: any, at: string, columns: import("../../ui/table.js").Column[]}} props */
function RunList({ order, at, columns }) {
  const title = t(order.runs ? "runs.title" : "posts.title");
  const none = t(order.runs ? "runs.none" : "posts.none");
  const list = useList(`/api${at}`, { parent_id: order.id });
  useNews(["order"], (_, news) => {
    if (news.id === order.id) list.reload();
  });
  const shown = [
    {
      label: t(order.runs ? "runs.run" : "posts.post"),
      cell: (/** @type {any} */ run) => html`<a href=${`${at}/${run.id}`}>${number(run.run)} · ${run.id}</a>`,
    },
    { label: t("common.time"), cell: (/** @type {any} */ run) => moment(run.created_at) },
    { label: t("orders.start"), number: true, cell: (/** @type {any} */ run) => number(run.start_count) },
    { label: t("orders.remains"), number: true, cell: (/** @type {any} */ run) => number(run.remains) },
    { label: t("orders.status"), cell: (/** @type {any} */ run) => html`<${Status} of="order" value=${run.status} />` },
    ...columns,
  ];
  return html`
    <${ListTable} list=${list} columns=${shown} label=${title}
      empty=${html`<${Empty} icon="list-check" title=${none} />`} />`;
}
