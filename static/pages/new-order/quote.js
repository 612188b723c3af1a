// @ts-check
// What an order comes to: estimated while it is typed, and then as the panel says it. The summary has the same lines
// from the first moment, so that nothing moves as they fill; on a phone the sum and the button stand in a bar above the
// one at the foot.

import { ask, withQuery } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { duration, money, number, percent, rate, t } from "../../lib/i18n.js";
import { charge, discounted } from "../../lib/money.js";
import { inLine } from "../../lib/service-name.js";
import { priceOf } from "../../lib/services.js";
import { me, toPay } from "../../lib/session.js";
import { Button } from "../../ui/button.js";

/** @typedef {import("../../lib/services.js").Service} Service */

const NONE = "–";

/** What is off the general rate, in words. @param {Service} service */
function offOf(service) {
  if (priceOf(service) === service.rate) return "";
  const off = me.value?.tier.discount_percent ?? 0;
  const isOff = off > 0 && priceOf(service) === discounted(service.rate, off);
  return isOff ? t("new_order.discount", { percent: percent(off) }) : t("new_order.own_price");
}

/** @param {{service: Service}} props */
const Rate = ({ service }) => html`
  ${priceOf(service) !== service.rate && html`<del>${rate(service.rate)}</del>`} ${rate(priceOf(service))}`;

/** @param {{service?: Service, quantity: number | null, units: number | null, cost: number | null, again: boolean,
 *   busy: boolean}} props `again`: what was warned of is meant */
export function Summary({ service, quantity, units, cost, again, busy }) {
  const balance = me.value?.balance ?? 0;
  const missing = (cost ?? 0) - balance;
  const full = service && units !== null ? charge(service, units, 0) : null;
  const isLess = cost !== null && full !== null && cost < full;
  const off = service && offOf(service);
  const counts = service && service.quantity_from !== null;
  return html`
    <section class="summary" aria-label=${t("new_order.summary")}>
      <dl>
        <dt>${t("new_order.service")}</dt>
        <dd title=${service?.name}><bdi>${service ? inLine(service.name) : NONE}</bdi></dd>
        <dt>${t(service?.rate_per === "order" ? "new_order.per_package" : "services.rate")}</dt>
        <dd class="tabular">${service ? html`<${Rate} service=${service} />` : NONE}</dd>
        <dt>${t("new_order.limits")}</dt>
        <dd class="tabular">${counts ? `${number(service.min_quantity)} – ${number(service.max_quantity)}` : NONE}</dd>
        <dt>${t("new_order.units")}</dt>
        <dd class="tabular">${quantity === null ? NONE : number(quantity)}</dd>
        <dt>${t("new_order.done_in")}</dt>
        <dd>${typeof service?.average_seconds === "number" ? `≈ ${duration(service.average_seconds)}` : NONE}</dd>
      </dl>
      <div class="pay">
        <div class="pay-sum" aria-live="polite">
          <span>${t("new_order.charge")}</span>
          <strong class="tabular">${cost === null ? NONE : money(cost)}</strong>
          <del class="tabular">${isLess && money(full)}</del>
          <small>${off}</small>
        </div>
        <div class="pay-after"><span>${t("new_order.after")}</span>
          <strong class="tabular">${cost === null || missing > 0 ? NONE : money(balance - cost)}</strong></div>
        ${
          missing > 0
            ? html`<a class="btn btn-primary" href=${withQuery("/deposit", { amount: missing })}>
                ${t("new_order.top_up", { amount: money(toPay(missing)) })}</a>`
            : html`<${Button} submit kind="primary" busy=${busy}>
                ${t(again ? "new_order.submit_anyway" : "new_order.submit")}<//>`
        }
      </div>
      <p class="pay-short" role="status">
        ${missing > 0 && t("new_order.short", { balance: money(balance), amount: money(missing) })}</p>
    </section>`;
}

const PAUSE_MS = 400;

/** What the panel asks for the order, read when typing pauses; null until it has said so.
 * @param {object | null} body of the order; null while something is missing
 * @param {string} prices changes when a price has changed @returns {number | null} */
export function useQuote(body, prices) {
  const asked = body && `${prices} ${JSON.stringify(body)}`;
  const [quote, setQuote] = useState({ asked, charge: /** @type {number | null} */ (null) });
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(async () => {
      // What the panel refuses is said when the order is sent; until then the estimate stays.
      const answer = await ask("/api/orders/quote", { body }).catch(() => null);
      setQuote({ asked, charge: answer?.charge ?? null });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return quote.asked === asked ? quote.charge : null;
}

/** What the order would cost, until the panel says it. @param {Service} service
 * @param {number} units */
export const estimated = (service, units) => charge({ ...service, rate: priceOf(service) }, units, 0);
