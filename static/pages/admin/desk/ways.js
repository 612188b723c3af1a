// @ts-check
// From page to page by two keys: g, then the page's own. And one that gives the pages the menu's room.

import { useEffect } from "../../../lib/dom.js";
import { go } from "../../../lib/router.js";
import { isAdmin, isStaff } from "../../../lib/session.js";
import { toggleRail } from "../parts/rail.js";
import { isTyping, letters } from "./keys.js";

/** The second key, where it goes, the page's word in the menu, and whether the support has it too.
 * @type {[string, string, string, boolean][]} */
const WAYS = [
  ["h", "/admin", "dashboard", false],
  ["o", "/admin/orders", "orders", true],
  ["r", "/admin/review", "review", false],
  ["s", "/admin/services", "services", false],
  ["p", "/admin/providers", "providers", false],
  ["u", "/admin/users", "users", true],
  ["d", "/admin/deposits", "deposits", true],
  ["b", "/admin/bank", "bank", false],
  ["t", "/admin/tickets", "tickets", true],
  ["n", "/admin/announcements", "announcements", false],
  ["l", "/admin/ledger", "ledger", false],
  ["a", "/admin/audit", "audit", false],
  ["c", "/admin/settings", "settings", false],
];
/** The second key has to follow within this. */
const PAUSE_MS = 1500;

/** What the reader can go to. */
export const ways = () => (isStaff() ? WAYS.filter(([, , , forAll]) => forAll || isAdmin()) : []);

/** Listens on every page; before a list does, for which the second key may mean something else. */
export function useWays() {
  useEffect(() => {
    let begun = -PAUSE_MS;
    const listen = (/** @type {KeyboardEvent} */ event) => {
      if (isTyping(event) || !letters.peek()) return;
      const isSecond = event.timeStamp - begun < PAUSE_MS;
      begun = event.key === "g" ? event.timeStamp : -PAUSE_MS;
      if (event.key === "[") toggleRail();
      const way = ways().find(([key]) => isSecond && key === event.key);
      if (!way) return;
      event.preventDefault();
      go(way[1]);
    };
    addEventListener("keydown", listen, true);
    return () => removeEventListener("keydown", listen, true);
  }, []);
}
