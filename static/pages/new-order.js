// @ts-check
// The home page: what there is, what it costs, and the order.

import { html, useEffect, useMemo, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useAnswer, useServices } from "../lib/load.js";
import { go, place } from "../lib/router.js";
import { Empty, Failed } from "../ui/empty.js";
import { Page } from "../ui/page.js";
import { OrderForm } from "./new-order/form.js";

/** What was ordered of late, whose services are likely to be wanted again. */
const LATELY = "/api/orders?limit=20";

export default function NewOrder() {
  const { services, answer } = useServices();
  const orders = useAnswer(LATELY);
  const recent = useMemo(
    () => (orders.data?.items ?? []).map((/** @type {any} */ one) => one.service_id),
    [orders.data],
  );
  const query = place.value.query;
  const [Again, setAgain] = useState(/** @type {any} */ (null));
  const [bought, setBought] = useState(/** @type {any} */ (null));
  const [turn, setTurn] = useState(0);
  useEffect(() => setBought(null), [query.service, query.link, query.quantity, query.again]);
  const again = () => {
    setBought(null);
    setTurn((old) => old + 1);
  };
  // Its module came while the order was typed; if it did not, the order's own page says as much.
  const done = (/** @type {any} */ order) =>
    import("./new-order/receipt.js").then(
      ({ Receipt }) => setBought({ order, Receipt }),
      () => go(`/orders/${order.id}`),
    );
  useEffect(() => {
    const failed = () => go(`/orders/${query.again}`);
    if (query.again) import("./new-order/again.js").then((module) => setAgain(() => module.default), failed);
  }, [query.again]);
  const draw = (/** @type {Record<string, any>} */ first) => {
    if (first.service && !services.some(({ id }) => String(id) === first.service)) {
      if (answer.loading) return html`<${OrderWaiting} />`;
      const list = html`<a class="btn btn-primary" href="/services">${t("services.title")}</a>`;
      return html`<${Empty} icon="tag" title=${t("new_order.not_sold")} action=${list} />`;
    }
    const draft = query.again ? `order again ${query.again}` : `order ${query.service ?? ""} ${query.link ?? ""}`;
    return html`<${OrderForm} key=${`${turn} ${draft}`} services=${services} recent=${recent} first=${first}
      draft=${draft} done=${done} refreshed=${answer.reload} />`;
  };
  let content;
  const isRead = services.length > 0 && (orders.data || orders.error);
  if (bought) content = html`<${bought.Receipt} order=${bought.order} again=${again} />`;
  else if (isRead && !query.again) content = draw(query);
  else if (isRead && Again) content = html`<${Again} key=${query.again} id=${query.again} draw=${draw} />`;
  else if (answer.error) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else if (services.length || answer.loading || query.again) content = html`<${OrderWaiting} />`;
  else content = html`<${Empty} icon="tag" title=${t("new_order.no_services")} />`;
  return html`<${Page} title=${t("new_order.title")}><section class="order-page">${content}</section><//>`;
}

/** As high as the form will be. */
const OrderWaiting = () => html`
  <div class="waiting order-waiting" role="status" aria-label=${t("common.loading")}>
    ${Array.from({ length: 6 }, () => html`<i></i>`)}
  </div>`;
