// @ts-check
import { html, useId, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";

/** The server takes no larger one. */
const MOST_BYTES = 48 * 1024;
const KINDS = ["image/png", "image/jpeg", "image/webp"];

/** @param {File} file @returns {Promise<string>} as a `data:` address */
const read = (file) =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });

/** A small picture, chosen from the own machine; what it holds goes with the form.
 * @param {{form: import("../../../ui/form.js").Form, name: string, label: string, hint?: string, disabled?: boolean}}
 * props */
export function PictureField({ form, name, label, hint, disabled }) {
  const id = useId();
  const [wrong, setWrong] = useState(false);
  const choose = async (/** @type {any} */ { target }) => {
    const [file] = target.files;
    if (!file) return;
    const fits = KINDS.includes(file.type) && file.size <= MOST_BYTES;
    setWrong(!fits);
    if (fits) form.set(name, await read(file).catch(() => ""));
    target.value = "";
  };
  const error = wrong ? t("rule.picture", { max: MOST_BYTES }) : form.errors[name];
  const said = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`
    <div class="mb-3">
      <label class="form-label" for=${id}>${label}</label>
      ${form.values[name] && html`<p><img class="chosen-picture" src=${form.values[name]} alt=${label} /></p>`}
      <input id=${id} type="file" class=${`form-control ${error ? "is-invalid" : ""}`} accept=${KINDS.join(",")}
        disabled=${disabled} aria-describedby=${said} aria-invalid=${error ? "true" : undefined} onChange=${choose} />
      ${hint && html`<div class="form-hint" id=${`${id}-hint`}>${hint}</div>`}
      ${error && html`<div class="invalid-feedback" id=${`${id}-error`} role="alert">${error}</div>`}
      ${
        form.values[name] &&
        html`<${Button} small icon="trash" work=${() => form.set(name, "")}>
          ${t("settings.picture_away")}<//>`
      }
    </div>`;
}
