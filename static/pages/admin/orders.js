// @ts-check
import { html, useEffect, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { withQuery } from "../../lib/api.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin } from "../../lib/session.js";
import { Empty } from "../../ui/empty.js";
import { Waiting } from "../../ui/page.js";
import { useSelection } from "../../ui/selection.js";
import { toastError } from "../../ui/toast.js";
import { Desk } from "./desk/desk.js";
import { useEvery } from "./desk/every.js";
import { Side } from "./desk/side.js";
import { OrderBulk } from "./parts/order-bulk.js";
import { orderLines, orderOver } from "./parts/order-line.js";

const STATUSES = ["pending", "processing", "in_progress", "completed", "partial", "canceled"];
/** What waits for a decision: a tab beside the statuses, in the address a filter of its own. */
const YOURS = "yours";

/** Of an order on a phone's card. */
const PLACES = { head: "service", state: "status", under: ["id", "user", "time", "link"], end: "charge" };

export default function Orders() {
  const query = place.value.query;
  const {
    status = "",
    search = "",
    user_id = "",
    provider_id = "",
    service_id = "",
    from = "",
    to = "",
    cancel = "",
    slow = "",
    by_hand = "",
    review = "",
  } = query;
  const narrowed = { user_id, provider_id, service_id };
  const params = { ...narrowed, status, search, from, to, cancel, slow, by_hand, review };
  const list = useList("/api/admin/orders", params);
  // They are counted for everybody or for one user; what another filter leaves is not counted.
  const isCounted = !(provider_id || service_id || search || from || to || cancel || slow || by_hand);
  const counts = useAnswer(isCounted ? withQuery("/api/admin/orders/counts", { user_id }) : null);
  // What waits is counted for everybody alone.
  const waits = useAnswer(isAdmin() && isCounted && !user_id ? "/api/admin/review" : null);
  const providers = useAnswer(isAdmin() ? "/api/admin/providers" : null);
  const [opened, open] = useState(/** @type {{dialog: any, order: any} | null} */ (null));
  const OrderSide = useOrderSide(Boolean(query.open));
  const beside = (/** @type {import("./desk/side.js").SideProps} */ side) =>
    OrderSide
      ? html`<${OrderSide} key=${side.id} side=${side} changed=${replace} />`
      : html`<${Side} title=${t("orders.one", { id: side.id })} side=${side}><${Waiting} /><//>`;
  const recount = () => {
    counts.reload();
    waits.reload();
  };
  const replace = (/** @type {any} */ after) => {
    list.change((orders) => orders.map((order) => (order.id === after.id ? after : order)));
    recount();
  };
  const selection = useSelection(list.items);
  const every = useEvery("orders", params, list, selection);
  const tabs = [
    { value: "", text: t("common.all"), count: counts.data?.all },
    { value: YOURS, text: t("orders.yours"), count: waits.data?.orders },
    ...STATUSES.map((value) => ({ value, text: t(`status.order.${value}`), count: counts.data?.[value] })),
  ];
  const choose = (/** @type {string} */ value) =>
    setQuery(value === YOURS ? { status: "", review: "true" } : { status: value, review: "" });
  const names = (providers.data?.items ?? []).map((/** @type {any} */ one) => ({ value: `${one.id}`, text: one.name }));
  const ofProvider = {
    name: "provider_id",
    label: t("orders.provider"),
    value: provider_id,
    options: [{ value: "", text: t("common.all") }, ...names],
  };
  const narrowing = {
    search: { label: t("orders.search"), value: search },
    fields: isAdmin() ? [ofProvider] : [],
    days: { from, to },
    only: { user_id, service_id, cancel, slow, by_hand },
    file: isAdmin() ? { list: "/api/admin/orders", params } : undefined,
  };
  const reload = () => {
    list.reload();
    recount();
  };
  const bulk = html`<${OrderBulk} selection=${selection} rows=${list.items} every=${every} reload=${reload} />`;
  return html`
    <${Desk} name="orders" title=${t("orders.title")} list=${list} columns=${orderLines()} places=${PLACES}
      tabs=${{ label: t("orders.status"), tabs, value: review ? YOURS : status, choose }} narrowing=${narrowing}
      selection=${isAdmin() ? selection : undefined} bulk=${bulk} over=${orderOver(open)}
      own=${(/** @type {any} */ order) => `/admin/orders/${order.id}`}
      side=${beside}
      empty=${html`<${Empty} icon="list-check" title=${t("orders.none")} />`}>
      ${
        opened &&
        html`<${opened.dialog} order=${opened.order} close=${() => open(null)} done=${(/** @type {any} */ after) => {
          replace(after);
          open(null);
        }} />`
      }
    <//>`;
}

/** What stands beside the list: its module comes with the first order that is opened. @param {boolean} isOpen */
function useOrderSide(isOpen) {
  const [OrderSide, set] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (isOpen) import("./parts/order-side.js").then((module) => set(() => module.OrderSide), toastError);
  }, [isOpen]);
  return OrderSide;
}
