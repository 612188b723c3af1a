// @ts-check
// A question with two answers. `ui/confirm.js` shows it.

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

/** Asks before what was typed is thrown away. */
export const mayDiscard = () =>
  confirm({ title: t("discard.title"), text: t("discard.text"), yes: t("discard.yes"), no: t("discard.no") });
