// @ts-check
import { html, useMemo, useState } from "../../../lib/dom.js";
import { lang, money, short, shortDay, t } from "../../../lib/i18n.js";
import { styled } from "../../../lib/style.js";
import { theme } from "../../../lib/theme.js";
import { day, today } from "../../../lib/time.js";
import { Card } from "../../../ui/card.js";
import { Chart } from "../../../ui/chart.js";

await styled("css/chart.css");

/** Sales, profit and deposits by day, or all of it in a table. @param {{series: any[], actions?: any}} props `actions`:
 * what else stands in the head */
export function SalesChart({ series, actions }) {
  const [isTable, setTable] = useState(false);
  const days = useMemo(() => series.map((row) => row.day), [series]);
  const lines = useMemo(
    () => [
      { label: t("figures.sales"), values: series.map((row) => row.sales), tone: "--chart-sales", isBar: true },
      { label: t("figures.profit"), values: series.map((row) => row.profit), tone: "--accent", isBar: true },
      { label: t("figures.deposits"), values: series.map((row) => row.deposits), tone: "--blue" },
    ],
    [series, lang.value],
  );
  const ways = html`<div class="chart-ways">
    ${actions}
    <button type="button" class="btn" aria-pressed=${isTable} onClick=${() => setTable(!isTable)}>
      ${t("figures.table")}</button>
  </div>`;
  return html`<${Card} title=${t("figures.by_day")} actions=${ways}>
    <${Chart} days=${days} series=${lines} format=${money} short=${short} dayName=${shortDay}
      label=${t("figures.by_day")} theme=${theme.value} isTable=${isTable}
      isOpen=${days[days.length - 1] === day(today())} />
  <//>`;
}
