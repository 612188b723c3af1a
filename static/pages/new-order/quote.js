// @ts-check
// What an order costs: estimated while it is typed, and then as the panel says it.

import { ask } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { money, percent, t } from "../../lib/i18n.js";
import { charge, discounted } from "../../lib/money.js";
import { priceOf } from "../../lib/services.js";
import { me } from "../../lib/session.js";
import { Notice } from "../../ui/notice.js";

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

/** What the order would cost, until the panel says it. @param {import("../../lib/services.js").Service} service
 * @param {number} units */
export const estimated = (service, units) => charge({ ...service, rate: priceOf(service) }, units, 0);

/** @param {{service: import("../../lib/services.js").Service, units: number | null, quoted: number | null}} props */
export const Charge = ({ service, units, quoted }) => {
  const cost = quoted ?? (units === null ? null : estimated(service, units));
  const full = units === null ? null : charge(service, units, 0);
  const isLess = cost !== null && full !== null && cost < full;
  const off = me.value?.tier.discount_percent ?? 0;
  const isOff = off > 0 && priceOf(service) === discounted(service.rate, off);
  return html`
    <${Notice} kind="info">
      <div class="d-flex flex-wrap gap-2 align-items-baseline" aria-live="polite">
        <span>${t("new_order.charge")}</span>
        <strong class="h2 mb-0 tabular">${money(cost)}</strong>
        ${isLess && html`<del class="text-secondary tabular">${money(full)}</del>`}
        ${
          priceOf(service) !== service.rate &&
          html`<span class="badge status-green">
            ${isOff ? t("new_order.discount", { percent: percent(off) }) : t("new_order.own_price")}</span>`
        }
      </div>
    <//>`;
};
