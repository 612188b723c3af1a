// @ts-check
// What a deposit brings beside the money, and codes that bring some by themselves.

import { post, session } from "../../lib/api.js";
import { html, useEffect, useLayoutEffect, useState } from "../../lib/dom.js";
import { keep } from "../../lib/drafts.js";
import { money, percent, sentence, t } from "../../lib/i18n.js";
import { refresh, site } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { toast } from "../../ui/toast.js";

/** @typedef {{from: number, percent: number}} Step of the bonus on deposits */

/** @returns {Step[]} */
const stepsOf = () => site.value.bonus ?? [];

/** The step that so much money reaches, if any. @param {number} paid */
const stepAt = (paid) => stepsOf().findLast((step) => step.from <= paid);

/** What so much money brings by itself. @param {number} paid */
const bonusOf = (paid) => Math.floor((paid * (stepAt(paid)?.percent ?? 0)) / 100);

/** What a code brings to so much money: of the two bonuses only the larger comes. @param {number} ofCode
 * @param {number} own */
function withCode(ofCode, own) {
  if (ofCode <= own) return t("coupon.code_not_better");
  return t(own ? "coupon.code_instead" : "coupon.with_code", { amount: money(ofCode) });
}

/** The bonus on deposits, and what it comes to. @param {{amount: number | null}} props */
export function BonusSteps({ amount }) {
  const steps = stepsOf();
  if (!steps.length) return null;
  const reached = stepAt(amount ?? 0);
  const bonus = bonusOf(amount ?? 0);
  return html`
    <div class="mb-3">
      <ul class="bonus-steps list-inline mb-1">
        ${steps.map(
          (step) => html`<li key=${step.from} class="list-inline-item">
            <span class=${`badge ${step === reached ? "status-green" : "status-secondary"}`}>
              ${t("coupon.step", { from: money(step.from), percent: percent(step.percent) })}</span></li>`,
        )}
      </ul>
      <div class="small text-secondary" aria-live="polite">
        ${bonus > 0 ? t("coupon.brings", { amount: money(bonus) }) : t("coupon.brings_none")}</div>
    </div>`;
}

const PAUSE_MS = 400;

/** Whether so much can be asked for: otherwise it brings nothing. @param {number | null} amount */
const canBe = (amount) => amount !== null && amount >= site.value.deposit_min && amount <= site.value.deposit_max;

/** What will come beside the money of a deposit that waits, were it paid now. @param {{deposit: any}} props */
export function Expected({ deposit: { status, amount, coupon } }) {
  const code = status === "pending" && coupon?.code;
  const [ofCode, setOfCode] = useState(0);
  useEffect(() => {
    // Who sees the panel as somebody else only reads. A code that counts no more brings nothing.
    if (code && !session.headers.Authorization)
      post("/api/payment/coupon", { code, amount }).then(
        ({ bonus }) => setOfCode(bonus),
        () => setOfCode(0),
      );
  }, [code, amount]);
  const own = status === "pending" ? bonusOf(amount) : 0;
  if (!code && !own) return null;
  const brings = own ? t("coupon.brings", { amount: money(own) }) : "\u00a0";
  return html`<div class="amount-in mt-2" role="status">
    ${ofCode > own ? withCode(ofCode, own) : brings}</div>`;
}

/** A coupon's code, with what it would bring. It is looked up when its field is left: wrong ones are counted.
 * @param {{form: import("../../ui/form.js").Form, amount: number | null, draft: string}} props `draft`: that of the
 *   form, in which no code that was refused is kept */
export function CouponField({ form, amount, draft }) {
  const { values, errors } = form;
  useLayoutEffect(() => {
    if (errors.coupon) keep(draft, { ...values, coupon: "" });
  }, [values, errors.coupon]);
  const [code, setCode] = useState("");
  const [known, setKnown] = useState({ asked: "", bonus: /** @type {number | null} */ (null) });
  const typed = form.values.coupon.trim();
  const asked = code && code === typed && canBe(amount) ? JSON.stringify({ code, amount }) : "";
  useEffect(() => {
    if (!asked) return;
    const look = () =>
      post("/api/payment/coupon", JSON.parse(asked)).then(
        ({ bonus }) => setKnown({ asked, bonus }),
        (error) => {
          setCode("");
          form.complain("coupon", sentence(error));
        },
      );
    const timer = setTimeout(look, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const bonus = asked && known.asked === asked ? known.bonus : null;
  const brings = bonus !== null && html`<strong>${withCode(bonus, bonusOf(amount ?? 0))}</strong>`;
  return html`<${Field} form=${form} name="coupon" label=${t("coupon.code")} most=${32} autocomplete="off"
    spellcheck=${false} onBlur=${() => setCode(typed)}
    hint=${html`<div>${t("coupon.hint")}</div><div class="understood" aria-live="polite">${brings}</div>`} />`;
}

/** What was given beside, and why a coupon brought nothing. @param {{deposit: any}} props */
export const CameOf = ({ deposit: { bonus, coupon } }) => html`
  ${bonus > 0 && html`<div>${t("coupon.given", { amount: money(bonus) })}</div>`}
  ${
    coupon?.outcome &&
    coupon.outcome !== "counted" &&
    html`<div>${t(`coupon.outcome.${coupon.outcome}`, { code: coupon.code })}</div>`
  }`;

/** A code that brings money by itself. */
export function Gift() {
  const form = useForm(
    { coupon: "" },
    async ({ coupon }) => {
      const { amount } = await post("/api/user/coupons", { code: coupon.trim() });
      toast(t("coupon.redeemed", { amount: money(amount) }));
      form.set("coupon", "");
      refresh();
    },
    (values) => missing(values, ["coupon"]),
  );
  return html`
    <${Card} title=${t("coupon.gift")}>
      <${FormBox} form=${form} label=${t("coupon.gift")}>
        <${Field} form=${form} name="coupon" label=${t("coupon.gift")} hint=${t("coupon.gift_hint")} required most=${32}
          autocomplete="off" spellcheck=${false} />
        <${Button} submit icon="gift" busy=${form.busy}>${t("coupon.redeem")}<//>
      <//>
    <//>`;
}
