// @ts-check
// Forms: values, refusals beside their fields, one sending at a time. What is typed is kept as a draft until it was
// sent or thrown away.

import { ApiError } from "../lib/api.js";
import { html, isComposing, useEffect, useId, useLayoutEffect, useRef, useState } from "../lib/dom.js";
import * as drafts from "../lib/drafts.js";
import { fieldSentence, number, sentence, t } from "../lib/i18n.js";
import { hold, holdTab } from "../lib/router.js";
import { Notice } from "./notice.js";

/**
 * @typedef {object} Form
 * @property {Record<string, any>} values
 * @property {(name: string, value: any) => void} set
 * @property {Record<string, string>} errors sentences by field
 * @property {(name: string, sentence: string) => void} complain says what is wrong with a field before it is sent
 * @property {any} failure a refusal that belongs to no field
 * @property {boolean} busy
 * @property {(event?: Event) => Promise<void>} submit
 * @property {(values: Record<string, any>) => void} reset
 * @property {boolean} restored whether it began with a draft
 * @property {() => void} clear throws the draft away
 */

/** Whether nothing was typed. @param {any} one @param {any} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Keeps what is typed as a draft, and holds the page, or the tab alone, while leaving it would lose something.
 * @param {string} draft its name, or "" @param {boolean} asks @param {any} values @param {any} base */
function useDraft(draft, asks, values, base) {
  const [typed, before] = [drafts.withoutAnswers(values), drafts.withoutAnswers(base)];
  const isTyped = !same(typed, before);
  useLayoutEffect(() => {
    if (!draft) return;
    if (isTyped) drafts.keep(draft, drafts.withoutSecrets(typed));
    else drafts.forget(draft);
  }, [values, base]);
  // A form that keeps no draft may be left for another page without a question, but not with the tab by a slip.
  const isOnlyHere = isTyped && !draft && !same(drafts.withoutSecrets(typed), drafts.withoutSecrets(before));
  const holds = isTyped && asks ? hold : isOnlyHere ? holdTab : undefined;
  useLayoutEffect(() => holds?.(), [holds]);
  // Left after a question, or with nothing to lose. When the session has ended the draft stays, being nobody's then.
  useLayoutEffect(() => () => void (asks && draft && drafts.forget(draft)), []);
}

/**
 * @param {Record<string, any>} first
 * @param {(values: Record<string, any>, changed: Record<string, any>) => Promise<any>} send throws what the API
 *   refuses; `changed` are the values that differ from the first
 * @param {(values: Record<string, any>) => Record<string, any> | Promise<Record<string, any>>} [check] sentences by
 *   field, before sending
 * @param {{draft?: string, asks?: boolean}} [keeping] the name of its draft; with `asks` a question comes before it is
 *   left, for then the draft goes too
 * @returns {Form}
 */
export function useForm(first, send, check = () => ({}), { draft = "", asks = false } = {}) {
  const [values, setValues] = useState(
    () => /** @type {Record<string, any>} */ ({ ...first, ...(draft && drafts.kept(draft)) }),
  );
  const [base, setBase] = useState(first);
  const [restored, setRestored] = useState(() => !same(values, first));
  const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);

  useDraft(draft, asks, values, base);

  /** @param {any} error */
  const refuse = (error) => {
    if (error.isDeclined) return;
    const { known, rest } = error instanceof ApiError ? byField(error, values) : { known: {}, rest: error };
    setErrors(known);
    setFailure(rest);
    focusFirstError();
  };
  const submit = async (/** @type {Event} */ event) => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    await checkAndSend().catch(refuse);
    setBusy(false);
  };
  const checkAndSend = async () => {
    const wrong = await check(values);
    setErrors(wrong);
    if (Object.keys(wrong).length) return focusFirstError();
    await send(values, changed(first, values));
    accept();
  };
  const accept = () => {
    // Also when the form is gone by now.
    if (draft) drafts.forget(draft);
    setBase(values);
    setRestored(false);
  };
  const reset = (/** @type {Record<string, any>} */ next) => {
    if (draft) drafts.forget(draft);
    setValues(next);
    setBase(next);
    setErrors({});
    setFailure(null);
    setRestored(false);
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
    complain: (name, sentence) => setErrors((old) => ({ ...old, [name]: sentence })),
    reset,
    restored,
    clear: () => reset(first),
  };
}

