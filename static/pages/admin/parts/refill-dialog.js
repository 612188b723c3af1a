// @ts-check
// A refill moved by hand.

import { put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { ago, moment, noted, number, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { LinkText } from "../../../ui/link-text.js";
import { Notice } from "../../../ui/notice.js";
import { toastSaved } from "../../../ui/toast.js";
import { UserLink } from "./user-link.js";
import { linkLabel } from "../../parts/link-label.js";

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
    // The customer waits for it, and it is final.
    ({ status, reason }) => (status === "rejected" ? missing({ reason }, ["reason"]) : {}),
    { draft: `refill ${refill.id}`, asks: true },
  );
  const again = async () => {
    await put(path, { status: "pending" });
    toastSaved({ status: "pending" });
    done();
  };
  // The provider has it, so it is not sent again.
  const wasThere = refill.note_coded?.code === "open_in_backup";
  const isRejected = form.values.status === "rejected";
  const options = ["in_progress", "completed", "rejected"].map((value) => ({
    value,
    text: t(`status.refill.${value}`),
  }));
  return html`
    <${Dialog} title=${t("refills.decide_title", { id: refill.id })} close=${close}>
      <${Facts} refill=${refill} />
      ${
        refill.dispatch === "review" &&
        html`
        <${Notice} kind="warning">${t(wasThere ? "refills.restored_lead" : "refills.parked_lead")}<//>
        ${refill.note_coded && html`<p class="text-break"><bdi>${noted(refill.note_coded)}</bdi></p>`}
        <div class="mb-3"><${Button} work=${again}>${t(wasThere ? "refills.follow" : "refills.again")}<//>
        </div>`
      }
      <${FormBox} form=${form}>
        <${Field} form=${form} name="status" label=${t("refills.state")} options=${options} required />
        <${Field} form=${form} name="reason" most=${500} required=${isRejected}
          label=${t(isRejected ? "refills.why" : "refills.reason")}
          hint=${isRejected && t("refills.rejected_hint")} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("refills.set")}<//>
      <//>
    <//>`;
}

/** What was ordered, and since when its customer waits. @param {{refill: any}} props */
const Facts = ({ refill }) => html`
  <dl class="facts">
    <dt>${t("refills.order")}</dt><dd><a href=${`/admin/orders/${refill.order_id}`}>${refill.order_id}</a></dd>
    <dt>${t("orders.user")}</dt><dd><${UserLink} id=${refill.user_id} name=${refill.username} /></dd>
    <dt>${t("orders.service")}</dt><dd>${refill.service_id} · <bdi>${refill.service_name}</bdi></dd>
    <dt>${linkLabel(refill.link)}</dt><dd><${LinkText} text=${refill.link} /></dd>
    <dt>${t("orders.quantity")}</dt><dd>${number(refill.quantity)}</dd>
    <dt>${t("orders.start")}</dt><dd>${number(refill.start_count)}</dd>
    <dt>${t("refills.asked_at")}</dt><dd>${ago(refill.created_at)} · ${moment(refill.created_at)}</dd>
  </dl>`;
