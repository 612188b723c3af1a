// @ts-check
import { html } from "../lib/dom.js";
import { moment, money, number, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer, useList } from "../lib/load.js";
import { place, setQuery } from "../lib/router.js";
import { Card } from "../ui/card.js";
import { DateRange } from "../ui/dates.js";
import { Download } from "../ui/download.js";
import { Empty } from "../ui/empty.js";
import { LinkText } from "../ui/link-text.js";
import { Page } from "../ui/page.js";
import { Search } from "../ui/search.js";
import { Status } from "../ui/status.js";
import { ListTable } from "../ui/table.js";
import { Tabs } from "../ui/tabs.js";
import { withQuery } from "../lib/api.js";
import { CancelButton, CancelState } from "./parts/cancel-order.js";
import { RefillButton } from "./parts/refills.js";
import { Quantity, RunsDone } from "./parts/run-facts.js";
import { Waits } from "./parts/waits.js";

const STATUSES = ["pending", "processing", "in_progress", "completed", "partial", "canceled"];

/** Where the same is bought once more; a run or a post is bought with all that it is one of. @param {any} order */
export const againHref = (order) => withQuery("/", { again: order.parent_id ?? order.id });

/** @param {number} id */
const linkTo = (id) => /** @type {HTMLElement | null} */ (document.querySelector(`td a[href="/orders/${id}"]`));

/** @type {(done: (order: any) => void) => import("../ui/table.js").Column[]} */
const columns = (done) => [
  { label: "ID", class: "at-id", cell: (order) => html`<a href=${`/orders/${order.id}`}>${order.id}</a>` },
  { label: t("common.time"), class: "at-time", cell: (order) => moment(order.created_at) },
  {
    label: t("orders.service"),
    class: "at-service",
    cell: (order) => html`<div class="service-cell"><bdi>${order.service_name}</bdi>
      <div><${LinkText} text=${order.link} /></div></div>`,
  },
  {
    label: t("new_order.charge"),
    class: "at-charge",
    number: true,
    cell: (order) => html`<${Charge} order=${order} />`,
  },
  { label: t("orders.start"), class: "at-page", number: true, cell: (order) => number(order.start_count) },
  {
    label: t("new_order.quantity"),
    class: "at-quantity",
    number: true,
    cell: (order) => html`<${Quantity} order=${order} />`,
  },
  { label: t("orders.remains"), class: "at-page", number: true, cell: (order) => number(order.remains) },
  { label: t("orders.status"), class: "at-status", cell: (order) => html`<${OrderStatus} order=${order} />` },
  {
    label: t("common.actions"),
    class: "at-actions",
    cell: (order) => html`
      <div class="btn-list">
        <a class="btn btn-sm" href=${againHref(order)}>${t("orders.again")}</a>
        <${CancelButton} order=${order} done=${done} small />
        <${RefillButton} order=${order} small
          done=${() => {
            done({ ...order, can_refill: false });
            linkTo(order.id)?.focus();
          }} />
      </div>`,
  },
];

/** @param {{order: any}} props */
export const Charge = ({ order }) => html`
  ${money(order.charge)}
  ${
    order.refunded > 0 &&
    html`<div class="amount-in small">${t("orders.refunded", { amount: money(order.refunded) })}
    </div>`
  }`;

/** What the customer did is told as to them. @param {string} reason */
const reasonKey = (reason) => (reason === "canceled_by_customer" ? "orders.canceled_by_you" : `reason.${reason}`);

/** @param {{order: any}} props */
export const OrderStatus = ({ order }) => html`
  <${Status} of="order" value=${order.status} />
  ${order.reason && html`<div class="text-secondary small">${t(reasonKey(order.reason))}</div>`}
  <${CancelState} order=${order} />
  <${Waits} order=${order} />
  <${RunsDone} order=${order} />`;

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
  const buy = html`<a class="btn btn-primary" href="/">${t("orders.first")}</a>`;
  return html`
    <${Page} title=${t("orders.title")}>
      <${Card} flush>
        <${Tabs} label=${t("orders.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <div class="filters">
          <${Search} label=${t("orders.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          <${Download} list="/api/orders" params=${{ status, search, service_id, from, to }} />
        </div>
        <${ListTable} list=${list} columns=${columns(replace)} label=${t("orders.title")} look="order-rows"
          empty=${
            isNarrowed
              ? html`<${Empty} icon="list-check" title=${t("common.nothing_found")} />`
              : html`<${Empty} icon="shopping-cart" title=${t("orders.none")} action=${buy} />`
          } />
      <//>
    <//>`;
}
