// @ts-check
import { html, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Field } from "./form.js";
import { Icon } from "./icon.js";

/** A password that can be looked at. @param {{form: import("./form.js").Form, name: string, label: string,
 *   autocomplete: string, hint?: string}} props */
export function Password({ form, name, label, autocomplete, hint }) {
  const [shown, show] = useState(false);
  const eye = html`
    <button type="button" class="btn btn-icon" aria-pressed=${shown} onClick=${() => show(!shown)}
      aria-label=${t(shown ? "login.hide" : "login.show")} title=${t(shown ? "login.hide" : "login.show")}>
      <${Icon} name=${shown ? "eye-off" : "eye"} />
    </button>`;
  return html`<${Field} form=${form} name=${name} label=${label} type=${shown ? "text" : "password"} required
    autocomplete=${autocomplete} hint=${hint} after=${eye} spellcheck=${false} />`;
}
