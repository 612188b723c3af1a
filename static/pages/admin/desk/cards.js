// @ts-check
// A list of the desk on a phone: each row a card of two lines, and a third where somebody has to do something. A touch
// opens it; the panel that lies over the list then has all of it.

import { html, useEffect, useRef } from "../../../lib/dom.js";

/** Which columns stand where on a card, by their keys. `head` and `state` are the first line, `under` and `end` the
 * second; `acts` is what can be done at once, in a line of its own.
 * @typedef {{head: string, state: string, under: string[], end: string, acts?: string}} Places */

/** @typedef {object} Props
 * @property {import("./fitting.js").DeskColumn[]} columns
 * @property {Places} places
 * @property {any[]} rows
 * @property {string} label
 * @property {import("../../../ui/selection.js").Selection} [selection]
 * @property {(row: any) => void} open
 * @property {(row: any) => string | undefined} own its own address
 * @property {(row: any) => string} called its name
 */

/** @param {Props} props */
export const Cards = (props) => html`
  <table class="desk-cards" aria-label=${props.label}>
    <tbody>${props.rows.map((row) => html`<${Card} key=${row.id} ...${props} row=${row} />`)}</tbody>
  </table>`;

/** @param {Props & {row: any}} props */
function Card({ columns, places, selection, row, open, own, called }) {
  const card = useRef(/** @type {HTMLElement | null} */ (null));
  // The card is what is touched and reached; its links only say something.
  useEffect(() => {
    for (const one of card.current?.querySelectorAll("a:not(.btn, .card-open)") ?? [])
      /** @type {HTMLElement} */ (one).tabIndex = -1;
  });
  const shown = (/** @type {string} */ key) => {
    const column = columns.find((one) => one.key === key);
    return column && (column.line ?? column.cell)(row);
  };
  const under = places.under.map(shown).filter(Boolean);
  const press = (/** @type {MouseEvent} */ event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(row);
  };
  const to = own(row);
  const cover = to
    ? html`<a class="card-open" href=${to} onClick=${press} aria-label=${called(row)}></a>`
    : html`<button type="button" class="card-open" onClick=${press} aria-label=${called(row)}></button>`;
  return html`
    <tr data-id=${row.id} tabindex="-1" ref=${card} class=${`desk-card ${selection?.has(row.id) ? "is-picked" : ""}`}>
      ${selection && html`<td class="card-pick"><label class="desk-check">${selection.column.cell(row)}</label></td>`}
      <td class="card-head">${cover}${shown(places.head)}</td>
      <td class="card-state">${shown(places.state)}</td>
      <td class="card-under">${under.flatMap((part, index) => (index ? [" · ", part] : [part]))}</td>
      <td class="card-end">${shown(places.end)}</td>
      ${places.acts && html`<td class="card-acts">${shown(places.acts)}</td>`}
    </tr>`;
}
