// @ts-check
// A list as a table that becomes cards on a phone: each cell repeats its column's name there.

import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Button } from "./button.js";
import { Empty, Failed } from "./empty.js";
import { Waiting } from "./page.js";

/**
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: any) => any} cell
 * @property {boolean} [number] aligned to the right
 * @property {boolean} [wide] takes a row of its own on a phone
 * @property {string} [class]
 * @property {string} [place] where it stands in a table that is `lines` on a phone: the line from above, and its left
 *   or right end, as `2b`
 */

/** @param {{columns: Column[], rows: any[], id: (row: any) => any, label: string, look?: string}} props `look`: a class
 * of the whole table */
export const Table = ({ columns, rows, id, label, look = "" }) => html`
  <div class="table-responsive">
    <table class=${`table table-vcenter card-table table-mobile-md ${look}`} aria-label=${label}>
      <thead>
        <tr>
          ${columns.map(({ label, number }) => html`<th scope="col" class=${number ? "text-end" : ""}>${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`
          <tr key=${id(row)}>
            ${columns.map(
              (column) => html`
              <td data-label=${column.label}
                class=${`${column.number ? "text-end tabular" : ""} ${column.class ?? ""} ${placed(column)}`}>
                <div class="cell">${column.cell(row)}</div>
              </td>`,
            )}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** @param {Column} column */
const placed = ({ place }) => (place ? `line-${place}` : "");

/** A whole list: the table (or what `draw` makes of the rows), what stands there while it is read, when it is empty or
 * failed, and the next page.
 * @param {{list: import("../lib/load.js").Listing, columns?: Column[], label: string, empty: any,
 *   id?: (row: any) => any, draw?: (rows: any[]) => any, look?: string}} props */
export function ListTable({ list, columns = [], label, empty, id = (row) => row.id, draw, look }) {
  if (list.error && !list.items.length) return html`<${Failed} error=${list.error} retry=${list.reload} />`;
  if (!list.items.length)
    return list.loading ? html`<${Waiting} />` : (empty ?? html`<${Empty} title=${t("common.nothing")} />`);
  return html`
    ${
      draw
        ? draw(list.items)
        : html`<${Table} columns=${columns} rows=${list.items} id=${id} label=${label} look=${look} />`
    }
    ${
      list.more &&
      html`<div class="card-footer text-center">
      <${Button} work=${list.next} busy=${list.loading}>${t("common.more")}<//>
    </div>`
    }`;
}
