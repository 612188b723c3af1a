// @ts-check
import { html } from "../../../lib/dom.js";
import { money, percent, t } from "../../../lib/i18n.js";
import { PERCENT, WHOLE, whole } from "../../../lib/number.js";
import { Field, missing } from "../../../ui/form.js";
import { NumberField } from "../../../ui/number-field.js";
import { buyersNote, lossesUnder, LossQuestion, unanswered, useLosses } from "../parts/loss.js";
import { BankChoice } from "./banks.js";
import { Section } from "./section.js";

/** @typedef {{settings: any, saved: (settings: any) => void, isOpen?: boolean}} Props `isOpen`: on a phone too */

const asMoney = (/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) });
const asPercent = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });

/** The account customers pay to, with a code to try it. @param {Props} props */
export function BankSection({ settings, saved, isOpen }) {
  const locked = settings.locked.includes("bank");
  const bank = settings.bank ?? { bin: "", name: "", account_number: "", account_name: "" };
  const field = (/** @type {any} */ form, /** @type {string} */ name, /** @type {string} */ hint = "") => html`
    <${Field} form=${form} name=${name} label=${t(`settings.bank_${name}`)} required disabled=${locked}
      hint=${hint} />`;
  return html`
    <${Section} id="bank" title=${t("settings.bank")} first=${bank} locked=${locked} saved=${saved}
      isOpen=${isOpen} check=${async (/** @type {any} */ values) => missing(values, Object.keys(bank))}
      body=${(/** @type {any} */ _, /** @type {any} */ values) => ({ bank: values })}
      fields=${(/** @type {any} */ form) => html`
        ${!locked && html`<div class="mb-3"><${BankChoice} form=${form} /></div>`}
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
export function TierSection({ settings, saved }) {
  /** @type {{tier: any, name: string, from: string, off: string}[]} */
  const rows = settings.tiers.map((/** @type {any} */ tier, /** @type {number} */ at) => ({
    tier,
    name: `tiers[${at}].name`,
    from: `tiers[${at}].min_spent`,
    off: `tiers[${at}].discount_percent`,
  }));
  /** @type {Record<string, any>} */
  const first = { allow_loss: false };
  /** @type {Record<string, import("../../../lib/number.js").Kind>} */
  const kinds = {};
  for (const { tier, name, from, off } of rows) {
    Object.assign(first, { [name]: tier.name, [from]: String(tier.min_spent), [off]: String(tier.discount_percent) });
    Object.assign(kinds, { [from]: WHOLE, [off]: PERCENT });
  }
  // The API takes all tiers at once: what was not changed goes as it came.
  const body = (/** @type {any} */ changed) => ({
    tiers: rows.map(({ tier, name, from, off }) => ({
      level: tier.level,
      name: changed[name] ?? tier.name,
      min_spent: changed[from] ?? tier.min_spent,
      discount_percent: changed[off] ?? tier.discount_percent,
    })),
  });
  /** The highest discount that was raised. @param {Record<string, any>} values */
  const terms = (values) => {
    const raised = rows.flatMap(({ tier, off }) => {
      const percent = whole(values[off], PERCENT);
      return percent !== null && percent > tier.discount_percent ? [percent] : [];
    });
    return raised.length ? { discount_percent: Math.max(...raised) } : null;
  };
  const check = async (/** @type {any} */ values) =>
    unanswered(values, await lossesUnder(terms(values)), t("loss.discount_needed"));
  const fields = (/** @type {any} */ form) => html`
    ${rows.map(
      ({ tier: { level }, name, from, off }) => html`
      <div class="row" key=${level}>
        <div class="col-sm-4"><${Field} form=${form} name=${name} label=${t("settings.tier_name", { level })} most=${50}
          required /></div>
        <div class="col-sm-5"><${NumberField} form=${form} name=${from} label=${t("settings.tier_from")}
          shown=${asMoney} required disabled=${level === 1} /></div>
        <div class="col-sm-3"><${NumberField} form=${form} name=${off} label=${t("settings.tier_off")} kind=${PERCENT}
          shown=${asPercent} required /></div>
      </div>`,
    )}
    <${TierLosses} form=${form} terms=${terms(form.values)} />`;
  return html`
    <${Section} id="tiers" title=${t("settings.tiers")} first=${first} numbers=${kinds} body=${body} check=${check}
      saved=${saved} fields=${fields} />`;
}

/** @param {{form: any, terms: {discount_percent: number} | null}} props */
function TierLosses({ form, terms }) {
  const note = buyersNote(terms && terms.discount_percent);
  return html`<${LossQuestion} form=${form} found=${useLosses(terms)} note=${note} />`;
}
