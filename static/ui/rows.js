// @ts-check
// A list that is dense rows on a desk and cards on a phone (`css/lists.css`), and what stands in its place while it is
// read: as high, so that nothing moves.

import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Button } from "./button.js";
import { Failed } from "./empty.js";
import { Icon } from "./icon.js";

/** @typedef {{label: string, at: string, number?: boolean, cell: (row: any) => any}} Part `at`: its place in a row */

/** @param {{label: string, parts: Part[], id: (row: any) => any, look: string,
 *   groups: {key: string, head?: any, rows: any[]}[]}} props */
export const Rows = ({ label, parts, id, look, groups }) => html`
  <div class="table-responsive list">
    <table class=${`rows ${look}`} aria-label=${label}>
      <thead><tr>
        ${parts.map(
          ({ label, at, number }) => html`<th scope="col" class=${`at-${at} ${number ? "number" : ""}`}>
          ${label}</th>`,
        )}
      </tr></thead>
      ${groups.map(
        ({ key, head, rows }) => html`
        <tbody key=${key}>
          ${head && html`<tr class="group-head"><th scope="rowgroup" colspan=${parts.length}>${head}</th></tr>`}
          ${rows.map(
            (row) => html`<tr key=${id(row)} class="row-of">
              ${parts.map(
                ({ at, number, cell }) => html`<td class=${`at-${at} ${number ? "number" : ""}`}>
                ${cell(row)}</td>`,
              )}
            </tr>`,
          )}
        </tbody>`,
      )}
    </table>
  </div>`;

/** The picture of a platform, in its colour. @param {{icon: string}} props */
export const Tile = ({ icon }) => html`<span class=${`tile tile-${icon}`}><${Icon} name=${icon} /></span>`;

/** @param {{look: string, rows?: number}} props */
export const RowsWaiting = ({ look, rows = 9 }) => html`
  <div class=${`waiting rows-waiting ${look}`} role="status" aria-label=${t("common.loading")}>
    ${Array.from({ length: rows }, () => html`<div><i></i><i></i><i></i></div>`)}
  </div>`;

/** A whole list: its rows, what stands there while it is read, when it is empty or failed, and the next page.
 * @param {{list: import("../lib/load.js").Listing, look: string, empty: any, draw: (rows: any[]) => any}} props */
export function Listed({ list, look, empty, draw }) {
  if (list.error && !list.items.length) return html`<${Failed} error=${list.error} retry=${list.reload} />`;
  if (!list.items.length) return list.loading ? html`<${RowsWaiting} look=${look} />` : empty;
  return html`
    ${draw(list.items)}
    ${
      list.more &&
      html`<div class="list-foot"><${Button} work=${list.next} busy=${list.loading}>${t("common.more")}<//></div>`
    }`;
}
