// @ts-check
// The bonus on deposits, step by step.

import { html, useState } from "../../../lib/dom.js";
import { money, percent, t } from "../../../lib/i18n.js";
import { PERCENT, WHOLE, whole } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { NumberField } from "../../../ui/number-field.js";
import { Section } from "../settings/section.js";
import { bestOf, lossesUnder, LossQuestion, unanswered, useLosses } from "./loss.js";

const asMoney = (/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) });
const asPercent = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });

/** As many as the server takes. */
const MOST = 10;

/** @typedef {{from: number, percent: number}} Step */

/** What the best bonus makes of prices, for buyers of the best tier; null: it was not raised.
 * @param {number[]} percents @param {any} settings */
function terms(percents, settings) {
  const best = Math.max(0, ...percents);
  const before = Math.max(0, ...settings.bonus.map((/** @type {Step} */ step) => step.percent));
  return best > before ? { discount_percent: bestOf(settings), bonus_percent: best } : null;
}

/** @param {{settings: any, saved: (settings: any) => void}} props */
export function BonusForm({ settings, saved }) {
  /** @type {[Step[], (steps: Step[]) => void]} */
  const [steps, setSteps] = useState(settings.bonus);
  const rows = steps.map((step, at) => ({ step, from: `bonus[${at}].from`, share: `bonus[${at}].percent` }));
  /** @type {Record<string, any>} */
  const first = { allow_loss: false };
  /** @type {Record<string, import("../../../lib/number.js").Kind>} */
  const numbers = {};
  for (const { step, from, share } of rows) {
    Object.assign(first, { [from]: String(step.from), [share]: String(step.percent) });
    Object.assign(numbers, { [from]: WHOLE, [share]: PERCENT });
  }
  const typed = (/** @type {Record<string, any>} */ values) =>
    rows.map(({ step, from, share }) => ({
      from: whole(values[from] ?? step.from) ?? step.from,
      percent: whole(values[share] ?? step.percent, PERCENT) ?? step.percent,
    }));
  const under = (/** @type {any} */ values) =>
    terms(
      typed(values).map((step) => step.percent),
      settings,
    );
  const check = async (/** @type {any} */ values) =>
    unanswered(values, await lossesUnder(under(values)), t("coupons.loss_needed"));
  const keep = (/** @type {any} */ next) => {
    saved(next);
    setSteps(next.bonus);
  };
  const change = (/** @type {any} */ form, /** @type {Step[]} */ next) => {
    setSteps(next);
    next.forEach((step, at) => {
      form.set(`bonus[${at}].from`, String(step.from));
      form.set(`bonus[${at}].percent`, String(step.percent));
    });
  };
  const add = (/** @type {any} */ form) => {
    const last = typed(form.values).at(-1);
    change(form, [
      ...typed(form.values),
      { from: last ? last.from * 2 || 100_000 : 100_000, percent: last?.percent ?? 5 },
    ]);
  };
  const fields = (/** @type {any} */ form) => html`
    <p class="text-secondary">${t(rows.length ? "coupons.bonus_lead" : "coupons.bonus_none")}</p>
    ${rows.map(
      ({ from, share }, at) => html`
      <div class="row" key=${at}>
        <div class="col-6"><${NumberField} form=${form} name=${from} label=${t("coupons.from")} explains="always"
          required shown=${asMoney} /></div>
        <div class="col-4"><${NumberField} form=${form} name=${share} label=${t("coupons.percent")} kind=${PERCENT}
          required shown=${asPercent} /></div>
        <div class="col-2 pt-4"><${Button} icon="x" label=${t("coupons.remove_step", { number: at + 1 })}
          work=${() =>
            change(
              form,
              typed(form.values).filter((_, other) => other !== at),
            )} /></div>
      </div>`,
    )}
    ${
      rows.length < MOST &&
      html`<div class="mb-3">
        <${Button} icon="plus" work=${() => add(form)}>${t("coupons.add_step")}<//></div>`
    }
    <${BonusLosses} form=${form} terms=${under(form.values)} />`;
  return html`
    <${Section} id="bonus" title=${t("settings.bonus")} first=${first} numbers=${numbers} check=${check} saved=${keep}
      always isOpen body=${(/** @type {any} */ _, /** @type {any} */ values) => ({ bonus: typed(values) })}
      fields=${fields} />`;
}

/** @param {{form: any, terms: any}} props */
function BonusLosses({ form, terms }) {
  const note = terms ? t("coupons.loss_note", { bonus: percent(terms.bonus_percent) }) : undefined;
  return html`<${LossQuestion} form=${form} found=${useLosses(terms)} note=${note} />`;
}
