// @ts-check
// Sends many orders one after the other. What is sent and what came of it is kept in the tab, each line with its own
// Idempotency-Key, so that a reload or a lost answer goes on where it stopped and charges nothing twice.

import { ApiError, ask, newKey, UNREACHABLE } from "./api.js";
import { signal } from "./dom.js";
import * as drafts from "./drafts.js";
import { wishOf } from "./mass-order.js";
import { charge } from "./money.js";
import { holdTab } from "./router.js";

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {number} number
 * @property {string} text
 * @property {{service_id: number, link: string, quantity: number, expected_charge: number | null}} wish
 * @property {"waiting" | "sent" | "refused"} state
 * @property {number} [orderId]
 * @property {any} [refusal] the problem document that says why it was refused
 */

const KEPT = "mass-queue";
/** These stop the run: the next line would meet the same. */
const STOPPING = [UNREACHABLE, "unauthenticated", "insufficient_balance", "overloaded", "internal", "price_changed"];

/** @type {import("./dom.js").Signal<Item[]>} */
export const items = signal([]);
export const running = signal(false);
// Somebody else in the same tab has others.
drafts.owner.subscribe(() => (items.value = drafts.kept(KEPT) ?? []));
/** Why it stopped by itself. @type {import("./dom.js").Signal<any>} */
export const stopped = signal(null);

/** @param {Item[]} next */
function keep(next) {
  items.value = next;
  if (next.length) drafts.keep(KEPT, next);
  else drafts.forget(KEPT);
}

/** @param {import("./mass-order.js").Line[]} lines */
export function fill(lines) {
  keep(
    lines.map((line) => ({
      key: newKey(),
      number: line.number,
      text: line.text,
      wish: { ...wishOf(line), expected_charge: line.charge },
      state: "waiting",
    })),
  );
}

/** @param {string} key @param {Partial<Item>} change */
const mark = (key, change) => keep(items.peek().map((item) => (item.key === key ? { ...item, ...change } : item)));

/** What the waiting orders cost by the prices they were last looked at with, in VND. @param {Item[]} all */
export const waitingTotal = (all) =>
  all.reduce((sum, item) => sum + (item.state === "waiting" ? (item.wish.expected_charge ?? 0) : 0), 0);

/** The orders with what is waiting at today's prices. One whose service is gone stays as it is: the panel says why.
 * @param {Item[]} all @param {import("./services.js").Service[]} services @param {number} discountPercent
 * @returns {Item[]} */
export function repriced(all, services, discountPercent) {
  const known = new Map(services.map((service) => [service.id, service]));
  return all.map((item) => {
    const service = known.get(item.wish.service_id);
    if (item.state !== "waiting" || !service) return item;
    const cost = charge(service, item.wish.quantity, discountPercent);
    return { ...item, wish: { ...item.wish, expected_charge: cost } };
  });
}

/** Goes on at prices that the customer has agreed to. @param {Item[]} all */
export function accept(all) {
  keep(all);
  return run();
}

export const stop = () => (running.value = false);
export const clear = () => keep([]);

/** Sends what waits, until it is done, stopped, or something stands in the way. */
export async function run() {
  if (running.peek()) return;
  running.value = true;
  stopped.value = null;
  // With the tab the lines that wait would be gone.
  const release = holdTab();
  while (running.peek()) {
    const item = items.peek().find((one) => one.state === "waiting");
    if (!item) break;
    try {
      const order = await ask("/api/orders", { body: item.wish, once: item.key });
      mark(item.key, { state: "sent", orderId: order.id });
    } catch (error) {
      if (error instanceof ApiError && error.code === "rate_limited") await pause(error.retryAfter || 1);
      else if (error instanceof ApiError && !STOPPING.includes(error.code))
        mark(item.key, { state: "refused", refusal: error.problem });
      else {
        stopped.value = error;
        break;
      }
    }
  }
  running.value = false;
  release();
}

/** @param {number} seconds */
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
