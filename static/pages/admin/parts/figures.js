// @ts-check
import { html } from "../../../lib/dom.js";
import { money, number, percent, t } from "../../../lib/i18n.js";
import { Figure } from "../../../ui/card.js";

/** Thousandths as percent: `26,4%`. @param {number | null} permille null: nothing was sold */
export const margin = (permille) => (permille === null ? "–" : percent(permille / 10));

/** In one line, however narrow its card. @param {number} amount */
export const whole = (amount) => html`<span class="money">${money(amount)}</span>`;

/** What came of a span of days. @param {{of: any}} props */
export const Figures = ({ of }) => html`
  <div class="figures">
    <${Figure} icon="coin" label=${t("figures.sales")} value=${whole(of.sales)}
      note=${t("figures.orders", { count: of.orders })} />
    <${Figure} icon="receipt" label=${t("figures.cost")} value=${whole(of.cost)} />
    <${Figure} icon="trending-up" label=${t("figures.profit")} value=${whole(of.profit)}
      note=${t("figures.net", { amount: money(of.net_profit) })} />
    <${Figure} icon="wallet" label=${t("figures.deposits")} value=${whole(of.deposits)}
      note=${t("figures.deposit_count", { count: of.deposit_count })} />
    <${Figure} icon="user-plus" label=${t("figures.new_users")} value=${number(of.new_users)} />
  </div>`;
