// @ts-check
// What was typed and is not sent yet: kept in this tab for whoever typed it, over the end of a session, a reload and a
// way back. Nothing that is secret is ever kept.

import { signal } from "./dom.js";
import { tab } from "./store.js";

const PREFIX = "draft:";
/** Fields whose values are never written down. */
const SECRET = /password|secret|token|key$/i;
/** Fields that answer a question of the form's own ("below the cost: go on?"): they count once, and are not text. */
const ANSWER = /^(allow|abandon)_|^currency_is_/;

/** Whose they are; nothing is kept of nobody, and nothing of others is forgotten. */
export const owner = signal(/** @type {number | null} */ (null));

/** @param {string} name */
const keyOf = (name) => `${PREFIX}${owner.peek()}:${name}`;

/** What was kept under this name, or null. @param {string} name @returns {any} */
export function kept(name) {
  try {
    return owner.peek() === null ? null : JSON.parse(tab.get(keyOf(name)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {any} values */
export function keep(name, values) {
  if (owner.peek() !== null) tab.set(keyOf(name), JSON.stringify(values));
}

/** @param {Record<string, any>} values @param {RegExp} names */
const without = (values, names) => Object.fromEntries(Object.entries(values).filter(([name]) => !names.test(name)));

/** The values of a form without its secrets. @param {Record<string, any>} values */
export const withoutSecrets = (values) => without(values, SECRET);

/** The values of a form without answers to its own questions. @param {Record<string, any>} values */
export const withoutAnswers = (values) => without(values, ANSWER);

/** @param {string} name */
export function forget(name) {
  if (owner.peek() !== null) tab.remove(keyOf(name));
}

/** Of everybody: somebody has logged out, and the next one may be another. */
export function forgetAll() {
  for (const key of tab.keys()) if (key.startsWith(PREFIX)) tab.remove(key);
}
