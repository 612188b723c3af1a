// @ts-check
// A coupon, made or changed.

import { post, put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { money, percent, t } from "../../../lib/i18n.js";
import { AMOUNT, PERCENT, whole } from "../../../lib/number.js";
import { now } from "../../../lib/time.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";
import { bestDiscount, lossesUnder, LossQuestion, unanswered, useBestDiscount, useLosses } from "./loss.js";

/** @param {any} coupon */
export const isOver = ({ ends_at, limit, used }) =>
  (ends_at !== null && new Date(ends_at).getTime() <= now()) || (limit !== null && used >= limit);

/** The end of a day in Vietnam, and the day that ends so. */
const endOf = (/** @type {string} */ day) => (day ? `${day}T17:00:00Z` : null);
const dayOf = (/** @type {string | null} */ at) => (at ? at.slice(0, 10) : "");

const asMoney = (/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) });
const asPercent = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });

/** The share of a deposit that it comes to at most, in percent. @param {any} values */
function share({ kind, value, min_deposit }) {
  const [brings, least] = [whole(value, kind === "percent" ? PERCENT : AMOUNT), whole(min_deposit || "0")];
  if (kind === "percent") return brings ?? 0;
  return kind === "amount" && brings && least ? Math.min(100, Math.ceil((100 * brings) / least)) : 0;
}

/** Its numbers, and how they are read: those that are blank are none. @param {any} values */
function numbersOf(values) {
  /** @type {Record<string, import("../../../lib/number.js").Kind>} */
  const kinds = { value: values.kind === "percent" ? { ...PERCENT, min: 1 } : AMOUNT };
  for (const name of ["max_bonus", "min_deposit", "limit", "per_user"]) if (values[name].trim()) kinds[name] = AMOUNT;
  return kinds;
}

/** @param {{coupon: any, done: () => void, close: () => void}} props null: a new one */
export function CouponDialog({ coupon, done, close }) {
  const text = (/** @type {number | null | undefined} */ number) => (number ? String(number) : "");
  const form = useForm(
    {
      code: coupon?.code ?? "",
      kind: coupon?.kind ?? "percent",
      value: text(coupon?.value),
      max_bonus: text(coupon?.max_bonus),
      min_deposit: text(coupon?.min_deposit),
      limit: text(coupon?.limit),
      per_user: coupon ? text(coupon.per_user) : "1",
      ends_at: dayOf(coupon?.ends_at ?? null),
      allow_loss: false,
    },
    async (values, changed) => {
      const read = (/** @type {string} */ name) => whole(values[name] || "");
      const wish = {
        value: read("value"),
        max_bonus: values.kind === "percent" ? read("max_bonus") : null,
        min_deposit: values.kind === "free" ? 0 : (read("min_deposit") ?? 0),
        limit: read("limit"),
        per_user: read("per_user"),
        // Another end than that of a day stays.
        ...("ends_at" in changed && { ends_at: endOf(values.ends_at) }),
      };
      if (coupon) await put(`/api/admin/coupons/${coupon.id}`, wish);
      else await post("/api/admin/coupons", { code: values.code, kind: values.kind, ...wish });
      toastSaved(wish);
      done();
    },
    async (values) => ({
      ...missing(values, ["code"]),
      ...wrongNumbers(values, numbersOf(values)),
      ...unanswered(values, await lossesUnder(await termsOf(values, coupon)), t("coupons.loss_needed")),
    }),
    { draft: coupon ? `coupon ${coupon.id}` : "coupon", asks: true },
  );
  const { kind } = form.values;
  const kinds = ["percent", "amount", "free"].map((value) => ({ value, text: t(`coupons.kinds.${value}`) }));
  const title = coupon ? t("coupons.edit", { code: coupon.code }) : t("coupons.add");
  return html`
    <${Dialog} title=${title} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="code" label=${t("coupon.code")} hint=${t("coupons.code_hint")} most=${32}
          disabled=${Boolean(coupon)} autocomplete="off" spellcheck=${false} required />
        <${Field} form=${form} name="kind" label=${t("coupons.kind")} options=${kinds} disabled=${Boolean(coupon)}
          required />
        ${
          kind === "percent"
            ? html`<${NumberField} form=${form} name="value" label=${t("coupons.percent")} kind=${PERCENT}
                shown=${asPercent} required />
              <${NumberField} form=${form} name="max_bonus" label=${t("coupons.max_bonus")} shown=${asMoney}
                hint=${t("coupons.blank_none")} />`
            : html`<${NumberField} form=${form} name="value" label=${t("coupons.amount")} kind=${AMOUNT}
                shown=${asMoney} required />`
        }
        ${
          kind !== "free" &&
          html`<${NumberField} form=${form} name="min_deposit" label=${t("coupons.min_deposit")} shown=${asMoney}
            hint=${t("coupons.blank_none")} />`
        }
        <${NumberField} form=${form} name="limit" label=${t("coupons.limit")} hint=${t("coupons.blank_none")} />
        <${NumberField} form=${form} name="per_user" label=${t("coupons.per_user")} hint=${t("coupons.blank_none")} />
        <${Field} form=${form} name="ends_at" type="date" label=${t("coupons.last_day")}
          hint=${t("coupons.blank_none")} />
        <${CouponLosses} form=${form} coupon=${coupon} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
      <//>
    <//>`;
}

/** What its bonus makes of prices, for buyers of the best tier; null: no more than before. @param {any} values
 * @param {any} coupon */
async function termsOf(values, coupon) {
  const percent = share(values);
  return raised(percent, coupon) ? { discount_percent: await bestDiscount(), bonus_percent: percent } : null;
}

/** @param {number} percent @param {any} coupon */
const raised = (percent, coupon) =>
  percent > (coupon ? share({ ...coupon, value: String(coupon.value), min_deposit: String(coupon.min_deposit) }) : 0);

/** @param {{form: any, coupon: any}} props */
function CouponLosses({ form, coupon }) {
  const [best, bonus] = [useBestDiscount(), share(form.values)];
  const terms = best !== null && raised(bonus, coupon) ? { discount_percent: best, bonus_percent: bonus } : null;
  const note = t("coupons.loss_note", { bonus: percent(bonus) });
  return html`<${LossQuestion} form=${form} found=${useLosses(terms)} note=${note} />`;
}
