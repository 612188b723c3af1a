// @ts-check
// The settings of a section, drawn from what the server says of them: a new setting needs no line here.

import { html } from "../../../lib/dom.js";
import { has, money, percent, t } from "../../../lib/i18n.js";
import { PERCENT, WHOLE } from "../../../lib/number.js";
import { Field, missing } from "../../../ui/form.js";
import { NumberField } from "../../../ui/number-field.js";
import { ColourField } from "./colour-field.js";
import { PictureField } from "./picture-field.js";
import { Section } from "./section.js";

/** What the API calls a `SettingView`.
 * @typedef {{name: string, section: string, kind: string, optional: boolean, max_length: number | null}} Setting */

const asMoney = (/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) });
const asPercent = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });

/** How numbers are read, and said. @type {Record<string, {kind: import("../../../lib/number.js").Kind,
 *   shown?: (text: string) => any, explains?: "always"}>} */
const NUMBERS = {
  integer: { kind: WHOLE },
  amount: { kind: WHOLE, shown: asMoney, explains: "always" },
  percent: { kind: PERCENT, shown: asPercent },
};

/** @param {string} name */
export const labelOf = (name) =>
  name.startsWith("notices.") ? t(name.replace("notices.", "notice.")) : t(`settings.${name.replaceAll(".", "_")}`);

/** The value that the API shows under a name. @param {any} settings @param {string} name */
const shownIn = (settings, name) => name.split(".").reduce((object, part) => object?.[part], settings);

/** What stands in its field at first; a secret is written only. @param {any} settings @param {Setting} setting */
function firstOf(settings, { name, kind }) {
  const value = kind === "secret" ? "" : shownIn(settings, name);
  return kind === "flag" ? value : String(value ?? "");
}

/** The changed values as the API takes them: `support.zalo` is the field `zalo` of `support`, and what is blank goes as
 * null. @param {Record<string, any>} changed @param {Setting[]} fields */
export function bodyOf(changed, fields) {
  /** @type {Record<string, any>} */
  const body = {};
  for (const { name, optional } of fields.filter(({ name }) => name in changed)) {
    const value = optional ? changed[name].trim() || null : changed[name];
    const [group, part] = name.split(".");
    body[group] = part ? { ...body[group], [part]: value } : value;
  }
  return body;
}

/**
 * A section of settings, with what stands before and below its fields. `before` may be a function of the form.
 * @param {{section: string, settings: any, saved: (settings: any) => void, before?: any, children?: any,
 *   isOpen?: boolean,
 *   check?: (values: Record<string, any>) => Record<string, string>,
 *   after?: (form: any, fields: Setting[]) => any}} props
 * `after` stands below the fields, within the form; `isOpen`: seen at once on a phone too
 */
export function Fields({ section, settings, saved, before, children, check = () => ({}), after, isOpen }) {
  // The bonus has a form of its own.
  const isHere = (/** @type {Setting} */ setting) => setting.section === section && setting.kind !== "bonus";
  const fields = /** @type {Setting[]} */ (settings.fields).filter(isHere);
  const isLocked = (/** @type {Setting} */ { name }) => settings.locked.includes(name);
  const free = fields.filter((setting) => !isLocked(setting));
  const numbers = Object.fromEntries(
    free.filter(({ kind }) => kind in NUMBERS).map(({ name, kind }) => [name, NUMBERS[kind].kind]),
  );
  const needed = free.filter(({ kind, optional }) => kind === "text" && !optional).map(({ name }) => name);
  return html`
    <${Section} id=${section} title=${t(`settings.${section}`)} saved=${saved} numbers=${numbers} locked=${!free.length}
      isOpen=${isOpen}
      first=${Object.fromEntries(fields.map((setting) => [setting.name, firstOf(settings, setting)]))}
      check=${async (/** @type {any} */ values) => ({ ...missing(values, needed), ...check(values) })}
      body=${(/** @type {any} */ changed) => bodyOf(changed, fields)}
      fields=${(/** @type {any} */ form) => html`
        ${typeof before === "function" ? before(form) : before}
        ${fields.map(
          (setting) => html`<${One} key=${setting.name} form=${form} setting=${setting} settings=${settings}
            locked=${isLocked(setting)} needed=${setting.name in check({ ...form.values, [setting.name]: "" })} />`,
        )}
        ${after?.(form, fields)}`}>
      ${children}
    <//>`;
}

/** @param {{form: any, setting: Setting, settings: any, locked: boolean, needed: boolean}} props `needed`: it would be
 * missed as a blank */
function One({ form, setting: { name, kind, optional, max_length }, settings, locked, needed }) {
  const note = `settings.${name.replaceAll(".", "_")}_hint`;
  const hint = locked ? t("settings.by_environment") : has(note) ? t(note) : undefined;
  const field = { form, name, label: labelOf(name), hint, disabled: locked };
  if (kind in NUMBERS) return html`<${NumberField} ...${field} ...${NUMBERS[kind]} required />`;
  if (kind === "flag") return html`<${Field} ...${field} type="checkbox" />`;
  if (kind === "secret") {
    const stands = t(shownIn(settings, `${name}_set`) ? "settings.secret_set" : "settings.secret_missing");
    return html`<${Field} ...${field} type="password" autocomplete="off" hint=${hint ?? stands}
      required=${needed} />`;
  }
  if (kind === "picture") return html`<${PictureField} ...${field} />`;
  if (kind === "colour") return html`<${ColourField} ...${field} />`;
  const rows = kind === "lines" ? "3" : undefined;
  return html`<${Field} ...${field} rows=${rows} most=${max_length ?? undefined} required=${!optional} />`;
}
