// @ts-check
// Money on the account that is no customer's is set aside with a reason, so that it waits for nobody.

import { post } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";

/** @param {{transaction: any, done: (transaction: any) => void, close: () => void}} props */
export function AsideDialog({ transaction, done, close }) {
  const form = useForm(
    { reason: "" },
    async ({ reason }) => {
      done(await post(`/api/admin/bank-transactions/${transaction.id}/ignore`, { reason }));
      toast(t("bank.set_aside"));
    },
    ({ reason }) => (reason.trim() ? {} : { reason: t("bank.aside_needed") }),
    { draft: `aside ${transaction.id}`, asks: true },
  );
  return html`
    <${Dialog} title=${t("bank.aside_title", { amount: money(transaction.amount) })} close=${close}>
      <${FormBox} form=${form}>
        <p class="text-break">${t("bank.content")}: <bdi>${transaction.content || "–"}</bdi></p>
        <${Field} form=${form} name="reason" label=${t("bank.aside_reason")} required most=${1000}
          hint=${t("bank.aside_hint")} />
        <${Notice} kind="info">${t("bank.aside_effect")}<//>
        <${Button} submit kind="primary" busy=${form.busy}>${t("bank.aside")}<//>
      <//>
    <//>`;
}

/** Brings back what was set aside. @param {any} transaction */
export async function bringBack(transaction) {
  const after = await post(`/api/admin/bank-transactions/${transaction.id}/unignore`);
  toast(t("bank.brought_back"));
  return after;
}
