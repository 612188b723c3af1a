// @ts-check
// What is earned of a price, as a share. Pure.

import { thousandths } from "./money.js";

/** To the nearest, halves up: the one rounding of shares, as the server's. @param {bigint} part
 * @param {bigint} whole above zero */
function nearest(part, whole) {
  const [above, below] = [2n * part + whole, 2n * whole];
  const cut = above / below;
  return above < 0n && cut * below !== above ? cut - 1n : cut;
}

/** How much of a rate is above its cost, in percent of the cost, to the nearest; null where there is none.
 * @param {string | null} rate @param {string | null} cost */
export function marginPercent(rate, cost) {
  const [price, least] = [thousandths(rate ?? ""), thousandths(cost ?? "")];
  return price === null || !least ? null : Number(nearest((price - least) * 100n, least));
}
