// @ts-check
// A long table, of which only the first rows are seen until somebody asks for all.

import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Table } from "../../../ui/table.js";

const FIRST = 10;

/** @param {{columns: import("../../../ui/table.js").Column[], rows: any[], id: (row: any) => any,
 *   label: string}} props */
export function FirstRows({ columns, rows, id, label }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, FIRST);
  return html`
    <${Table} columns=${columns} rows=${shown} id=${id} label=${label} look="lines" />
    ${
      rows.length > FIRST &&
      html`<div class="card-footer text-center">
        <button type="button" class="btn" aria-expanded=${isWhole} onClick=${() => setWhole(!isWhole)}>
          ${isWhole ? t("reports.first", { count: FIRST }) : t("reports.whole", { count: rows.length })}</button>
      </div>`
    }`;
}
