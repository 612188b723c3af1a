// @ts-check
// The columns of a provider's list: what is new, what would change, and from what to what.

import { html } from "../../../lib/dom.js";
import { noted, percent, rate, t } from "../../../lib/i18n.js";

/** @type {Record<string, string>} */
const TONES = { created: "green", updated: "blue", unchanged: "secondary", skipped: "red" };

/** By how much the cost has moved, in percent; 0 where it has not, or nobody can say. @param {any} line */
function moved({ cost, cost_before: before }) {
  if (!before || !cost || !Number(before)) return 0;
  return Math.round(((Number(cost) - Number(before)) * 100) / Number(before));
}

/** @param {any} line */
function what(line) {
  const by = line.action === "updated" ? moved(line) : 0;
  if (by > 0) return { tone: "orange", text: t("import.dearer", { percent: percent(by) }) };
  if (by < 0) return { tone: "azure", text: t("import.cheaper", { percent: percent(-by) }) };
  return { tone: TONES[line.action], text: t(`import.action.${line.action}`) };
}

/** @param {Set<string>} chosen @param {(ids: Set<string>, on: boolean) => void} flip
 * @returns {import("../../../ui/table.js").Column[]} */
export const columns = (chosen, flip) => [
  {
    label: t("orders.select"),
    cell: ({ action, provider_service_id: id }) =>
      action !== "skipped" &&
      html`<input type="checkbox" class="form-check-input" checked=${chosen.has(id)}
        onChange=${() => flip(new Set([id]), !chosen.has(id))} aria-label=${t("import.select", { id })} />`,
  },
  { label: "ID", cell: (line) => line.provider_service_id ?? "–" },
  {
    label: t("services.name"),
    class: "service-name",
    cell: (line) =>
      html`<bdi>${line.name ?? "–"}</bdi>
        <div class="text-secondary small"><bdi>${line.category ?? ""}</bdi>
          ${line.type && ` · ${t(`order_type.${line.type}`)}`}</div>`,
  },
  { label: t("services.cost"), number: true, cell: (line) => moves(line.cost_before, line.cost) },
  { label: t("services.rate"), number: true, cell: (line) => moves(line.rate_before, line.rate) },
  {
    label: t("import.what"),
    cell: (line) => {
      const { tone, text } = what(line);
      return html`
        <span class=${`badge status-${tone}`}>${text}</span>
        ${line.reason_coded && html`<div class="small text-break">${noted(line.reason_coded)}</div>`}`;
    },
  },
];

/** What it was, and what it is then. @param {string | null} before @param {string | null} now */
function moves(before, now) {
  if (!now) return before ? rate(before) : "–";
  if (!before || before === now) return rate(now);
  return html`<del class="text-secondary">${rate(before)}</del> → <strong>${rate(now)}</strong>`;
}
