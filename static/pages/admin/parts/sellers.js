// @ts-check
// Where the money of a span of days came from: margins by service and provider, and those who bought most.

import { html } from "../../../lib/dom.js";
import { money, number, t } from "../../../lib/i18n.js";
import { Card } from "../../../ui/card.js";
import { margin } from "./figures.js";
import { ServiceWords } from "./service-words.js";
import { UserLink } from "./user-link.js";

/** So many stand on the overview; the reports have more. */
const MOST = 6;

/** What a card of a new panel says. */
export const Nothing = () => html`<p class="text-secondary mb-0">${t("common.nothing")}</p>`;

/** @param {{title: string, rows: any[], label: string, name: (row: any) => any, id: (row: any) => any}} props */
function Best({ title, rows, label, name, id }) {
  if (!rows.length) return html`<${Card} title=${title}><${Nothing} /><//>`;
  const all = html`<a class="small" href="/admin/reports">${t("dashboard.all")}</a>`;
  return html`<${Card} title=${title} actions=${all} flush>
    <table class="best tabular" aria-label=${title}>
      <thead>
        <tr>
          <th scope="col">${label}</th>
          <th scope="col" class="best-orders">${t("menu.orders")}</th>
          <th scope="col" class="best-money">${t("figures.sales")}</th>
          <th scope="col" class="best-money">${t("figures.profit")}</th>
          <th scope="col" class="best-share">${t("figures.margin")}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, MOST).map(
          (row) => html`
          <tr key=${id(row)}>
            <th scope="row">${name(row)}</th>
            <td class="best-orders">${number(row.orders)}</td>
            <td>${money(row.sales)}</td>
            <td>${money(row.profit)}</td>
            <td>${margin(row.margin_permille)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  <//>`;
}

/** @param {{of: any, days: string}} props what the API says of so many days */
export const Sellers = ({ of, days }) => html`
  <${Best} title=${t("dashboard.by_service", { days })} rows=${of.services} label=${t("orders.service")}
    id=${(/** @type {any} */ row) => row.service_id}
    name=${(/** @type {any} */ row) => html`<${ServiceWords} name=${row.service_name} />`} />
  <${Best} title=${t("dashboard.by_provider", { days })} rows=${of.providers} label=${t("orders.provider")}
    id=${(/** @type {any} */ row) => row.provider_id}
    name=${(/** @type {any} */ row) => html`<bdi>${row.provider_name ?? t("services.by_hand")}</bdi>`} />
  <${Best} title=${t("dashboard.customers", { days })} rows=${of.customers} label=${t("orders.user")}
    id=${(/** @type {any} */ row) => row.user_id}
    name=${(/** @type {any} */ row) => html`<${UserLink} id=${row.user_id} name=${row.username} />`} />`;
