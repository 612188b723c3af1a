// @ts-check
// A list in rows of one line. What does not fit in a cell is in its tooltip, and whole beside the list.

import { html, useEffect, useRef } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Icon } from "../../../ui/icon.js";

/** @typedef {import("./fitting.js").DeskColumn} DeskColumn */
/** @typedef {import("../../../ui/selection.js").Selection} Selection */

/** @typedef {object} Props
 * @property {DeskColumn[]} columns
 * @property {any[]} rows
 * @property {string} label
 * @property {Selection} [selection]
 * @property {any} at id of the row with the cursor
 * @property {any} [edited] id of the row that is edited in its place
 * @property {(row: any) => void} [edit] begins that
 * @property {any} opened id of the row that is open beside the list
 * @property {(row: any) => any} [over] what can be done with a row, where no column says so
 * @property {(row: any) => void} [open]
 * @property {(row: any) => string | undefined} own its own address
 * @property {(id: any) => void} go puts the cursor there
 */

/** @param {Props} props */
export function Rows(props) {
  const { columns, rows, label, selection } = props;
  const last = columns.findLast(({ over }) => over);
  return html`
    <table class="desk-table" aria-label=${label}>
      <colgroup>
        ${selection && html`<col class="desk-pick" />`}
        ${columns.map(({ key, width }) => html`<col key=${key} style=${width ? { width: `${width}px` } : {}} />`)}
      </colgroup>
      <thead>
        <tr>
          ${selection && html`<th scope="col"><${PickAll} selection=${selection} rows=${rows} /></th>`}
          ${columns.map((column) => html`<${Head} key=${column.key} column=${column} />`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<${Row} key=${row.id} ...${props} row=${row} last=${last} />`)}
      </tbody>
    </table>`;
}

/** @param {{column: DeskColumn}} props */
function Head({ column: { label, number, sort } }) {
  const look = number ? "text-end" : "";
  if (!sort) return html`<th scope="col" class=${look} title=${label}>${label}</th>`;
  return html`
    <th scope="col" class=${look} aria-sort=${sort.active ? sort.direction : "none"}>
      <button type="button" class="desk-sort" onClick=${sort.choose}>
        ${label}${sort.active && html` <${Icon} name=${sort.direction === "ascending" ? "arrow-up" : "arrow-down"} />`}
      </button>
    </th>`;
}

/** @param {{selection: Selection, rows: any[]}} props */
function PickAll({ selection, rows }) {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const count = selection.chosen.length;
  const isAll = rows.length > 0 && count === rows.length;
  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && !isAll;
  });
  const press = () => (isAll ? selection.clear() : selection.choose(rows.map(({ id }) => id)));
  return html`<label class="desk-check"><input type="checkbox" class="form-check-input" ref=${box} checked=${isAll}
    onChange=${press} aria-label=${t("desk.pick_all")} /></label>`;
}

/** What takes a press for itself. */
const OWN = "a, button, input, label, select, summary, dialog";

/** @param {Props & {row: any, last: DeskColumn | undefined}} props */
function Row({ columns, row, last, selection, at, opened, edited, edit, over, open, own, go }) {
  const isEdited = edited !== undefined && row.id === edited;
  const press = (/** @type {MouseEvent} */ event) => {
    const on = /** @type {Element} */ (event.target);
    const link = on.closest("a");
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.button);
    const isOwn = link !== null && link.getAttribute("href") === own(row);
    if (!open || isEdited || !isPlain || (on.closest(OWN) && !isOwn)) return;
    if (!isOwn && String(getSelection()) !== "") return;
    event.preventDefault();
    go(row.id);
    open(row);
  };
  const states = {
    "is-at": row.id === at,
    "is-picked": selection?.has(row.id),
    "is-open": row.id === opened,
    "is-edited": isEdited,
  };
  const look = Object.entries(states).flatMap(([name, on]) => (on ? [name] : []));
  return html`
    <tr data-id=${row.id} tabindex="-1" class=${look.join(" ")} onClick=${press} onFocusIn=${() => go(row.id)}
      aria-current=${row.id === opened ? "true" : undefined}>
      ${selection && html`<td><label class="desk-check">${selection.column.cell(row)}</label></td>`}
      ${columns.map((column) => {
        const { key, number, line, cell, whole, edit: field, class: more = "" } = column;
        if (isEdited && field) return html`<td key=${key} class=${number ? "text-end" : ""}>${field(row)}</td>`;
        const actions = column === last && !isEdited ? over?.(row) : null;
        return html`
          <td key=${key} class=${`${number ? "text-end tabular" : ""} ${more}`} title=${whole?.(row)}>
            ${(line ?? cell)(row)}${actions && html`<div class="desk-over">${actions}</div>`}
          </td>`;
      })}
    </tr>`;
}

/** As high as the rows that come. @param {{rows?: number}} props */
export const WaitingRows = ({ rows = 12 }) => html`
  <div class="waiting desk-waiting" role="status" aria-label=${t("common.loading")}>
    ${Array.from(
      { length: rows },
      (_, index) => html`<div key=${index} class="placeholder-glow"><span
      class="placeholder"></span><span class="placeholder"></span><span class="placeholder"></span></div>`,
    )}
  </div>`;
