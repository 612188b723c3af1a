// @ts-check
import { html, useState } from "../lib/dom.js";
import { exactMoment, moment, money, number, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer } from "../lib/load.js";
import { inLine } from "../lib/service-name.js";
import { Card } from "../ui/card.js";
import { LinkText } from "../ui/link-text.js";
import { Page, Unread, Waiting } from "../ui/page.js";
import { CancelButton } from "./parts/cancel-order.js";
import { Given } from "./parts/given.js";
import { cancels, warranty } from "./parts/service-facts.js";
import { Charge, OrderStatus, againHref } from "./parts/order-facts.js";
import { linkLabel } from "./parts/link-label.js";
import { RefillButton, Refills } from "./parts/refills.js";
import { Quantity, RunFacts } from "./parts/run-facts.js";
import { Runs } from "./parts/runs.js";
import { Spoken } from "./parts/spoken.js";
import { ShareOrder } from "./parts/share-order.js";

const DAY_MS = 86_400_000;

export default (/** @type {{id: string}} */ { id }) => html`<${Spoken} words="order"><${Order} id=${id} /><//>`;

/** One order and how far it is. @param {{id: string}} props */
function Order({ id }) {
  const path = `/api/orders/${encodeURIComponent(id)}`;
  const answer = useAnswer(path);
  const timeline = useAnswer(`${path}/timeline`);
  const service = useAnswer(answer.data && `/api/services/${answer.data.service_id}`).data;
  const [asked, setAsked] = useState(false);
  useNews(["order"], (_, news) => {
    if (String(news.id) !== id && news.id !== order?.parent_id) return;
    answer.reload();
    timeline.reload();
  });
  const order = answer.data;
  const changed = (/** @type {any} */ after) => {
    answer.set(after);
    timeline.reload();
  };
  if (!order && answer.error) {
    const list = { href: "/orders", text: t("menu.orders") };
    return html`<${Unread} title=${t("order.title", { id })} absent=${t("order.absent")}
      answer=${answer} list=${list} />`;
  }
  if (!order) return html`<${Waiting} />`;
  return html`
    <${Page} title=${t("order.title", { id: order.id })}
      actions=${html`<${CancelButton} order=${order} done=${changed} />
        <${RefillButton} order=${order} done=${() => answer.reload().then(() => setAsked(true))} />
        <a class="btn" href=${`/tickets?order=${order.id}`}>${t("order.problem")}</a>
        <a class="btn" href=${againHref(order)}>${t("orders.again")}</a>`}>
      <${Card}>
        <dl class="facts">
          <dt>${t("orders.status")}</dt><dd><${OrderStatus} order=${order} /></dd>
          <dt>${t("orders.service")}</dt>
          <dd>${order.service_id} · <bdi title=${order.service_name}>${inLine(order.service_name)}</bdi></dd>
          <dt>${linkLabel(order.link)}</dt><dd><${LinkText} text=${order.link} /></dd>
          <dt>${t("new_order.quantity")}</dt><dd class="tabular"><${Quantity} order=${order} /></dd>
          <${RunFacts} order=${order} at="/orders" />
          <dt>${t("orders.start")}</dt><dd class="tabular">${number(order.start_count)}</dd>
          <dt>${t("orders.remains")}</dt><dd class="tabular">${number(order.remains)}</dd>
          <dt>${t("new_order.charge")}</dt><dd class="tabular"><${Paid} order=${order} /></dd>
          <dt>${t("common.time")}</dt><dd>${moment(order.created_at)}</dd>
    ${order.start_at && html`<dt>${t("order.start_at")}</dt><dd>${moment(order.start_at)}</dd>`}
          <${Given} order=${order} />
          ${service && html`<${Promised} order=${order} service=${service} />`}
        </dl>
      <//>
      <${Runs} order=${order} at="/orders" />
      <${Refills} order=${order} asked=${asked} />
      <${ShareOrder} id=${order.id} />
      <${Card} title=${t("order.timeline")}>
        ${timeline.data ? html`<${Steps} steps=${timeline.data.items} />` : html`<${Waiting} rows=${2} />`}
      <//>
    <//>`;
}

/** What it cost; the money of a run or a post stands on the order that it is one of. @param {{order: any}} props */
const Paid = ({ order }) =>
  order.parent_id
    ? html`${money(order.paid)}
      <div class="small"><a href=${`/orders/${order.parent_id}`}>${t("runs.paid_with", { parent: order.parent_id })}</a>
      </div>`
    : html`<${Charge} order=${order} />`;

/** What its service promises of it. @param {{order: any, service: import("../lib/services.js").Service}} props */
function Promised({ order, service }) {
  if (["partial", "canceled"].includes(order.status)) return null;
  const { completed_at: completed } = order;
  const ends = completed && service.refill && service.refill_days > 0;
  const until = ends ? after(completed, service.refill_days) : null;
  return html`
    <dt>${t("terms.title")}</dt>
    <dd>
      <div>${warranty(service)}${until && html` (${t("terms.until", { time: moment(until) })})`}</div>
      ${order.refill_from && html`<div>${t("terms.from", { time: moment(order.refill_from) })}</div>`}
      ${!completed && html`<div>${mayCancel(order, service)}</div>`}
    </dd>`;
}

/** Whether it can be canceled, and where not, why. What becomes of an open wish stands with the order's facts.
 * @param {any} order @param {import("../lib/services.js").Service} service */
function mayCancel({ cancel_refusal: why }, service) {
  if (why === "cancel_not_offered") return t("terms.no_cancel");
  if (!why || why === "cancel_is_open") return cancels(service);
  const said = t(`refusal.${why}`);
  if (why === "cancel_in_review") return said;
  // It stands among other terms: what is spoken of is said before.
  const reason = said[0].toLowerCase() + said.slice(1);
  return t(why === "cancel_while_sending" ? "terms.not_yet" : "terms.not", { why: reason });
}

/** @param {string} time @param {number} days */
const after = (time, days) => new Date(Date.parse(time) + days * DAY_MS).toISOString();

/** @param {{steps: any[]}} props */
const Steps = ({ steps }) => html`
  <ol class="steps-list">
    ${steps.map(
      (step, index) => html`
      <li key=${index}>
        <div class="d-flex flex-wrap gap-2">
          <strong>${t(`step.${step.step}`)}</strong>
          ${step.amount ? html`<span class="tabular">${money(step.amount)}</span>` : null}
          ${step.by === "support" && html`<span class="text-secondary">${t("order.by_support")}</span>`}
          <time class="text-secondary ms-auto" datetime=${step.at}>${exactMoment(step.at)}</time>
        </div>
      </li>`,
    )}
  </ol>`;
