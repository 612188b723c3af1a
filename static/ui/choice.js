// @ts-check
import { html, useId } from "../lib/dom.js";

/** A filter with a few values. @param {{label: string, value: string, options: {value: string, text: string}[],
 *   choose: (value: string) => void}} props */
export function Choice({ label, value, options, choose }) {
  const id = useId();
  return html`
    <div>
      <label class="form-label" for=${id}>${label}</label>
      <select class="form-select" id=${id} value=${value}
        onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
        ${options.map(
          (one) => html`
          <option key=${one.value} value=${one.value} selected=${one.value === value}>${one.text}</option>`,
        )}
      </select>
    </div>`;
}
