// @ts-check
// How a service did in the last 30 days: a bar of how its orders ended, and how long they took.

import { html } from "../../../lib/dom.js";
import { duration, percent, t } from "../../../lib/i18n.js";

const ENDS = [
  { end: "completed", tone: "bg-success" },
  { end: "partial", tone: "bg-warning" },
  { end: "canceled", tone: "bg-danger" },
];

/** How its orders ended: the shares of each end, and the same in words. @param {any} figures */
function ends(figures) {
  const all = figures.completed + figures.partial + figures.canceled;
  const shares = ENDS.map(({ end, tone }) => ({ end, tone, share: all ? (figures[end] * 100) / all : 0 }));
  const some = shares.filter(({ share }) => share > 0);
  const said = some.map(({ end, share }) => `${t(`status.order.${end}`)} ${percent(Math.round(share))}`).join(", ");
  return { all, shares: some, said, done: percent(Math.round(shares[0].share)) };
}

/** Besides the bar. @param {any} figures undefined: nothing ended @returns {string[]} */
export function doingWords(figures) {
  if (!figures) return [];
  const { refills_completed: kept, refills_rejected: rejected, average_seconds: seconds } = figures;
  const { all, said, done } = ends(figures);
  return [
    ...(all > 0 ? [said, `${t("services.ended", { count: all })} · ${done}`] : []),
    ...(seconds === null ? [] : [t("services.median", { time: duration(seconds) })]),
    ...(kept + rejected > 0 ? [t("services.refills_kept", { kept, rejected })] : []),
  ];
}

/** @param {{figures: any}} props */
const Shares = ({ figures }) => {
  const { shares, said } = ends(figures);
  return html`
    <div class="progress progress-sm doing" role="img" aria-label=${said} title=${said}>
      ${shares.map(
        ({ end, tone, share }) =>
          html`<div key=${end} class=${`progress-bar ${tone}`} style=${{ width: `${share}%` }} />`,
      )}
    </div>`;
};

/** In one line. @param {{figures: any}} props undefined: nothing ended */
export function DoingLine({ figures }) {
  const words = doingWords(figures).slice(1);
  if (!figures || !ends(figures).all) return html`<span class="soft">–</span>`;
  return html`
    <span class="desk-done"><span class="soft">${ends(figures).done}</span><${Shares} figures=${figures} /></span>
    <span class="visually-hidden">${words.join(". ")}</span>`;
}

/** @param {{figures: any}} props undefined: nothing ended */
export function Doing({ figures }) {
  if (!figures) return "–";
  const isShown = ends(figures).all > 0;
  const [first, ...rest] = doingWords(figures).slice(isShown ? 1 : 0);
  return html`
    ${isShown && html`<${Shares} figures=${figures} />`}
    <div class=${isShown ? "small" : "text-secondary small"}>${first}</div>
    ${rest.map((text) => html`<div key=${text} class="text-secondary small">${text}</div>`)}`;
}
