// @ts-check
// How a service did in the last 30 days: a bar of how its orders ended, and how long they took.

import { html } from "../../../lib/dom.js";
import { duration, percent, t } from "../../../lib/i18n.js";

const ENDS = [
  { end: "completed", tone: "bg-success" },
  { end: "partial", tone: "bg-warning" },
  { end: "canceled", tone: "bg-danger" },
];

/** @param {{figures: any}} props undefined: nothing ended */
export function Doing({ figures }) {
  if (!figures) return "–";
  const all = figures.completed + figures.partial + figures.canceled;
  const { refills_completed: kept, refills_rejected: rejected } = figures;
  const shares = ENDS.map(({ end, tone }) => ({ end, tone, share: all ? (figures[end] * 100) / all : 0 }));
  const words = shares.filter(({ share }) => share > 0);
  const said = words.map(({ end, share }) => `${t(`status.order.${end}`)} ${percent(Math.round(share))}`).join(", ");
  return html`
    ${
      all > 0 &&
      html`<div class="progress progress-sm doing" role="img" aria-label=${said} title=${said}>
        ${words.map(
          ({ end, tone, share }) =>
            html`<div key=${end} class=${`progress-bar ${tone}`} style=${{ width: `${share}%` }} />`,
        )}
      </div>
      <div class="small">${t("services.ended", { count: all })} · ${percent(Math.round(shares[0].share))}</div>`
    }
    ${
      figures.average_seconds !== null &&
      html`<div class="text-secondary small">${t("services.median", { time: duration(figures.average_seconds) })}</div>`
    }
    ${
      kept + rejected > 0 &&
      html`<div class="text-secondary small">
        ${t("services.refills_kept", { kept, rejected })}</div>`
    }`;
}
