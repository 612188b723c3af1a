// @ts-check
import { withQuery } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { money, number, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { day, daysBefore, today } from "../../lib/time.js";
import { Card } from "../../ui/card.js";
import { DateRange } from "../../ui/dates.js";
import { Failed } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { Figures, margin } from "./parts/figures.js";
import { FirstRows } from "./parts/first-rows.js";
import { SalesChart } from "./parts/sales-chart.js";
import { ServiceWords } from "./parts/service-words.js";

const SPANS = [7, 30, 90, 365];

/** @param {string} label @param {(row: any) => any} name @returns {import("../../ui/table.js").Column[]} */
const columns = (label, name) => [
  { label, place: "1a", cell: name },
  { label: t("menu.orders"), place: "2a", number: true, cell: (row) => number(row.orders) },
  { label: t("figures.units"), place: "3a", number: true, cell: (row) => number(row.units) },
  { label: t("figures.sales"), place: "1b", number: true, cell: (row) => money(row.sales) },
  { label: t("figures.cost"), place: "2b", number: true, cell: (row) => money(row.cost) },
  { label: t("figures.profit"), place: "3b", number: true, cell: (row) => money(row.profit) },
  { label: t("figures.margin"), place: "4b", number: true, cell: (row) => margin(row.margin_permille) },
];

/** @param {string} name */
const named = (name) => html`<bdi>${name}</bdi>`;

/** @param {any} row */
const service = (row) => html`<${ServiceWords} name=${row.service_name} />`;

export default function Reports() {
  const now = today();
  const { from = daysBefore(now, 29), to = day(now) } = place.value.query;
  const answer = useAnswer(withQuery("/api/admin/stats", { from, to }));
  const data = answer.data;
  const span = (/** @type {number} */ days) => setQuery({ from: daysBefore(now, days - 1), to: day(now) });
  return html`
    <${Page} title=${t("reports.title")}>
      <${Card} flush>
        <div class="filters">
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          <div class="btn-list">
            ${SPANS.map(
              (days) => html`<button key=${days} type="button" class="btn" onClick=${() => span(days)}>
              ${t("reports.days", { days })}</button>`,
            )}
          </div>
        </div>
      <//>
      ${answer.error && html`<${Failed} error=${answer.error} retry=${answer.reload} />`}
      ${data ? html`<${Report} data=${data} />` : !answer.error && html`<${Waiting} rows=${6} />`}
    <//>`;
}

/** @param {{data: any}} props */
const Report = ({ data }) => html`
  <${Figures} of=${data} />
  <${SalesChart} series=${data.series} />
  <${Card} title=${t("reports.services")} flush>
    <${FirstRows} columns=${columns(t("orders.service"), service)} rows=${data.services}
      id=${(/** @type {any} */ row) => row.service_id} label=${t("reports.services")} />
  <//>
  <${Card} title=${t("reports.providers")} flush>
    <${FirstRows} columns=${columns(t("orders.provider"), (row) => named(row.provider_name ?? t("services.by_hand")))}
      rows=${data.providers}
      id=${(/** @type {any} */ row) => row.provider_id} label=${t("reports.providers")} />
  <//>
  <${Card} title=${t("reports.customers")} flush>
    <${FirstRows} columns=${columns(t("orders.user"), (row) => named(row.username))} rows=${data.customers}
      id=${(/** @type {any} */ row) => row.user_id} label=${t("reports.customers")} />
  <//>
  <${Card} title=${t("reports.days_title")} flush>
    <${FirstRows} columns=${columns(t("reports.day"), (row) => row.day)} rows=${[...data.series].reverse()}
      id=${(/** @type {any} */ row) => row.day} label=${t("reports.days_title")} />
  <//>`;
