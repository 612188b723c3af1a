// @ts-check
// Who is logged in, and what the site is called. The token itself lives in a cookie that no script can read.

import { ApiError, ask, post, session } from "./api.js";
import { signal } from "./dom.js";

/** @typedef {{level: number, name: string, discount_percent: number}} Tier */
/** @typedef {{id: number, username: string, email: string, role: "user" | "admin", balance: number,
 *   total_spent: number, tier: Tier, referral_code: string, created_at: string}} User */

/** The logged-in user; null when there is none. */
export const me = signal(/** @type {User | null} */ (null));
/** What `GET /api/site` says. @type {import("./dom.js").Signal<any>} */
export const site = signal({ site_name: "SMM Panel", notice: null, support: {}, languages: ["vi", "en"] });

/** Asks who is there; a page is drawn after it. */
export async function start() {
  session.lost = () => (me.value = null);
  const [who, around] = await Promise.all([
    ask("/api/auth/session").catch(() => null),
    ask("/api/site").catch(() => null),
  ]);
  me.value = who?.user ?? null;
  if (around) site.value = around;
}

/** Reads the user again: after an order, a deposit, a change of tier. */
export async function refresh() {
  if (me.peek()) me.value = await ask("/api/auth/me").catch(() => me.peek());
}

/** Ends this session; throws when the panel did not end it. @param {boolean} [everywhere] */
export async function logOut(everywhere = false) {
  try {
    await post("/api/auth/logout", { everywhere });
  } catch (error) {
    // It had ended before.
    if (!(error instanceof ApiError) || error.code !== "unauthenticated") throw error;
  }
  me.value = null;
}
