// @ts-check
// A deposit settled by hand: the money is credited, or there is none.

import { put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { AMOUNT, whole } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { toast } from "../../../ui/toast.js";

/** @typedef {{deposit: any, done: (deposit: any) => void, close: () => void}} Props */

/** @param {Props} props */
export function ApproveDialog({ deposit, done, close }) {
  const approve = async (/** @type {Record<string, string>} */ { amount, note }) => {
    const body = { amount: whole(amount, AMOUNT), note: note.trim() || null };
    done(await put(`/api/admin/deposits/${deposit.id}/approve`, body));
    toast(t("deposits.approved", { code: deposit.code }));
  };
  const form = useForm(
    { amount: String(deposit.amount), note: "" },
    approve,
    (values) => wrongNumbers(values, { amount: AMOUNT }),
    { draft: `approve ${deposit.id}`, asks: true },
  );
  const amount = whole(form.values.amount, AMOUNT);
  return html`
    <${Dialog} title=${t("deposits.approve_title", { code: deposit.code })} close=${close}>
      <${FormBox} form=${form}>
        <${NumberField} form=${form} name="amount" label=${t("deposits.credit")} kind=${AMOUNT} required
          shown=${(/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) })} />
        <${Field} form=${form} name="note" label=${t("deposits.note")} most=${500} />
        ${
          amount !== null &&
          !form.failure &&
          html`<${Notice} kind="warning">
            ${t("deposits.approve_effect", { name: deposit.username, amount: money(amount) })}
          <//>`
        }
        <${Button} submit kind="primary" busy=${form.busy}>${t("deposits.approve")}<//>
      <//>
    <//>`;
}

/** @param {Props} props */
export function RejectDialog({ deposit, done, close }) {
  const form = useForm(
    { note: "" },
    async ({ note }) => {
      done(await put(`/api/admin/deposits/${deposit.id}/reject`, { note }));
      toast(t("deposits.rejected", { code: deposit.code }));
    },
    ({ note }) => (note.trim() ? {} : { note: t("deposits.note_needed") }),
    { draft: `reject ${deposit.id}`, asks: true },
  );
  return html`
    <${Dialog} title=${t("deposits.reject_title", { code: deposit.code })} close=${close}>
      <${FormBox} form=${form}>
        <p>${t("deposits.reject_effect", { amount: money(deposit.amount) })}</p>
        <${Field} form=${form} name="note" label=${t("deposits.note")} required most=${500} />
        <${Button} submit kind="danger" busy=${form.busy}>${t("deposits.reject")}<//>
      <//>
    <//>`;
}
