// @ts-check
// Nothing is sold for less than it costs unless somebody says so: the question that comes first.

import { ask, withQuery } from "../../../lib/api.js";
import { html, useEffect } from "../../../lib/dom.js";
import { percent, rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { discounted, isBelow } from "../../../lib/money.js";
import { Field } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";

/** @typedef {{name: string, rate: string, cost: string}} Loss what would be sold below its cost */
/** @typedef {Loss & {user_id: number, username: string, service_id: number}} OwnLoss */
/** @typedef {{count: number, items: Loss[], own_prices?: {count: number, items: OwnLoss[]}}} Losses how many, and some
 *   of them; and the customers' own prices that would not count */

const PATH = "/api/admin/services/losses";
const SHOWN = 5;
/** @type {Losses} */
const NONE = { count: 0, items: [] };

/** Those that would be sold below their cost to buyers with this discount, with what these would pay. None while it is
 * not known: what is asked then would be asked anew a moment later.
 * @param {{name: string, rate: string | null, cost: string | null}[]} sold @param {number | null} discount percent
 * @returns {Losses} */
export function losses(sold, discount) {
  if (discount === null) return NONE;
  const paid = sold.map((one) => ({ ...one, rate: one.rate && discounted(one.rate, discount) }));
  const items = /** @type {Loss[]} */ (paid.filter(({ rate, cost }) => isBelow(rate, cost)));
  return { count: items.length, items };
}

/** @typedef {{name: string, discount_percent: number}} Tier */

/** The tier with the best discount. @param {{tiers: Tier[]}} settings @returns {Tier} */
const best = ({ tiers }) => tiers.reduce((best, tier) => (tier.discount_percent > best.discount_percent ? tier : best));

/** @returns {Promise<number>} what the tier with the best discount pays less, in percent */
export const bestDiscount = async () => best(await ask("/api/admin/settings")).discount_percent;

/** Its discount in percent. @param {{tiers: Tier[]}} settings */
export const bestOf = (settings) => best(settings).discount_percent;

/** That tier, for a page; null until it is known. @returns {Tier | null} */
export function useBestTier() {
  const settings = useAnswer("/api/admin/settings").data;
  return settings ? best(settings) : null;
}

/** Its discount. @returns {number | null} */
export const useBestDiscount = () => useBestTier()?.discount_percent ?? null;

/** Who would pay so little. @param {number | null | undefined} discount percent @param {string} [tier] its name */
export const buyersNote = (discount, tier) =>
  discount ? t(tier ? "loss.tier_named" : "loss.tier", { percent: percent(discount), tier: tier ?? "" }) : undefined;

/** Of all services on sale, by the server, which knows them. @typedef {{discount_percent: number} |
 *   {provider_id: number, exchange_rate: string, discount_percent: number}} Terms */

/** What would be sold below its cost under other terms; null: they stay. @param {Terms | null} terms
 * @returns {Promise<Losses>} */
export const lossesUnder = async (terms) => (terms ? ask(withQuery(PATH, terms)) : NONE);

/** The same, while they are being typed. @param {Terms | null} terms @returns {Losses} */
export const useLosses = (terms) => useAnswer(terms && withQuery(PATH, terms)).data ?? NONE;

/** For `useForm`: the question has to be answered. @param {Record<string, any>} values @param {Losses} found
 * @param {string} [needed] what else can be done @returns {Record<string, string>} */
export const unanswered = (values, found, needed = t("loss.needed")) =>
  found.count && !values.allow_loss ? { allow_loss: needed } : {};

/** Asks, and anew when something else would be sold so. The form's `allow_loss` is the answer.
 * @param {{form: import("../../../ui/form.js").Form, found: Losses, note?: string}} props */
export function LossQuestion({ form, found, note }) {
  useEffect(() => form.set("allow_loss", false), [JSON.stringify(found)]);
  return html`
    <${OwnPrices} found=${found} />
    ${found.count > 0 && html`<${Question} form=${form} found=${found} note=${note} />`}`;
}

/** Tells of own prices that give way to the services' rates. @param {{found: Losses}} props */
function OwnPrices({ found: { own_prices } }) {
  if (!own_prices?.count) return null;
  return html`
    <${Notice} kind="warning" title=${t("loss.own_title", { count: own_prices.count })} live>
      <ul class="mb-2">
        ${own_prices.items.map((own) => html`<${OwnPrice} key=${`${own.user_id} ${own.service_id}`} own=${own} />`)}
        ${own_prices.count > own_prices.items.length && html`<li>…</li>`}
      </ul>
      <p class="mb-0">${t("loss.own_note")}</p>
    <//>`;
}

/** @param {{own: OwnLoss}} props */
const OwnPrice = ({ own }) => html`
  <li><bdi>${own.username}</bdi>, <bdi>${own.name}</bdi>:${" "}
    ${t("loss.own_line", { rate: rate(own.rate), cost: rate(own.cost) })}</li>`;

/** @param {{form: import("../../../ui/form.js").Form, found: Losses, note?: string}} props */
function Question({ form, found, note }) {
  return html`
    <${Notice} kind="danger" title=${t("loss.title", { count: found.count })} live>
      ${note && html`<p>${note}</p>`}
      <ul class="mb-2">
        ${found.items.slice(0, SHOWN).map(
          (loss) => html`<li key=${loss.name}><bdi>${loss.name}</bdi>:${" "}
            ${t("loss.line", { rate: rate(loss.rate), cost: rate(loss.cost) })}</li>`,
        )}
        ${found.count > SHOWN && html`<li>…</li>`}
      </ul>
      <${Field} form=${form} name="allow_loss" type="checkbox" label=${t("loss.allow")} required />
    <//>`;
}
