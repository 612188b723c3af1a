// @ts-check
// A customer's wish that an order be canceled, granted or refused by hand.

import { post, put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { moment, money, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";
import { goesOn, Money, usePreview } from "./order-actions.js";

/** Whether the customer waits for it. @param {any} order */
export const isCancelOpen = (order) =>
  order.cancel?.state === "asked" && !["completed", "partial", "canceled"].includes(order.status);

/** @param {{order: any, done: (order: any) => void, close: () => void}} props */
export function CancelDialog({ order, done, close }) {
  const { id } = order;
  const amount = money(order.charge - order.refunded);
  const grant = async () => {
    done(await put(`/api/admin/orders/${id}/status`, { status: "canceled" }));
    toast(t("cancel_request.granted", { id }));
  };
  const form = useForm(
    { detail: "" },
    async ({ detail }) => {
      done(await post(`/api/admin/orders/${id}/refuse-cancel`, { detail: detail.trim() || null }));
      toast(t("cancel_request.refused", { id }));
    },
    undefined,
    { draft: `refuse cancel ${id}`, asks: true },
  );
  const since = moment(order.cancel.requested_at);
  const may = !["sending", "review"].includes(order.dispatch);
  const preview = usePreview(order, { status: "canceled" }, { failure: null, busy: !may });
  return html`
    <${Dialog} title=${t("cancel_request.title", { id })} close=${close}>
      <p>${t("cancel_request.lead", { time: since, amount })}</p>
      ${goesOn(order, "canceled") && html`<${Notice} kind="info">${t("cancel_request.provider")}<//>`}
      ${
        may &&
        html`
        ${preview.said && html`<${Money} order=${order} ...${preview} />`}
        <div class="mb-3"><${Button} kind="danger" work=${grant}>${t("cancel_request.grant", { amount })}<//></div>
        <hr class="mb-3" />`
      }
      <${FormBox} form=${form} label=${t("cancel_request.refuse")}>
        <${Field} form=${form} name="detail" label=${t("cancel_request.detail")} most=${500} />
        <${Button} submit busy=${form.busy}>${t("cancel_request.refuse")}<//>
      <//>
    <//>`;
}
