// @ts-check
import { ask } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html, useState } from "../../lib/dom.js";
import { moment, money, noted, number, percent, rate, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { isAdmin } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { LinkText } from "../../ui/link-text.js";
import { Notice } from "../../ui/notice.js";
import { Page, Unread, Waiting } from "../../ui/page.js";
import { toast } from "../../ui/toast.js";
import { CancelFor, RefillFor } from "./parts/for-customer.js";
import { Actions, Standing } from "./parts/order-columns.js";
import { OrderRefills } from "./parts/order-refills.js";
import { atProvider } from "./parts/run-columns.js";
import { Timeline } from "./parts/timeline.js";
import { UserLink } from "./parts/user-link.js";
import { Given } from "../parts/given.js";
import { useProvider } from "./parts/provider-currency.js";
import { linkLabel } from "../parts/link-label.js";
import { Quantity, RunFacts } from "../parts/run-facts.js";
import { Runs } from "../parts/runs.js";

/** Strangers who were given its link see no more of it. @param {{order: any, done: () => Promise<void>}} props */
function TakeDown({ order, done }) {
  if (!order.shared || !isAdmin()) return null;
  const question = {
    title: t("orders.take_down"),
    text: t("orders.take_down_text"),
    yes: t("orders.take_down_yes"),
    no: t("orders.take_down_no"),
  };
  const work = async () => {
    if (!(await confirm(question))) return;
    await ask(`/api/admin/orders/${order.id}/link`, { method: "DELETE" });
    toast(t("orders.taken_down"));
    await done();
  };
  return html`<${Button} icon="x" work=${work}>${t("orders.take_down")}<//>`;
}

/** One order with all that happened to it. @param {{id: string}} props */
export default function Order({ id }) {
  const path = `/api/admin/orders/${encodeURIComponent(id)}`;
  const answer = useAnswer(path);
  const timeline = useAnswer(`${path}/timeline`);
  const [opened, open] = useState(/** @type {any} */ (null));
  // Read anew after one was asked for.
  const [turn, setTurn] = useState(0);
  const order = answer.data;
  if (!order && answer.error) {
    const list = { href: "/admin/orders", text: t("menu.orders") };
    return html`<${Unread} title=${t("order.title", { id })} absent=${t("order.absent")}
      answer=${answer} list=${list} />`;
  }
  if (!order) return html`<${Waiting} />`;
  const done = (/** @type {any} */ after) => {
    answer.set(after);
    timeline.reload();
    open(null);
  };
  const asked = () => {
    setTurn((old) => old + 1);
    return answer.reload();
  };
  return html`
    <${Page} title=${t("order.title", { id: order.id })} actions=${html`<${Actions} order=${order} open=${open} />
      <${TakeDown} order=${order} done=${() => answer.reload()} />
      <${CancelFor} order=${order} done=${done} /><${RefillFor} order=${order} done=${asked} />`}>
      ${
        order.contradiction_coded &&
        html`
        <${Notice} kind="warning" title=${t("order.contradiction")}>
          <p class="text-break mb-0"><bdi>${noted(order.contradiction_coded)}</bdi></p>
        <//>`
      }
      ${
        order.reason === "canceled_by_admin" &&
        order.dispatch === "sent" &&
        html`<${Notice} kind="info">${t("order.goes_on")}<//>`
      }
      <${Card}><${Facts} order=${order} /><//>
      <${Runs} order=${order} at="/admin/orders" columns=${isAdmin() ? atProvider() : []} />
      <${OrderRefills} key=${turn} order=${order} />
      <${Card} title=${t("order.timeline")}>
        ${
          timeline.data
            ? html`<${Timeline} order=${order} steps=${timeline.data.items} />`
            : html`<${Waiting} rows=${2} />`
        }
      <//>
      ${opened && html`<${opened.dialog} order=${order} done=${done} close=${() => open(null)} />`}
    <//>`;
}

/** @param {{order: any}} props */
function Facts({ order }) {
  return html`
  <dl class="facts">
    <dt>${t("orders.user")}</dt><dd><${UserLink} id=${order.user_id} name=${order.username} /></dd>
    <dt>${t("orders.service")}</dt><dd>${order.service_id} · <bdi>${order.service_name}</bdi></dd>
    <dt>${linkLabel(order.link)}</dt><dd><${LinkText} text=${order.link} /></dd>
    <dt>${t("orders.quantity")}</dt><dd><${Quantity} order=${order} /></dd>
    <${RunFacts} order=${order} at="/admin/orders" />
    <dt>${t("orders.start")}</dt><dd>${number(order.start_count)}</dd>
    <dt>${t("orders.remains")}</dt><dd>${number(order.remains)}</dd>
    <dt>${t("order.rate")}</dt><dd>${rate(order.rate)} · ${percent(order.discount_percent)}</dd>
    <dt>${t("orders.charge")}</dt><dd>${money(order.paid)}</dd>
    <dt>${t("order.refunded")}</dt><dd>${money(order.refunded)}</dd>
    <dt>${t("orders.status")}</dt><dd><${Standing} order=${order} /></dd>
    ${isAdmin() && html`<${AtProvider} order=${order} />`}
    <dt>${t("common.time")}</dt><dd>${moment(order.created_at)}</dd>
    ${order.start_at && html`<dt>${t("order.start_at")}</dt><dd>${moment(order.start_at)}</dd>`}
    <${Given} order=${order} />
  </dl>`;
}

/** Who delivers it, and at what cost. @param {{order: any}} props */
function AtProvider({ order }) {
  const provider = useProvider(order);
  return html`
    <dt>${t("orders.cost")}</dt><dd>${money(order.cost)}</dd>
    <dt>${t("orders.provider")}</dt>
    <dd>${order.provider_id ? html`<bdi>${provider?.name}</bdi>` : t("services.by_hand")}</dd>
    <dt>${t("order.provider_order")}</dt><dd class="text-break"><bdi>${order.provider_order_id ?? "–"}</bdi>
      ${order.account_left && html` <span class="badge">${t("order.account_left")}</span>`}</dd>`;
}
