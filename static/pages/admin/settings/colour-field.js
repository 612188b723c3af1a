// @ts-check
// A colour: typed, or picked in the browser's own way.

import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Field } from "../../../ui/form.js";

/** What the picker shows where there is none: the panel's own. */
const OWN = "#0b6b4f";

/** As high as the field beside it. */
const LOOK = { flex: "none", width: "3.5rem", height: "auto", padding: "4px" };

/** @param {{form: import("../../../ui/form.js").Form, name: string, label: string, hint?: any, disabled?: boolean}}
 *   props */
export function ColourField({ form, name, label, hint, disabled }) {
  const typed = String(form.values[name]).trim();
  const picker = html`<input type="color" class="form-control" style=${LOOK}
    aria-label=${t("settings.pick_colour")} disabled=${disabled} value=${/^#[0-9a-f]{6}$/i.test(typed) ? typed : OWN}
    onInput=${(/** @type {any} */ event) => form.set(name, event.target.value)} />`;
  return html`<${Field} form=${form} name=${name} label=${label} hint=${hint} disabled=${disabled} after=${picker}
    spellcheck=${false} placeholder=${OWN} />`;
}
