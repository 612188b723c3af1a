// @ts-check
// Fields for numbers, all with the one reader: each says below what it understood, or why that is no number for it.

import { html, useState } from "../lib/dom.js";
import { number, numberSentence, t } from "../lib/i18n.js";
import { read, valueOf, WHOLE } from "../lib/number.js";
import { Field } from "./form.js";

/** @typedef {import("../lib/number.js").Kind} Kind */

/** A whole number, as the page writes it. @param {string} text */
const counted = (text) => t("number.understood", { value: number(Number(text)) });

/** Below it a number that stands there in digits is read at a glance. */
const LONG = 1000;

/**
 * Takes what `Field` takes, and `kind`: what is read; `shown`: what it says of the number that it understood. Of one
 * that stands there in digits it says nothing while it is short or nobody has typed it, unless `shown` explains more
 * than the number: `typed`, or always.
 * @param {{form: import("./form.js").Form, name: string, label: any, kind?: Kind, shown?: (text: string) => any,
 *   hint?: any, required?: boolean, disabled?: boolean, after?: any, explains?: "typed" | "always"}} props
 */
export function NumberField({ kind = WHOLE, shown = counted, hint, explains, form, ...field }) {
  const [isTyped, setTyped] = useState(false);
  const typed = String(form.values[field.name] ?? "");
  const found = read(typed, kind);
  const text = "text" in found ? found.text : "";
  const isLong = Math.abs(Number(text)) >= LONG || explains === "typed";
  const isSaid = text && (explains === "always" || text !== typed || (isTyped && isLong));
  const understood = isSaid ? shown(text) : "";
  const wrong = "text" in found || found.problem === "blank" ? "" : numberSentence(found);
  // The number pads of phones have no minus.
  const inputmode = (kind.min ?? 0) < 0 ? "text" : kind.places ? "decimal" : "numeric";
  const below = html`
    ${hint && html`<div>${hint}</div>`}
    <div class="understood" aria-live="polite">${understood || (!form.errors[field.name] && wrong)}</div>`;
  const touched = {
    ...form,
    set: (/** @type {string} */ name, /** @type {any} */ value) => {
      setTyped(true);
      form.set(name, value);
    },
  };
  return html`<${Field} ...${field} form=${touched} inputmode=${inputmode} autocomplete="off" spellcheck=${false}
    hint=${below} />`;
}

/** What is wrong with the numbers of a form: sentences by field, for `useForm`.
 * @param {Record<string, any>} values @param {Record<string, Kind>} kinds @returns {Record<string, string>} */
export function wrongNumbers(values, kinds) {
  /** @type {Record<string, string>} */
  const wrong = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const found = read(String(values[name] ?? ""), kind);
    if (!("text" in found)) wrong[name] = numberSentence(found);
  }
  return wrong;
}

/** The values with their numbers as the API takes them; a blank one is null.
 * @param {Record<string, any>} values @param {Record<string, Kind>} kinds @returns {Record<string, any>} */
export const withNumbers = (values, kinds) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name in kinds ? valueOf(String(value ?? ""), kinds[name]) : value,
    ]),
  );
