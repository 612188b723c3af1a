// @ts-check
// Today against yesterday and the same day of last week, each to this time of day.

import { html } from "../../../lib/dom.js";
import { money, number, percent, t } from "../../../lib/i18n.js";
import { margin } from "./figures.js";

/**
 * @typedef {object} Tile
 * @property {string} name of the figure
 * @property {(value: number) => string} show
 * @property {string} [note] beside the label
 * @property {"up" | "down"} [good] whether more is good news; neither where it says nothing
 * @property {boolean} [isCount] told by how many more, not by percent
 */

/** @param {any} today @returns {Tile[]} */
const tiles = (today) => [
  { name: "sales", show: money, good: "up" },
  { name: "cost", show: money },
  {
    name: "profit",
    show: money,
    good: "up",
    note: today.margin_permille === null ? "" : t("today.margin", { share: margin(today.margin_permille) }),
  },
  {
    name: "orders",
    show: number,
    good: "up",
    isCount: true,
    note: today.average_order === null ? "" : t("today.average", { amount: money(today.average_order) }),
  },
  {
    name: "deposits",
    show: money,
    good: "up",
    note: today.deposit_count ? t("today.times", { count: today.deposit_count }) : "",
  },
  { name: "new_users", show: number, good: "up", isCount: true },
];

/** How much more or less than before. @param {{tile: Tile, now: number, before: number}} props */
function Change({ tile: { show, good, isCount }, now, before }) {
  const more = now - before;
  const by = isCount ? show(Math.abs(more)) : percent(Math.round((Math.abs(more) * 100) / Math.abs(before)));
  const way = more > 0 ? "up" : "down";
  const tone = !good || !more ? "soft" : good === way ? "gain" : "drop";
  if (!more) return html`<span class="soft">${t("today.same")}</span>`;
  return html`<span class=${tone}><span aria-hidden="true">${way === "up" ? "▲" : "▼"}</span
    ><span class="visually-hidden">${t(`today.${way}`)}</span> ${by}</span>`;
}

/** @param {{tile: Tile, answer: any}} props */
function Tile({ tile, answer: { today, yesterday, last_week } }) {
  const { name, show, note } = tile;
  const [now, before, week] = [today, yesterday, last_week].map((day) => day[name]);
  return html`
    <div class="stat">
      <dt>${t(`today.of.${name}`)}${note && html`<span class="soft"> · ${note}</span>`}</dt>
      <dd class="stat-value tabular">${show(now)}</dd>
      <dd class="stat-note tabular">${
        before
          ? html`<${Change} tile=${tile} now=${now} before=${before} />
            ${" "}${t("today.yesterday", { value: show(before) })}`
          : html`<span class="soft">${t("today.no_yesterday")}</span>`
      }</dd>
      <dd class="stat-note soft tabular">${t("today.last_week", { value: show(week) })}</dd>
    </div>`;
}

/** @param {{answer: any}} props what the API says of today */
export const Today = ({ answer }) => html`
  <section class="card" aria-labelledby="today">
    <div class="card-header">
      <h2 class="card-title" id="today">${t("dashboard.today")}</h2>
      <span class="soft small ms-auto">${t("today.to_this_hour")}</span>
    </div>
    <dl class="stats">
      ${tiles(answer.today).map((tile) => html`<${Tile} key=${tile.name} tile=${tile} answer=${answer} />`)}
    </dl>
  </section>`;
