// @ts-check
import { html, useMemo } from "../../../lib/dom.js";
import { lang, money, short, shortDay, t } from "../../../lib/i18n.js";
import { theme } from "../../../lib/theme.js";
import { Chart } from "../../../ui/chart.js";

/** Sales, profit and deposits by day. @param {{series: any[]}} props */
export function SalesChart({ series }) {
  const days = useMemo(() => series.map((row) => row.day), [series]);
  const lines = useMemo(
    () => [
      { label: t("figures.sales"), values: series.map((row) => row.sales), tone: "primary" },
      { label: t("figures.profit"), values: series.map((row) => row.profit), tone: "orange" },
      { label: t("figures.deposits"), values: series.map((row) => row.deposits), tone: "blue" },
    ],
    [series, lang.value],
  );
  return html`<${Chart} days=${days} series=${lines} format=${money} short=${short} dayName=${shortDay}
    label=${t("figures.by_day")} theme=${theme.value} />`;
}
