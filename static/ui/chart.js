// @ts-check
// A chart by day: bars, and lines over them. The library is loaded with the first chart. What is drawn stands in words
// above it, of the day under the pointer or chosen by the arrow keys; and in a table, for those who want all of it.

import { html, useEffect, useRef, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { styled } from "../lib/style.js";

const STYLE = "vendor/uplot-1.6.32.min.css";
const HEIGHT = 240;
/** How much of a day's room its bar takes, and its most in pixels. */
const BAR = /** @type {[number, number]} */ ([0.62, 44]);

/** From the middle of a day's label to the next one's. */
const LABEL = 48;

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

/** What a colour comes to: it may be a mixture of others. @param {string} name */
function colour(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Ends when the shop's own colour is in force, if it has one, or cannot be had. */
const coloured = () =>
  new Promise((done) => {
    const link = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[href^="/brand.css"]'));
    if (!link || "asked" in link.dataset) return done(null);
    for (const end of ["load", "error"]) link.addEventListener(end, done);
  });

/** The last day is not over: a dashed line around its bar. @param {any} chart @param {number[]} values */
function outline(chart, values) {
  const { ctx, bbox } = chart;
  const width = Math.min((BAR[0] * bbox.width) / values.length, BAR[1] * devicePixelRatio);
  const last = values.length - 1;
  const top = chart.valToPos(values[last], "y", true);
  ctx.save();
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.strokeStyle = colour("--accent");
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeRect(chart.valToPos(last, "x", true) - width / 2, top, width, chart.valToPos(0, "y", true) - top);
  ctx.restore();
}

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {number[]} values
 * @property {string} tone the name of a colour
 * @property {boolean} [isBar] the first of them is the highest; the others stand within it
 */

/**
 * @param {{days: string[], series: Series[], format: (value: number) => string, short: (value: number) => string,
 *   dayName: (day: string) => string, label: string, theme: string, isOpen?: boolean, isTable?: boolean}} props
 * `theme` draws it anew when the colours change; `isOpen`: the last day is not over
 */
export function Chart({ days, series, format, short, dayName, label, theme, isOpen = false, isTable = false }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const drawn = useRef(/** @type {any} */ (null));
  const last = days.length - 1;
  const [chosen, choose] = useState(/** @type {number | null} */ (null));
  const at = Math.min(chosen ?? last, last);
  useEffect(() => {
    if (isTable) return undefined;
    let gone = false;
    let chart = /** @type {any} */ (null);
    const draw = async () => {
      styled(STYLE);
      const { default: uPlot } = /** @type {any} */ (await import("../vendor/uplot-1.6.32.js"));
      await coloured();
      if (gone || !box.current) return;
      const axis = { stroke: colour("--text-soft"), grid: { stroke: colour("--line"), width: 1 } };
      const bars = uPlot.paths.bars({ size: BAR });
      chart = new uPlot(
        {
          width: box.current.clientWidth,
          height: HEIGHT,
          legend: { show: false },
          cursor: { y: false, drag: { x: false, y: false } },
          scales: {
            x: { time: false, range: () => [-0.5, last + 0.5] },
            y: { range: { min: { pad: 0.1, soft: 0, mode: 2 }, max: { pad: 0.1, soft: 1, mode: 2 } } },
          },
          axes: [
            {
              ...axis,
              grid: { show: false },
              space: LABEL,
              values: (/** @type {any} */ _, /** @type {number[]} */ at) =>
                at.map((index) => (Number.isInteger(index) && days[index] ? dayName(days[index]) : "")),
            },
            { ...axis, size: room, values: (/** @type {any} */ _, /** @type {number[]} */ at) => at.map(short) },
          ],
          series: [
            {},
            ...series.map(({ tone, isBar }) =>
              isBar
                ? { fill: colour(tone), width: 0, paths: bars, points: { show: false } }
                : { stroke: colour(tone), width: 2, points: { show: days.length < 2 } },
            ),
          ],
          hooks: {
            setCursor: [(/** @type {any} */ self) => choose(self.cursor.idx ?? null)],
            draw: [(/** @type {any} */ self) => isOpen && outline(self, series[0].values)],
          },
        },
        [days.map((_, index) => index), ...series.map((one) => one.values)],
        box.current,
      );
      drawn.current = chart;
    };
    draw();
    const observer = new ResizeObserver(
      () => box.current && chart?.setSize({ width: box.current.clientWidth, height: HEIGHT }),
    );
    if (box.current) observer.observe(box.current);
    return () => {
      gone = true;
      drawn.current = null;
      observer.disconnect();
      chart?.destroy();
    };
  }, [days, series, theme, isTable, isOpen]);
  if (isTable) {
    const newest = days.map((_, index) => last - index);
    return html`<div class="chart-table" tabindex="0" role="region" aria-label=${label}>
      <table class="tabular" aria-label=${label}>
        <thead>
          <tr>
            <th scope="col">${t("common.time")}</th>
            ${series.map((line) => html`<th scope="col" key=${line.label}>${line.label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${newest.map(
            (index) => html`
            <tr key=${days[index]}>
              <th scope="row">${dayName(days[index])}</th>
              ${series.map((line) => html`<td key=${line.label}>${format(line.values[index])}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
  const move = (/** @type {any} */ event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[/** @type {string} */ (event.key)];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, to));
    choose(next);
    drawn.current?.setCursor({ left: drawn.current.valToPos(next, "x"), top: 0 });
  };
  const said = series.map((line) => `${line.label}: ${format(line.values[at])}`);
  return html`
    <div class="chart-read" aria-hidden="true">
      <b>${dayName(days[at])}</b>
      ${series.map(
        (line) => html`<span key=${line.label}><i class=${`chart-dot ${line.isBar ? "" : "chart-line"}`}
          style=${{ background: `var(${line.tone})` }}></i>${line.label} <b class="tabular">
          ${format(line.values[at])}</b></span>`,
      )}
    </div>
    <div class="chart" ref=${box} tabindex="0" role="slider" aria-label=${label} aria-valuemin="0"
      aria-valuemax=${last} aria-valuenow=${at} aria-valuetext=${`${dayName(days[at])}. ${said.join(", ")}`}
      onKeyDown=${move}></div>`;
}
