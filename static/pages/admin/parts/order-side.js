// @ts-check
// An order beside the list: its facts, what can be done with it, and what happened to it.

import { progress } from "../../../lib/delivered.js";
import { html, useState } from "../../../lib/dom.js";
import { moment, money, noted, number, percent, rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { platformIcon, shortLink } from "../../../lib/service-name.js";
import { isAdmin } from "../../../lib/session.js";
import { CopyButton } from "../../../ui/copy.js";
import { Failed } from "../../../ui/empty.js";
import { Icon } from "../../../ui/icon.js";
import { LinkText } from "../../../ui/link-text.js";
import { Notice } from "../../../ui/notice.js";
import { Waiting } from "../../../ui/page.js";
import { Status } from "../../../ui/status.js";
import { Given } from "../../parts/given.js";
import { RunFacts } from "../../parts/run-facts.js";
import { Runs } from "../../parts/runs.js";
import { Side } from "../desk/side.js";
import { CancelFor, RefillFor } from "./for-customer.js";
import { Actions } from "./order-columns.js";
import { Bar, profit, remarks, toneOf } from "./order-line.js";
import { OrderRefills } from "./order-refills.js";
import { useProvider } from "./provider-currency.js";
import { atProvider } from "./run-columns.js";
import { Timeline } from "./timeline.js";
import { UserLink } from "./user-link.js";

/** @param {{side: import("../desk/side.js").SideProps, changed: (order: any) => void}} props `changed`: told what
 * became of it */
export function OrderSide({ side, changed }) {
  const path = `/api/admin/orders/${encodeURIComponent(side.id)}`;
  const answer = useAnswer(path);
  const timeline = useAnswer(`${path}/timeline`);
  const [opened, open] = useState(/** @type {any} */ (null));
  const [turn, setTurn] = useState(0);
  const order = answer.data ?? side.row;
  const title = t("orders.one", { id: side.id });
  const own = `/admin/orders/${side.id}`;
  if (!order) {
    return html`
      <${Side} title=${title} side=${{ ...side, own }}>
        ${answer.error ? html`<${Failed} error=${answer.error} retry=${answer.reload} />` : html`<${Waiting} />`}
      <//>`;
  }
  const done = (/** @type {any} */ after) => {
    answer.set(after);
    timeline.reload();
    changed(after);
    open(null);
  };
  const asked = () => {
    setTurn((old) => old + 1);
    return answer.reload();
  };
  const foot = html`
    <${Actions} order=${order} open=${open} wide />
    <${CancelFor} order=${order} done=${done} /><${RefillFor} order=${order} done=${asked} />`;
  return html`
    <${Side} title=${title} copied=${side.id} side=${{ ...side, own }} foot=${foot}>
      <${Head} order=${order} />
      <${Facts} order=${order} />
      <${Runs} order=${order} at="/admin/orders" columns=${isAdmin() ? atProvider() : []} />
      <${OrderRefills} key=${turn} order=${order} />
      <h3 class="desk-side-part">${t("order.timeline")}</h3>
      ${
        timeline.data
          ? html`<${Timeline} order=${order} steps=${timeline.data.items.toReversed()} />`
          : html`<${Waiting} rows=${2} />`
      }
      ${opened && html`<${opened.dialog} order=${order} done=${done} close=${() => open(null)} />`}
    <//>`;
}

/** What it is, where it leads, how far it is, and what is to be known of that. @param {{order: any}} props */
function Head({ order }) {
  const { done, all } = progress(order);
  const icon = platformIcon(order.service_name);
  const notes = remarks(order).filter((text) => text !== noted(order.contradiction_coded ?? {}));
  return html`
    <div class="desk-side-name"><span class=${`tile tile-${icon}`}><${Icon} name=${icon} /></span>
      <bdi>${order.service_name}</bdi></div>
    <div class="desk-side-link" title=${order.link}><${LinkText} text=${order.link} shown=${shortLink(order.link)} />
      <${CopyButton} text=${order.link} what=${t("order.link")} /></div>
    <${Bar} done=${done} all=${all} tone=${toneOf(order)}>
      <span class="desk-side-state"><${Status} of="order" value=${order.status} />
        <span><strong>${number(done)} / ${number(all)}</strong>${
          order.start_count !== null &&
          html` <span class="soft">· ${t("orders.started", { start: order.start_count })}</span>`
        }</span></span>
    <//>
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
    ${notes.length > 0 && html`<${Notes} notes=${notes} />`}`;
}

/** @param {{notes: string[]}} props */
const Notes = ({ notes }) => html`
  <ul class="desk-notes">${notes.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`;

/** @param {{order: any}} props */
const Facts = ({ order }) => html`
  <dl class="desk-facts">
    <div><dt>${t("orders.user")}</dt><dd><${UserLink} id=${order.user_id} name=${order.username} /></dd></div>
    ${isAdmin() && html`<${AtProvider} order=${order} />`}
    <div><dt>${t("orders.charge")}</dt><dd>${money(order.paid)}
      </dd></div>
    <div><dt>${t("order.rate")}</dt><dd>${rate(order.rate)}${
      order.discount_percent > 0 && html` <span class="soft">· −${percent(order.discount_percent)}</span>`
    }</dd></div>
    ${
      isAdmin() &&
      html`
      <div><dt>${t("orders.cost")}</dt><dd>${money(order.cost)}</dd></div>
      <div><dt>${t("orders.profit")}</dt><dd class=${(profit(order) ?? 0) < 0 ? "amount-out" : "amount-in"}>
        ${money(profit(order))}</dd></div>`
    }
    ${order.refunded > 0 && html`<div><dt>${t("order.refunded")}</dt><dd>${money(order.refunded)}</dd></div>`}
    <div><dt>${t("orders.placed_at")}</dt><dd>${moment(order.created_at)}</dd></div>
  </dl>
  <dl class="facts"><${RunFacts} order=${order} at="/admin/orders" /><${Given} order=${order} /></dl>`;

/** @param {{order: any}} props */
function AtProvider({ order }) {
  const provider = useProvider(order);
  return html`
    <div><dt>${t("orders.provider")}</dt>
      <dd>${order.provider_id ? html`<bdi>${provider?.name}</bdi>` : t("services.by_hand")}
        ${order.provider_order_id && html`<span class="soft"> · <bdi>${order.provider_order_id}</bdi></span>`}
        ${order.account_left && html` <span class="badge">${t("order.account_left")}</span>`}</dd></div>`;
}
