// @ts-check
import { html, useId } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** Whole days in the panel's zone, both included. @param {{from: string, to: string,
 *   change: (days: Record<string, string>) => void}} props */
export function DateRange({ from, to, change }) {
  const id = useId();
  const isTurned = from !== "" && to !== "" && from > to;
  const field = (/** @type {string} */ name, /** @type {string} */ value) => html`
    <div>
      <label class="form-label" for=${`${id}-${name}`}>${t(`common.${name}`)}</label>
      <input type="date" class=${`form-control ${isTurned ? "is-invalid" : ""}`} id=${`${id}-${name}`} value=${value}
        aria-invalid=${isTurned ? "true" : undefined} aria-describedby=${isTurned ? `${id}-error` : undefined}
        onChange=${(/** @type {any} */ event) => change({ [name]: event.target.value })} />
    </div>`;
  return html`
    ${field("from", from)}${field("to", to)}
    ${
      isTurned &&
      html`<div class="invalid-feedback d-block" id=${`${id}-error`} role="alert">${t("common.turned")}</div>`
    }`;
}