/** @param {Record<string, any>} first @param {Record<string, any>} values @returns {Record<string, any>} */
const changed = (first, values) =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== first[name]));

/** Codes that are about one field. @type {Record<string, string>} */
const ABOUT_FIELD = {
  username_taken: "username",
  email_taken: "email",
  totp_required: "totp",
  invalid_totp: "totp",
  coupon_not_valid: "coupon",
};

/** The refusals whose fields are in the form: by the whole name (`tiers[0].name`), what it is a part of (`comments[3]`)
 * or its last part (`support.zalo`); and the rest, null when there is none.
 * @param {ApiError} error @param {Record<string, any>} values */
function byField(error, values) {
  /** @type {Record<string, string>} */
  const known = {};
  const about = ABOUT_FIELD[error.code];
  if (about in values) return { known: { [about]: sentence(error) }, rest: null };
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

/** What is refused there is typed anew as a whole. */
const SECRET = "[autocomplete$=password], [autocomplete=one-time-code]";

function focusFirstError() {
  requestAnimationFrame(() => {
    const field = /** @type {any} */ (document.querySelector("[aria-invalid=true]") ?? document.activeElement);
    field?.focus();
    if (field?.matches(SECRET)) field.select();
  });
}

/** Says where the values come from. @param {{form: Form}} props */
export const Restored = ({ form }) => html`
  <p class="text-secondary" role="status">
    ${t("draft.restored")} <button type="button" class="btn btn-sm" onClick=${form.clear}>${t("draft.clear")}</button>
  </p>`;

/** Some browsers send a form by the Enter that only ends a word. @param {KeyboardEvent} event */
const spareComposition = (event) => event.key === "Enter" && isComposing(event) && event.preventDefault();

/** A refusal of the whole form, brought into view: the button may be far below it. @param {{failure: any}} props */
function Refused({ failure }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), [failure]);
  return html`<div ref=${box}><${Notice} kind="danger" live>${sentence(failure)}<//></div>`;
}

/** A form around its fields. @param {{form: Form, children?: any, label?: string}} props */
export const FormBox = ({ form, children, label }) => html`
  <form onSubmit=${form.submit} onKeyDown=${spareComposition} noValidate aria-label=${label}>
    ${form.restored && html`<${Restored} form=${form} />`}
    ${form.failure && html`<${Refused} failure=${form.failure} />`}
    ${children}
  </form>`;

/** What has to be filled in and is not: sentences by field, for `useForm`.
 * @param {Record<string, any>} values @param {string[]} names @returns {Record<string, string>} */
export const missing = (values, names) =>
  Object.fromEntries(names.filter((name) => !values[name].trim()).map((name) => [name, t("common.missing")]));

/** @param {any} value @param {number} [most] characters */
function tooLong(value, most) {
  const count = [...String(value ?? "")].length;
  return most && count > most ? t("common.too_long", { count, most }) : "";
}

/**
 * One labelled field of a form. What is longer than `most` characters is said, and never cut.
 * @param {{form: Form, name: string, label: any, type?: string, hint?: any, required?: boolean, options?: {value:
 * string, text: string}[],
 *   rows?: number, placeholder?: string, autocomplete?: string, inputmode?: string, most?: number, list?: string,
 *   disabled?: boolean, after?: any, spellcheck?: boolean, dir?: string, min?: number, max?: number, autofocus?:
 * boolean, onPaste?: (event: any) => void, onFocus?: () => void}} props
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
