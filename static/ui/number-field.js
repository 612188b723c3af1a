// @ts-check
// Fields for numbers, all with the one reader: each says below what it understood, or why that is no number for it.

import { html } from "../lib/dom.js";
import { number, numberSentence, t } from "../lib/i18n.js";
import { read, valueOf, WHOLE } from "../lib/number.js";
import { Field } from "./form.js";

/** @typedef {import("../lib/number.js").Kind} Kind */

/** A whole number, as the page writes it. @param {string} text */
const counted = (text) => t("number.understood", { value: number(Number(text)) });

/**
 * Takes what `Field` takes, and `kind`: what is read; `shown`: what it says of the number that it understood.
 * @param {{form: import("./form.js").Form, name: string, label: any, kind?: Kind, shown?: (text: string) => any,
 *   hint?: any, required?: boolean, disabled?: boolean, after?: any}} props
 */
export function NumberField({ kind = WHOLE, shown = counted, hint, ...field }) {
  const found = read(String(field.form.values[field.name] ?? ""), kind);
  const understood = "text" in found ? found.text && shown(found.text) : "";
  const wrong = "text" in found || found.problem === "blank" ? "" : numberSentence(found);
  // The number pads of phones have no minus.
  const inputmode = (kind.min ?? 0) < 0 ? "text" : kind.places ? "decimal" : "numeric";
  const below = html`
    ${hint && html`<div>${hint}</div>`}
    <div class="understood" aria-live="polite">${understood || (!field.form.errors[field.name] && wrong)}</div>`;
  return html`<${Field} ...${field} inputmode=${inputmode} autocomplete="off" spellcheck=${false} hint=${below} />`;
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
