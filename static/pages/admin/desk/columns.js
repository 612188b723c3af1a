// @ts-check
// The columns of a list that a reader does without, kept for each person.

import { browser } from "../../../lib/store.js";
import { me } from "../../../lib/session.js";

/** @param {string} list */
const keyOf = (list) => `columns ${me.peek()?.id} ${list}`;

/** The columns of a list that the reader does without. @param {string} list @returns {string[]} */
export function hiddenColumns(list) {
  const kept = browser.get(keyOf(list));
  return kept ? kept.split(" ") : [];
}

/** @param {string} list @param {string[]} hidden */
export const keepHidden = (list, hidden) =>
  hidden.length ? browser.set(keyOf(list), hidden.join(" ")) : browser.remove(keyOf(list));
