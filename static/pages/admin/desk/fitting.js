// @ts-check
// Which columns of a list have room. Pure.

/** A column of a table, as a desk draws it in one line.
 * @typedef {import("../../../ui/table.js").Column & {
 *   key: string, width?: number, least?: number, line?: (row: any) => any, edit?: (row: any) => any,
 *   whole?: (row: any) => string, drop?: number, over?: boolean, fixed?: boolean, sort?: Sort,
 *   isRowOnly?: boolean}} DeskColumn
 * `width` in px; without one it shares what is left, and needs `least`. `line`: what stands there, where it is not the
 * `cell` of a card; `edit`: what stands there while the row is edited in its place; `whole`: the tooltip; `drop`: goes
 * when there is no room, the lowest first; `over`: the row's actions may lie over its end; `fixed`: cannot be chosen
 * away; `isRowOnly`: beside the list another cell says it */

/** @typedef {{active: boolean, direction: "ascending" | "descending", choose: () => void}} Sort */

export const LEAST = 120;

/** @param {DeskColumn} column */
const needs = (column) => column.width ?? column.least ?? LEAST;

/** What fits. @param {DeskColumn[]} columns @param {number} room in px @returns {DeskColumn[]} */
export function fitting(columns, room) {
  const rest = [...columns];
  const sum = () => rest.reduce((all, column) => all + needs(column), 0);
  const leaving = columns.filter(({ drop }) => drop).sort((a, b) => (a.drop ?? 0) - (b.drop ?? 0));
  for (const column of leaving) {
    if (sum() <= room) break;
    rest.splice(rest.indexOf(column), 1);
  }
  return rest;
}
