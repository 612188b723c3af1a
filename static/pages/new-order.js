// @ts-check
// The home page: what there is, what it costs, and the order.

import { html, useEffect, useState } from "../lib/dom.js";
import { money, number, percent, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer, useServices } from "../lib/load.js";
import { go, place } from "../lib/router.js";
import { me } from "../lib/session.js";
import { Card, Figure } from "../ui/card.js";
import { Empty, Failed } from "../ui/empty.js";
import { Page, Waiting } from "../ui/page.js";
import { OrderForm } from "./new-order/form.js";

export default function NewOrder() {
  const { services, answer } = useServices();
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
      if (answer.loading) return html`<${Waiting} />`;
      const list = html`<a class="btn btn-primary" href="/services">${t("services.title")}</a>`;
      return html`<${Empty} icon="tag" title=${t("new_order.not_sold")} action=${list} />`;
    }
    const draft = query.again ? `order again ${query.again}` : `order ${query.service ?? ""} ${query.link ?? ""}`;
    return html`<${OrderForm} key=${`${turn} ${draft}`} services=${services} first=${first} draft=${draft} done=${done}
      refreshed=${answer.reload} />`;
  };
  let content;
  if (bought) content = html`<${bought.Receipt} order=${bought.order} again=${again} />`;
  else if (services.length && !query.again) content = draw(query);
  else if (services.length && Again) content = html`<${Again} key=${query.again} id=${query.again} draw=${draw} />`;
  else if (answer.error) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else if (answer.loading || query.again) content = html`<${Waiting} />`;
  else content = html`<${Empty} icon="tag" title=${t("new_order.no_services")} />`;
  return html`
    <${Page} title=${t("new_order.title")}>
      <${Standing} />
      <div class="row"><div class="col-lg-8"><${Card}>${content}<//></div>
        <div class="col-lg-4"><${Card} title=${t("new_order.how")}><ol class="mb-0 ps-3">
          <li>${t("new_order.step_choose")}</li><li>${t("new_order.step_link")}</li>
          <li>${t("new_order.step_quantity")}</li><li>${t("new_order.step_follow")}</li>
        </ol><//></div></div>
    <//>`;
}

/** Balance, spending, orders, and how far the next tier is. */
function Standing() {
  const user = /** @type {import("../lib/session.js").User} */ (me.value);
  const tier = useAnswer("/api/user/tier");
  const counts = useAnswer("/api/orders/counts");
  useNews(["balance"], () => Promise.all([tier.reload(), counts.reload()]));
  const next = tier.data?.next;
  const note = next
    ? t("new_order.to_next", {
        amount: money(next.remaining),
        tier: next.name,
        percent: percent(next.discount_percent),
      })
    : t("new_order.discount", { percent: percent(user.tier.discount_percent) });
  return html`
    <div class="figures">
      <${Figure} icon="wallet" label=${t("frame.balance")} value=${money(user.balance)} href="/deposit" />
      <${Figure} icon="coin" label=${t("new_order.spent")} value=${money(user.total_spent)} href="/transactions" />
      <${Figure} icon="list-check" label=${t("new_order.orders")} value=${counts.data ? number(counts.data.all) : "…"}
        href="/orders" />
      <${Figure} icon="crown" label=${t("frame.tier")} value=${user.tier.name} note=${note} href="/account" />
    </div>`;
}
