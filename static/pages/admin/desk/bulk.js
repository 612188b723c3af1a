// @ts-check
// What is done with many rows at once. It takes the place of the list's foot, so that nothing moves.

import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";

/** @param {{label: string, sum?: string, selection: import("../../../ui/selection.js").Selection, rows: any[],
 *   every?: import("./every.js").Every, children?: any}} props `label` says how many */
export const Bulk = ({ label, sum, selection, rows, every, children }) => {
  const { chosen, choose, clear } = selection;
  if (!chosen.length) return null;
  return html`
    <div class="desk-foot desk-bulk" role="region" aria-label=${label}>
      <strong>${label}</strong>
      ${sum && html`<span class="desk-bulk-sum">${sum}</span>`}
      ${
        chosen.length < rows.length &&
        html`<button type="button" class="desk-bulk-all" onClick=${() => choose(rows.map(({ id }) => id))}>
          ${t("desk.choose_all", { count: rows.length })}</button>`
      }
      ${
        every?.offer &&
        (every.choose
          ? html`<button type="button" class="desk-bulk-all" onClick=${every.choose}>${every.offer}</button>`
          : html`<span>${every.offer}</span>`)
      }
      <div class="desk-bulk-actions">${children}</div>
      <${Button} icon="x" label=${t("orders.clear")} work=${clear} />
    </div>`;
};
