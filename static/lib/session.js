// @ts-check
// Who is logged in, and what the site is called. The token itself lives in a cookie that no script can read, and all
// tabs share: what one does to the session, the others hear of.

import { ApiError, ask, post, session } from "./api.js";
import { signal } from "./dom.js";
import * as drafts from "./drafts.js";
import { until } from "./retry.js";
import { forgetAll, reload } from "./router.js";
import { channel } from "./store.js";
import { setBy } from "./time.js";

/** @typedef {{level: number, name: string, discount_percent: number}} Tier */
/** @typedef {{id: number, username: string, email: string, role: "user" | "support" | "admin", balance: number,
 *   total_spent: number, tier: Tier, referral_code: string, totp: boolean, created_at: string}} User */

/** The logged-in user; null when there is none. */
export const me = signal(/** @type {User | null} */ (null));
/** What `GET /api/site` says. @type {import("./dom.js").Signal<any>} */
export const site = signal({ site_name: "SMM Panel", notice: null, support: {}, languages: ["vi", "en"] });
/** Why nobody is logged in any more, when the reader did not end it here. */
export const ended = signal(/** @type {"" | "expired" | "elsewhere"} */ (""));

export const isAdmin = () => me.value?.role === "admin";
/** Whether the user works for the panel: an admin, or the support, who sees less. */
export const isStaff = () => isAdmin() || me.value?.role === "support";
/** Where the user's work begins. */
export const home = () => (isAdmin() ? "/admin" : isStaff() ? "/admin/orders" : "/");

/** Whether whoever works here has to set up a second factor first. */
export const factorNeeded = signal(false);

/** What to add where this much is missing, VND: at least what a deposit may ask for. @param {number} missing */
export const toPay = (missing) => Math.max(missing, site.value.deposit_min ?? 0);

const tellTabs = channel("session", () => check("elsewhere").catch(() => {}));

/** What came with the page. Nobody is never said, and of a view it is not: what is missing here is asked.
 * @returns {{now?: string, session?: any, site?: any}} */
function told() {
  const element = document.getElementById("start");
  return element && !session.headers.Authorization ? JSON.parse(element.textContent ?? "") : {};
}

/** Finds out who is there; a page is drawn after it.
 * @param {() => void} [failed] called when the panel does not answer; it is asked again
 * @returns {Promise<boolean>} whether the page said it: until its scripts came, which may take long, another tab may
 *   have ended the session or begun another one, and this one has not heard of it */
export async function start(failed) {
  session.lost = () => lose("expired");
  session.factorNeeded = () => void (factorNeeded.value = true);
  const known = told();
  setBy(known.now);
  const [who, around] = await Promise.all([
    known.session ?? until(() => ask("/api/auth/session"), failed).catch(() => null),
    known.site ?? ask("/api/site").catch(() => null),
  ]);
  become(who?.user ?? null, who?.totp_setup_required);
  if (around) site.value = around;
  return Boolean(known.session);
}

/** @param {User | null} user @param {boolean} [needsFactor] whether the panel says so */
function become(user, needsFactor) {
  if (user?.id !== me.peek()?.id) forgetAll();
  if (needsFactor !== undefined) factorNeeded.value = needsFactor;
  else if (!user || user.totp) factorNeeded.value = false;
  drafts.owner.value = user?.id ?? null;
  me.value = user;
}

/** @param {"expired" | "elsewhere"} why */
function lose(why) {
  if (!me.peek()) return;
  ended.value = why;
  become(null);
}

/** Somebody has logged in, or has a new session. @param {User} user */
export function enter(user) {
  ended.value = "";
  become(user);
  tellTabs?.("changed");
}

/** Says to the other tabs that the account is another one than they show. */
export const tellOthers = () => tellTabs?.("changed");

/** Reads the user again: after an order, a deposit, a change of tier. */
export async function refresh() {
  if (me.peek()) become(await ask("/api/auth/me").catch(() => me.peek()));
}

/** Asks again who is there: another tab, or the time that passed, may have ended the session or begun another one.
 * Throws when the panel does not answer. @param {"expired" | "elsewhere"} [why] the session would have ended */
export async function check(why = "expired") {
  const before = me.peek()?.id;
  const { user, totp_setup_required } = await ask("/api/auth/session");
  if (me.peek()?.id !== before) return;
  if (before && user && user.id !== before) return reload();
  if (user) become(user, totp_setup_required);
  else lose(why);
}

/** Ends this session; throws when the panel did not end it. @param {boolean} [everywhere] */
export async function logOut(everywhere = false) {
  try {
    await post("/api/auth/logout", { everywhere });
  } catch (error) {
    // It had ended before.
    if (!(error instanceof ApiError) || error.code !== "unauthenticated") throw error;
  }
  drafts.forgetAll();
  become(null);
  ended.value = "";
  tellTabs?.("changed");
}

/** A page that comes out of the browser's memory shows what was there when it was left, perhaps by somebody else: it is
 * hidden as it goes in, and shown when the panel has said who is there.
 * @param {(yes: boolean) => void} away told when the panel does not answer */
export function guardMemory(away) {
  const root = document.documentElement;
  const hide = () => (root.dataset.unsure = "");
  addEventListener("pagehide", ({ persisted }) => persisted && hide());
  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) return;
    hide();
    await until(check, () => away(true)).catch(reload);
    away(false);
    delete root.dataset.unsure;
  });
}
