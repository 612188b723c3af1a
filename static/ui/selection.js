// @ts-check
import { html, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @typedef {{column: import("./table.js").Column, chosen: any[], clear: () => void, has: (id: number) => boolean,
 *   toggle: (id: number) => void, choose: (ids: number[]) => void}} Selection */

/** Which rows are ticked, and the column to tick them in. @param {any[]} rows @returns {Selection} */
export function useSelection(rows) {
  const [ids, setIds] = useState(/** @type {Set<number>} */ (new Set()));
  const toggle = (/** @type {number} */ id) =>
    setIds((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const column = {
    label: t("common.select"),
    cell: (/** @type {any} */ row) => html`
      <input type="checkbox" class="form-check-input" checked=${ids.has(row.id)} onChange=${() => toggle(row.id)}
        aria-label=${t("common.select_one", { id: row.id })} />`,
  };
  return {
    column,
    chosen: rows.filter((row) => ids.has(row.id)),
    clear: () => setIds(new Set()),
    has: (id) => ids.has(id),
    toggle,
    choose: (more) => setIds((old) => new Set([...old, ...more])),
  };
}
