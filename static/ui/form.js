// @ts-check
// Forms: values, refusals beside their fields, one sending at a time.

import { ApiError } from "../lib/api.js";
import { html, isComposing, useId, useState } from "../lib/dom.js";
import { fieldSentence, number, sentence, t } from "../lib/i18n.js";
import { Notice } from "./notice.js";

/**
 * @typedef {object} Form
 * @property {Record<string, any>} values
 * @property {(name: string, value: any) => void} set
 * @property {Record<string, string>} errors sentences by field
 * @property {any} failure a refusal that belongs to no field
 * @property {boolean} busy
 * @property {(event?: Event) => Promise<void>} submit
 * @property {(values: Record<string, any>) => void} reset
 */

/**
 * @param {Record<string, any>} first
 * @param {(values: Record<string, any>, changed: Record<string, any>) => Promise<any>} send throws what the API
 *   refuses; `changed` are the values that differ from the first
 * @param {(values: Record<string, any>) => Record<string, any>} [check] sentences by field, before sending
 * @returns {Form}
 */
export function useForm(first, send, check = () => ({})) {
  const [values, setValues] = useState(first);
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);

  /** @param {any} error */
  const refuse = (error) => {
    const { known, rest } = error instanceof ApiError ? byField(error, values) : { known: {}, rest: error };
    setErrors(known);
    setFailure(rest);
    focusFirstError();
  };
  const submit = async (/** @type {Event} */ event) => {
    event?.preventDefault();
    if (busy) return;
    const wrong = check(values);
    setErrors(wrong);
    setFailure(null);
    if (Object.keys(wrong).length) return focusFirstError();
    setBusy(true);
    await send(values, changed(first, values)).catch(refuse);
    setBusy(false);
  };
  return {
    values,
    errors,
    failure,
    busy,
    submit: /** @type {any} */ (submit),
    set: (name, value) => {
      setValues((old) => ({ ...old, [name]: value }));
      setErrors(({ [name]: _, ...rest }) => rest);
    },
    reset: (next) => {
      setValues(next);
      setErrors({});
      setFailure(null);
    },
  };
}

/** @param {Record<string, any>} first @param {Record<string, any>} values @returns {Record<string, any>} */
const changed = (first, values) =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== first[name]));

/** The refusals whose fields are in the form: by the whole name (`tiers[0].name`), what it is a part of (`comments[3]`)
 * or its last part (`support.zalo`); and the rest, null when there is none.
 * @param {ApiError} error @param {Record<string, any>} values */
function byField(error, values) {
  /** @type {Record<string, string>} */
  const known = {};
  const taken = /^(username|email)_taken$/.exec(error.code);
  if (taken && taken[1] in values) return { known: { [taken[1]]: sentence(error) }, rest: null };
  const foreign = [];
  for (const problem of error.fields) {
    const [whole, first, last] = [problem.field, problem.field.split(/[.[]/)[0], problem.field.split(".").pop() ?? ""];
    const name = [whole, first, last].find((name) => name in values);
    if (name) known[name] = fieldSentence(problem);
    else foreign.push(problem);
  }
  if (!foreign.length && error.fields.length) return { known, rest: null };
  return { known, rest: new ApiError(error.status, { ...error, errors: foreign, request_id: error.requestId }) };
}

function focusFirstError() {
  requestAnimationFrame(() =>
    /** @type {HTMLElement | null} */ (document.querySelector("[aria-invalid=true]"))?.focus(),
  );
}

/** Some browsers send a form by the Enter that only ends a word. @param {KeyboardEvent} event */
const spareComposition = (event) => event.key === "Enter" && isComposing(event) && event.preventDefault();

/** A form around its fields. @param {{form: Form, children?: any, label?: string}} props */
export const FormBox = ({ form, children, label }) => html`
  <form onSubmit=${form.submit} onKeyDown=${spareComposition} noValidate aria-label=${label}>
    ${form.failure && html`<${Notice} kind="danger" live>${sentence(form.failure)}<//>`}
    ${children}
  </form>`;

/** @param {any} value @param {number} [most] characters */
function tooLong(value, most) {
  const count = [...String(value ?? "")].length;
  return most && count > most ? t("common.too_long", { count: number(count), most: number(most) }) : "";
}

/**
 * One labelled field of a form. What is longer than `most` characters is said, and never cut.
 * @param {{form: Form, name: string, label: any, type?: string, hint?: any, required?: boolean, options?: {value:
 * string, text: string}[],
 *   rows?: number, placeholder?: string, autocomplete?: string, inputmode?: string, most?: number, list?: string,
 *   disabled?: boolean, after?: any, spellcheck?: boolean, dir?: string, min?: number, max?: number, autofocus?:
 * boolean}} props
 */
export function Field({ form, name, label, type = "text", hint, options, rows, after, required, most, ...rest }) {
  const id = useId();
  const error = tooLong(form.values[name], most) || form.errors[name];
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const shared = {
    id,
    name,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": describedBy,
    "aria-required": required ? "true" : undefined,
    ...rest,
    onInput: (/** @type {any} */ event) =>
      form.set(name, type === "checkbox" ? event.target.checked : event.target.value),
  };
  const invalid = error ? "is-invalid" : "";
  if (type === "checkbox") {
    return html`
      <div class="mb-3">
        <label class="form-check form-switch" for=${id}>
          <input class=${`form-check-input ${invalid}`} type="checkbox" checked=${form.values[name]} ...${shared} />
          <span class="form-check-label">${label}</span>
        </label>
        ${hint && html`<div class="form-hint" id=${`${id}-hint`}>${hint}</div>`}
        ${error && html`<div class="invalid-feedback d-block" id=${`${id}-error`}>${error}</div>`}
      </div>`;
  }
  const value = form.values[name] ?? "";
  const input = options
    ? html`<select class=${`form-select ${invalid}`} value=${value} ...${shared}>
        ${options.map(
          (one) =>
            html`<option key=${one.value} value=${one.value} selected=${one.value === value}>${one.text}</option>`,
        )}
      </select>`
    : rows
      ? html`<textarea class=${`form-control ${invalid}`} rows=${rows} value=${value} ...${shared}></textarea>`
      : html`<input class=${`form-control ${invalid}`} type=${type} value=${value} ...${shared} />`;
  return html`
    <div class="mb-3">
      <label class="form-label" for=${id}>
        ${label}
        ${!required && !rest.disabled && html`<span class="form-label-description">${t("common.optional")}</span>`}
      </label>
      ${after ? html`<div class="input-group">${input}${after}</div>` : input}
      ${hint && html`<div class="form-hint" id=${`${id}-hint`}>${hint}</div>`}
      ${error && html`<div class="invalid-feedback d-block" id=${`${id}-error`}>${error}</div>`}
    </div>`;
}
