// @ts-check
// A long table, of which only the first rows are seen until somebody asks for all.

import { html, useState } from "../lib/dom.js";
import { Table } from "./table.js";

/** @param {{columns: import("./table.js").Column[], rows: any[], id: (row: any) => any, label: string, first: number,
 *   whole: string, fewer: string, look?: string}} props `whole`, `fewer`: what its button says */
export function FirstRows({ columns, rows, id, label, first, whole, fewer, look }) {
  const [isWhole, setWhole] = useState(false);
  return html`
    <${Table} columns=${columns} rows=${isWhole ? rows : rows.slice(0, first)} id=${id} label=${label} look=${look} />
    ${
      rows.length > first &&
      html`<div class="card-footer text-center">
        <button type="button" class="btn" aria-expanded=${isWhole} onClick=${() => setWhole(!isWhole)}>
          ${isWhole ? fewer : whole}</button>
      </div>`
    }`;
}
