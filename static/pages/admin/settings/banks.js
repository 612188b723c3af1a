// @ts-check
// The accounts beside the main one: customers choose among those in use, and money at any is credited.

import { BANKS, bankOf } from "../../../lib/banks.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Choice } from "../../../ui/choice.js";
import { Field, missing } from "../../../ui/form.js";
import { Section } from "./section.js";

/** As many as the server takes. */
const MOST = 20;
const TEXTS = ["bin", "name", "account_number", "account_name"];
const BLANK = { bin: "", name: "", account_number: "", account_name: "", active: true };

/** @typedef {typeof BLANK} Bank */

/** What stands before the names of an account's fields. @param {number} at */
const place = (at) => `banks[${at}].`;

/** @param {Bank[]} banks @returns {Record<string, any>} */
const flat = (banks) =>
  Object.fromEntries(
    banks.flatMap((bank, at) => Object.entries(bank).map(([name, value]) => [`${place(at)}${name}`, value])),
  );

/** @param {{settings: any, saved: (settings: any) => void}} props */
export function BanksSection({ settings, saved }) {
  /** @type {[Bank[], (banks: Bank[]) => void]} */
  const [banks, setBanks] = useState(settings.banks);
  /** @param {Record<string, any>} values @returns {Bank[]} */
  const typed = (values) =>
    banks.map((bank, at) =>
      Object.assign(
        {},
        ...Object.entries(bank).map(([name, old]) => ({ [name]: values[`${place(at)}${name}`] ?? old })),
      ),
    );
  const change = (/** @type {any} */ form, /** @type {Bank[]} */ next) => {
    setBanks(next);
    for (const [name, value] of Object.entries(flat(next))) form.set(name, value);
  };
  const keep = (/** @type {any} */ next) => {
    saved(next);
    setBanks(next.banks);
  };
  /** Nothing, where nothing is different. */
  const body = (/** @type {any} */ _, /** @type {any} */ values) => {
    const banks = typed(values);
    return JSON.stringify(banks) === JSON.stringify(settings.banks) ? {} : { banks };
  };
  const check = async (/** @type {any} */ values) =>
    missing(
      flat(typed(values)),
      banks.flatMap((_, at) => TEXTS.map((name) => `${place(at)}${name}`)),
    );
  const fields = (/** @type {any} */ form) => html`
    <p class="text-secondary">${t(banks.length ? "settings.banks_lead" : "settings.banks_none")}</p>
    ${banks.map(
      (_, at) => html`<${One} key=${at} form=${form} at=${at}
        remove=${() =>
          change(
            form,
            typed(form.values).filter((_, other) => other !== at),
          )} />`,
    )}
    ${
      banks.length < MOST &&
      html`<div class="mb-3"><${Button} icon="plus"
        work=${() => change(form, [...typed(form.values), BLANK])}>${t("settings.bank_add")}<//></div>`
    }`;
  return html`
    <${Section} id="banks" title=${t("settings.banks")} first=${flat(banks)} check=${check} saved=${keep} always
      body=${body} fields=${fields} />`;
}

/** The banks by their names; what is chosen fills in the digits. @param {{form: any, at?: string}} props `at`: what
 * stands before the names of the fields */
export function BankChoice({ form, at = "" }) {
  const bin = form.values[`${at}bin`] ?? "";
  const options = BANKS.map(([value, text]) => ({ value, text }));
  const choose = (/** @type {string} */ chosen) => {
    form.set(`${at}bin`, chosen);
    form.set(`${at}name`, bankOf(chosen));
  };
  return html`<${Choice} label=${t("settings.bank_known")} value=${bankOf(bin) && bin.trim()} choose=${choose}
    options=${[{ value: "", text: t("settings.bank_other") }, ...options]} />`;
}

/** @param {{form: any, at: number, remove: () => void}} props */
const One = ({ form, at, remove }) => html`
  <fieldset class="mb-3">
    <legend class="h4">${t("settings.bank_number", { number: at + 1 })}</legend>
    <div class="mb-3"><${BankChoice} form=${form} at=${place(at)} /></div>
    ${TEXTS.map(
      (
        name,
      ) => html`<${Field} key=${name} form=${form} name=${`${place(at)}${name}`} label=${t(`settings.bank_${name}`)}
        required />`,
    )}
    <${Field} form=${form} name=${`${place(at)}active`} type="checkbox" label=${t("settings.bank_active")} />
    <${Button} small icon="trash" work=${remove}
      label=${t("settings.bank_remove", { number: at + 1 })}>${t("settings.bank_take_out")}<//>
  </fieldset>`;
