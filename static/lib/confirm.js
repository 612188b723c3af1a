// @ts-check
// A question with two answers, which `ui/confirm.js` shows, and the one for the password, which `pages/boot.js` does.

import { ask, session } from "./api.js";
import { signal } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {{title: string, text: any, yes: string, no: string}} Question */

/** What is being asked. */
export const asked = signal(/** @type {(Question & {answer: (yes: boolean) => void}) | null} */ (null));

/** @param {Question} question @returns {Promise<boolean>} */
export const confirm = (question) =>
  new Promise((done) => {
    asked.peek()?.answer(false);
    const answer = (/** @type {boolean} */ yes) => {
      asked.value = null;
      done(yes);
    };
    asked.value = { ...question, answer };
  });

/** What takes whether the password was given, while it is asked for. */
export const proving = signal(/** @type {((given: boolean) => void) | null} */ (null));

/** One question, however many wait for it. @type {Promise<boolean> | null} */
let open = null;

/** Asks for the password: this is what nobody may do who finds the browser open. */
session.prove = () => {
  open ??= new Promise((done) => {
    proving.value = (given) => {
      proving.value = null;
      open = null;
      done(given);
    };
  });
  return open;
};

/** Whether a link may be followed that needs the password; asks where it does. */
export async function mayFollow() {
  const { confirmed_until } = await ask("/api/auth/session");
  return confirmed_until !== null || session.prove();
}

/** Asks before what is on the page alone is gone. @param {string} what as `hold` was told */
export const mayDiscard = (what) => {
  const word = (/** @type {string} */ part) => t(`leave_${what}.${part}`);
  return confirm({ title: word("title"), text: word("text"), yes: word("yes"), no: word("no") });
};
