// @ts-check
import { html, useState } from "../lib/dom.js";
import { number, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer, useList } from "../lib/load.js";
import { place, setQuery } from "../lib/router.js";
import { isDesk } from "../lib/screen.js";
import { styled } from "../lib/style.js";
import { DateRange } from "../ui/dates.js";
import { Download } from "../ui/download.js";
import { Empty } from "../ui/empty.js";
import { Icon } from "../ui/icon.js";
import { Page } from "../ui/page.js";
import { Listed } from "../ui/rows.js";
import { Search } from "../ui/search.js";
import { Tabs } from "../ui/tabs.js";
import { toastError } from "../ui/toast.js";
import { OrderRows } from "./parts/order-rows.js";

await styled("css/lists.css", "css/cards.css", "css/order-rows.css");

const STATUSES = ["pending", "processing", "in_progress", "completed", "partial", "canceled"];

export default function Orders() {
  const { status = "", search = "", service_id = "", from = "", to = "" } = place.value.query;
  const list = useList("/api/orders", { status, search, service_id, from, to });
  const isNarrowed = search || status || service_id || from || to;
  // What a filter leaves is not counted.
  const isCounted = !(search || service_id || from || to);
  const counts = useAnswer(isCounted ? "/api/orders/counts" : null);
  useNews(["order"], (_, order) => {
    counts.reload();
    const isShown = list.items.some((one) => one.id === order.id);
    if (isShown) list.change((orders) => orders.map((one) => (one.id === order.id ? order : one)));
    else if (!search && !to && (!status || status === order.status)) list.reload();
  });
  const replace = (/** @type {any} */ after) => {
    list.change((orders) => orders.map((order) => (order.id === after.id ? after : order)));
    counts.reload();
  };
  const tab = (/** @type {string} */ value, /** @type {string} */ text) => ({
    value,
    text,
    count: counts.data?.[value || "all"],
  });
  const tabs = [tab("", t("common.all")), ...STATUSES.map((value) => tab(value, t(`status.order.${value}`)))];
  const download = html`<${Download} list="/api/orders" params=${{ status, search, service_id, from, to }} />`;
  const clear = () => setQuery({ status: "", search: "", service_id: "", from: "", to: "" });
  const all = html`<button type="button" class="btn" onClick=${clear}>${t("orders.clear")}</button>`;
  const buy = html`<a class="btn btn-primary" href="/">${t("orders.first")}</a>`;
  const empty = isNarrowed
    ? html`<${Empty} icon="search" title=${t("common.nothing_found")} action=${all} />`
    : html`<${Empty} icon="shopping-cart" title=${t("orders.none")} action=${buy} />`;
  return html`
    <${Page} title=${t("orders.title")} actions=${!isDesk.value && download}>
      <section class="sheet-list">
        <div class="filters">
          <${Search} label=${t("orders.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          ${
            isDesk.value
              ? html`<${DateRange} from=${from} to=${to} change=${setQuery} />${download}`
              : html`<${Filters} statuses=${STATUSES} query=${{ status, search, service_id, from, to }} />`
          }
        </div>
        <${Tabs} label=${t("orders.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <${Listed} list=${list} look="order-rows" empty=${empty}
          draw=${(/** @type {any[]} */ orders) =>
            html`<${OrderRows} orders=${orders} more=${list.more} done=${replace} />`} />
      </section>
    <//>`;
}

/** On a phone: one button for all that narrows the list, with how much does. Its sheet comes when it is asked for.
 * @param {{statuses: string[], query: Record<string, string>}} props */
function Filters({ statuses, query }) {
  const [Sheet, setSheet] = useState(/** @type {any} */ (null));
  const open = () => import("./parts/order-filters.js").then((module) => setSheet(() => module.default), toastError);
  const count = [query.status, query.service_id, query.from || query.to].filter(Boolean).length;
  return html`
    <button type="button" class="btn btn-icon filter-button" onClick=${open}
      aria-label=${t("orders.filter_count", { count })}><${Icon} name="filter" />
      ${count > 0 && html`<span class="filter-count" aria-hidden="true">${number(count)}</span>`}</button>
    ${Sheet && html`<${Sheet} statuses=${statuses} query=${query} close=${() => setSheet(null)} />`}`;
}
