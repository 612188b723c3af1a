// @ts-check
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { parseAmount } from "../../../lib/money.js";
import { Field } from "../../../ui/form.js";
import { Section } from "./section.js";

/** @typedef {{settings: any, saved: (settings: any) => void}} Props */

const numbers = (/** @type {Record<string, any>} */ values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, parseAmount(String(value))]));

/** The account customers pay to, with a code to try it. @param {Props} props */
export function BankSection({ settings, saved }) {
  const locked = settings.locked.includes("bank");
  const bank = settings.bank ?? { bin: "", name: "", account_number: "", account_name: "" };
  const field = (/** @type {any} */ form, /** @type {string} */ name, /** @type {string} */ hint = "") => html`
    <${Field} form=${form} name=${name} label=${t(`settings.bank_${name}`)} required disabled=${locked}
      hint=${hint} />`;
  return html`
    <${Section} title=${t("settings.bank")} first=${bank} locked=${locked} saved=${saved}
      body=${(/** @type {any} */ values) => ({ bank: values })}
      fields=${(/** @type {any} */ form) => html`
        ${field(form, "bin", t("settings.bank_bin_hint"))}${field(form, "name")}
        ${field(form, "account_number")}${field(form, "account_name", t("settings.bank_name_hint"))}`}>
      ${
        settings.bank &&
        html`<div class="mt-3 text-center">
          <img class="qr" width="220" height="220" alt=${t("settings.test_qr")}
            src=${`/api/admin/settings/test-qr.svg?${settings.bank.bin}${settings.bank.account_number}`} />
          <p class="text-secondary">${t("settings.test_qr")}</p>
        </div>`
      }
    <//>`;
}

/** @param {Props} props */
export const DepositSection = ({ settings, saved }) => html`
  <${Section} title=${t("settings.deposits")} saved=${saved} body=${numbers}
    first=${{ deposit_min: settings.deposit_min, deposit_max: settings.deposit_max, ...expiry(settings) }}
    fields=${(/** @type {any} */ form) =>
      Object.keys(form.values).map(
        (name) =>
          html`<${Field} key=${name} form=${form} name=${name} label=${t(`settings.${name}`)}
            inputmode="numeric" required />`,
      )} />`;

/** @param {any} settings */
const expiry = (settings) =>
  settings.locked.includes("deposit_expiry_minutes") ? {} : { deposit_expiry_minutes: settings.deposit_expiry_minutes };

/** @param {Props} props */
export function TierSection({ settings, saved }) {
  const first = Object.fromEntries(
    settings.tiers.flatMap((/** @type {any} */ tier, /** @type {number} */ at) => [
      [`tiers[${at}].name`, tier.name],
      [`tiers[${at}].min_spent`, String(tier.min_spent)],
      [`tiers[${at}].discount_percent`, String(tier.discount_percent)],
    ]),
  );
  const body = (/** @type {any} */ values) => ({
    tiers: settings.tiers.map((/** @type {any} */ { level }, /** @type {number} */ at) => ({
      level,
      name: values[`tiers[${at}].name`],
      min_spent: parseAmount(values[`tiers[${at}].min_spent`]),
      discount_percent: parseAmount(values[`tiers[${at}].discount_percent`]),
    })),
  });
  const fields = (/** @type {any} */ form) =>
    settings.tiers.map(
      (/** @type {any} */ { level }, /** @type {number} */ at) => html`
      <div class="row" key=${level}>
        <div class="col-sm-4"><${Field} form=${form} name=${`tiers[${at}].name`}
          label=${t("settings.tier_name", { level })} required /></div>
        <div class="col-sm-5"><${Field} form=${form} name=${`tiers[${at}].min_spent`} label=${t("settings.tier_from")}
          inputmode="numeric" required
          disabled=${level === 1} /></div>
        <div class="col-sm-3"><${Field} form=${form} name=${`tiers[${at}].discount_percent`}
          label=${t("settings.tier_off")} inputmode="numeric" required /></div>
      </div>`,
    );
  return html`<${Section} title=${t("settings.tiers")} first=${first} body=${body} saved=${saved} fields=${fields} />`;
}

/** @param {Props} props */
export const PriceSection = ({ settings, saved }) => html`
  <${Section} title=${t("settings.prices")} saved=${saved}
    first=${{
      commission_percent: settings.commission_percent,
      min_margin_percent: settings.min_margin_percent,
      price_jump_percent: settings.price_jump_percent,
      low_funds_hours: settings.low_funds_hours,
      auto_resume: settings.auto_resume,
    }}
    body=${(/** @type {any} */ { auto_resume, ...values }) => ({ ...numbers(values), auto_resume })}
    fields=${(/** @type {any} */ form) => html`
      ${["commission_percent", "min_margin_percent", "price_jump_percent", "low_funds_hours"].map(
        (name) => html`<${Field} key=${name} form=${form} name=${name} label=${t(`settings.${name}`)}
          inputmode="numeric" required
          hint=${t(`settings.${name}_hint`)} />`,
      )}
      <${Field} form=${form} name="auto_resume" type="checkbox" label=${t("settings.auto_resume")} />`} />`;
