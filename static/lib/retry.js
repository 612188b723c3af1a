// @ts-check
// What failed for a reason that passes is tried again by itself: in growing pauses, and at once when the line may be
// back.

import { ApiError } from "./api.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** The panel, or what stands before it, is away or busy. */
const PASSING = [0, 429, 502, 503, 504];

/** @type {Set<() => void>} */
const waiting = new Set();
let pause = FIRST_PAUSE_MS;
let timer = 0;
let lastTried = 0;

/** Whether the same question may be answered later. @param {any} error */
export const passes = (error) => error instanceof ApiError && PASSING.includes(error.status);

/** Calls `work` when it is worth another try; if that fails too, it is brought here again.
 * @param {() => void} work @param {any} [error] that it failed with
 * @returns {() => void} to be called when nobody waits for it any more */
export function later(work, error) {
  waiting.add(work);
  if (performance.now() - lastTried > 2 * LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
  if (!timer) timer = setTimeout(tryAll, Math.max(pause, (error?.retryAfter ?? 0) * 1000));
  return () => void waiting.delete(work);
}

function tryAll() {
  clearTimeout(timer);
  timer = 0;
  lastTried = performance.now();
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  const all = [...waiting];
  waiting.clear();
  for (const work of all) work();
}

/** The line may be back: tries all that waits. */
export function atOnce() {
  pause = FIRST_PAUSE_MS;
  if (waiting.size) tryAll();
}

/** Does something until it succeeds, or fails for good. @template T @param {() => Promise<T>} work
 * @param {() => void} [failed] called each time it has to wait @returns {Promise<T>} */
export async function until(work, failed = () => {}) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error)) throw error;
      failed();
      await new Promise((again) => later(() => again(undefined), error));
    }
  }
}

addEventListener("online", atOnce);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && atOnce());
