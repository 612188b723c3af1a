// @ts-check
// A refill moved by hand.

import { put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { noted, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toastSaved } from "../../../ui/toast.js";

/** @param {any} refill */
export const isOpen = (refill) => ["pending", "in_progress"].includes(refill.status);

/** @param {{refill: any, done: () => void, close: () => void}} props */
export function RefillDialog({ refill, done, close }) {
  const path = `/api/admin/refills/${refill.id}`;
  const form = useForm(
    { status: "in_progress", reason: "" },
    async ({ status, reason }) => {
      await put(path, { status, reason: reason.trim() || null });
      toastSaved({ status });
      done();
    },
    undefined,
    { draft: `refill ${refill.id}`, asks: true },
  );
  const again = async () => {
    await put(path, { status: "pending" });
    toastSaved({ status: "pending" });
    done();
  };
  const options = ["in_progress", "completed", "rejected"].map((value) => ({
    value,
    text: t(`status.refill.${value}`),
  }));
  return html`
    <${Dialog} title=${t("refills.decide_title", { id: refill.id })} close=${close}>
      ${
        refill.dispatch === "review" &&
        html`
        <${Notice} kind="warning">${t("refills.parked_lead")}<//>
        ${refill.note_coded && html`<p class="text-break"><bdi>${noted(refill.note_coded)}</bdi></p>`}
        <div class="mb-3"><${Button} work=${again}>${t("refills.again")}<//></div>`
      }
      <${FormBox} form=${form}>
        <${Field} form=${form} name="status" label=${t("refills.state")} options=${options} required />
        <${Field} form=${form} name="reason" label=${t("refills.reason")} most=${500} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("refills.set")}<//>
      <//>
    <//>`;
}
