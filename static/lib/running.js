// @ts-check
// The customer's orders that still run, looked through for a link: two orders on one link disturb each other's count.

import { ask, withQuery } from "./api.js";
import { commonPart, linkKey } from "./link.js";

const RUNNING = ["pending", "processing", "in_progress"];
/** The server looks for no shorter parts. */
const LEAST = 3;

/** The id of a running order on the same link, else null. @param {string} link @returns {Promise<number | null>} */
export async function runningOn(link) {
  const part = commonPart(link);
  if (part.length < LEAST) return null;
  const { items } = await ask(withQuery("/api/orders", { search: part, limit: 100 }));
  const key = linkKey(link);
  const isSame = (/** @type {any} */ order) => RUNNING.includes(order.status) && linkKey(order.link) === key;
  return items.find(isSame)?.id ?? null;
}

/** The newest running orders by the keys of their links, at most a hundred of each status.
 * @returns {Promise<Map<string, number>>} */
export async function runningByLink() {
  const pages = await Promise.all(RUNNING.map((status) => ask(withQuery("/api/orders", { status, limit: 100 }))));
  return new Map(pages.flatMap(({ items }) => items).map((order) => [linkKey(order.link), order.id]));
}
