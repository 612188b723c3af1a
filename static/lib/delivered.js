// @ts-check
// How much of an order is delivered. Pure.

/** Nothing more comes. */
export const ENDED = ["completed", "partial", "canceled"];

/** Nothing is under way: what nobody counted was not delivered. */
const STILL = ["pending", "canceled"];

/** @typedef {{status: string, quantity: number, remains: number | null, runs?: number | null}} Counted */

/** Units of all its runs; `done` is null where nobody said how many came.
 * @param {Counted} order
 * @returns {{done: number | null, all: number}} */
export function delivered({ status, quantity, remains, runs }) {
  const all = quantity * (runs ?? 1);
  if (status === "completed") return { done: all, all };
  if (remains === null) return { done: STILL.includes(status) ? 0 : null, all };
  return { done: Math.min(Math.max(all - remains, 0), all), all };
}

/** How far it is, for those who watch over many: runs that are over while more may come, else units.
 * @param {Counted & {runs_done?: number | null}} order
 * @returns {{done: number | null, all: number}} */
export const progress = (order) =>
  order.runs && !ENDED.includes(order.status) ? { done: order.runs_done ?? 0, all: order.runs } : delivered(order);

/** Whether runs that have not begun never will, and are paid back for: not where somebody says that it is completed.
 * @param {{status: string, runs_stopped?: string | null}} order */
export const endsInPart = ({ status, runs_stopped: stopped }) =>
  Boolean(stopped) && status !== "canceled" && status !== "completed";
