// @ts-check
// How much of an order is delivered. Pure.

/** Nothing is under way: what nobody counted was not delivered. */
const STILL = ["pending", "canceled"];

/** Units of all its runs; `done` is null where nobody said how many came.
 * @param {{status: string, quantity: number, remains: number | null, runs?: number | null}} order
 * @returns {{done: number | null, all: number}} */
export function delivered({ status, quantity, remains, runs }) {
  const all = quantity * (runs ?? 1);
  if (status === "completed") return { done: all, all };
  if (remains === null) return { done: STILL.includes(status) ? 0 : null, all };
  return { done: Math.min(Math.max(all - remains, 0), all), all };
}
