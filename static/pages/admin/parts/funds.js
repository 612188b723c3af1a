// @ts-check
// The operator's money at the providers, and how long it lasts at the pace of the last days.

import { html } from "../../../lib/dom.js";
import { foreignMoney, money, t } from "../../../lib/i18n.js";
import { Card } from "../../../ui/card.js";
import { lasting } from "./tasks.js";

/** A bar is full at so many hours: a week. */
const FULL_HOURS = 168;
/** Fewer hours than these are red, and yellow. */
const [RED_HOURS, YELLOW_HOURS] = [24, 72];

/** @param {number} hours */
function tone(hours) {
  if (hours < RED_HOURS) return "red";
  return hours < YELLOW_HOURS ? "yellow" : "green";
}

/** @param {{one: any}} props */
function Purse({ one }) {
  const { provider_name, balance, currency, balance_vnd, hours_left } = one;
  const isForeign = currency.toUpperCase() !== "VND" && balance_vnd !== null;
  const colour = hours_left === null ? "" : tone(hours_left);
  const width = `${Math.round(100 * Math.min(1, (hours_left ?? 0) / FULL_HOURS))}%`;
  return html`
    <li class="purse">
      <a class="purse-name" href="/admin/providers"><bdi>${provider_name}</bdi></a>
      <span class="purse-sum tabular">${balance === null ? "–" : foreignMoney(balance, currency)}
        ${isForeign && html` <span class="soft small">≈ ${money(balance_vnd)}</span>`}</span>
      <span class=${`purse-bar ${colour}`} aria-hidden="true"><i style=${{ width }}></i></span>
      <span class=${`purse-time ${colour}`}>${
        hours_left === null ? t("dashboard.no_pace") : t("dashboard.lasts", { time: lasting(hours_left) })
      }</span>
    </li>`;
}

/** What is owed to users against what the providers hold. @param {{data: any}} props */
export const Funds = ({ data }) => html`
  <${Card} title=${t("dashboard.funds")} flush
    actions=${html`<span class="soft small">${t("dashboard.liabilities")} ${money(data.liabilities)}</span>`}>
    <ul class="purses">
      ${data.funds.map((/** @type {any} */ one) => html`<${Purse} key=${one.provider_id} one=${one} />`)}
    </ul>
  <//>`;
