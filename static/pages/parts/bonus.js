// @ts-check
// What a deposit brings beside the money, and codes that bring some by themselves.

import { post } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { money, percent, t } from "../../lib/i18n.js";
import { refresh, site } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { toast } from "../../ui/toast.js";

/** The bonus on deposits, and what it comes to. @param {{amount: number | null}} props */
export function BonusSteps({ amount }) {
  /** @type {{from: number, percent: number}[]} */
  const steps = site.value.bonus ?? [];
  if (!steps.length) return null;
  const paid = amount ?? 0;
  const reached = steps.findLast((step) => step.from <= paid);
  const bonus = reached ? Math.floor((paid * reached.percent) / 100) : 0;
  return html`
    <div class="mb-3">
      <ul class="bonus-steps list-inline mb-1">
        ${steps.map(
          (step) => html`<li key=${step.from} class="list-inline-item">
            <span class=${`badge ${step === reached ? "bg-green-lt" : "bg-secondary-lt"}`}>
              ${t("coupon.step", { from: money(step.from), percent: percent(step.percent) })}</span></li>`,
        )}
      </ul>
      <div class="small text-secondary" aria-live="polite">
        ${bonus > 0 ? t("coupon.brings", { amount: money(bonus) }) : t("coupon.brings_none")}</div>
    </div>`;
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
