// @ts-check
// A chart by day. The library is loaded with the first chart; the same figures stand in a table for those who
// cannot see it.

import { html, useEffect, useRef } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { styled } from "../lib/style.js";

const STYLE = "vendor/uplot-1.6.32.min.css";

/** Between a label of an axis and the chart. */
const GAP = 20;

/** How wide an axis has to be for its labels, so that none is cut.
 * @param {any} chart @param {string[] | null} labels null before there are any @param {number} axis */
function room(chart, labels, axis) {
  if (!labels) return GAP;
  chart.ctx.font = chart.axes[axis].font[0];
  const widths = labels.map((label) => chart.ctx.measureText(label).width / devicePixelRatio);
  return Math.ceil(Math.max(0, ...widths)) + GAP;
}

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @param {{days: string[], series: {label: string, values: number[], tone: string}[], format: (value: number) =>
 * string,
 *   short: (value: number) => string, dayName: (day: string) => string, label: string, theme: string}} props
 * `theme` draws it anew when the colours change
 */
export function Chart({ days, series, format, short, dayName, label, theme }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    let gone = false;
    let chart = /** @type {any} */ (null);
    const draw = async () => {
      styled(STYLE);
      const { default: uPlot } = await import("../vendor/uplot-1.6.32.js");
      if (gone || !box.current) return;
      const axis = { stroke: colour("--tblr-secondary"), grid: { stroke: colour("--tblr-border-color"), width: 1 } };
      chart = new /** @type {any} */ (uPlot)(
        {
          width: box.current.clientWidth,
          height: 260,
          scales: { x: { time: false } },
          axes: [
            {
              ...axis,
              values: (/** @type {any} */ _, /** @type {number[]} */ at) =>
                at.map((index) => (Number.isInteger(index) && days[index] ? dayName(days[index]) : "")),
            },
            { ...axis, size: room, values: (/** @type {any} */ _, /** @type {number[]} */ at) => at.map(short) },
          ],
          series: [
            {
              label: t("common.time"),
              value: (/** @type {any} */ _, /** @type {number} */ index) =>
                index === null ? "–" : dayName(days[index]),
            },
            ...series.map((one) => ({
              label: one.label,
              stroke: colour(`--tblr-${one.tone}`),
              width: 2,
              points: { show: days.length < 2 },
              value: (/** @type {any} */ _, /** @type {number} */ value) => (value === null ? "–" : format(value)),
            })),
          ],
        },
        [days.map((_, index) => index), ...series.map((one) => one.values)],
        box.current,
      );
    };
    draw();
    const observer = new ResizeObserver(
      () => box.current && chart?.setSize({ width: box.current.clientWidth, height: 260 }),
    );
    if (box.current) observer.observe(box.current);
    return () => {
      gone = true;
      observer.disconnect();
      chart?.destroy();
    };
  }, [days, series, theme]);
  return html`
    <div class="chart" ref=${box} aria-hidden="true"></div>
    <div class="visually-hidden"><table>
      <caption>${label}</caption>
      <tbody>
        ${days.map(
          (one, index) => html`
          <tr>
            <th scope="row">${dayName(one)}</th>
            ${series.map((line) => html`<td>${line.label}: ${format(line.values[index])}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table></div>`;
}
