// @ts-check
// The same status for many orders, in one commit: what it comes to is shown first.

import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Failed } from "../../../ui/empty.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";
import { Bulk } from "../desk/bulk.js";
import { Confirm } from "./bulk-dialog.js";
import { goesOn, nextStatuses } from "./order-actions.js";
import { usePlan } from "./plan.js";

const PATH = "/api/admin/orders/bulk";
/** So many of those that are left out for one reason are named. */
const NAMED = 8;
const ENDED = ["completed", "partial"];

/** @typedef {import("../desk/every.js").Meant} Meant */

/** @param {{selection: import("../../../ui/selection.js").Selection, rows: any[],
 *   every: import("../desk/every.js").Every, reload: () => void}} props */
export function OrderBulk({ selection, rows, every, reload }) {
  // Kept as they were when asked: a row may leave the list while it is changed.
  const [asked, ask] = useState(/** @type {{status: string, meant: Meant} | null} */ (null));
  const { chosen, clear } = selection;
  if (!chosen.length && !asked) return null;
  const end = (/** @type {boolean} */ finished) => {
    ask(null);
    if (finished) clear();
  };
  const { meant, label } = every;
  const isEvery = "filter" in meant.body;
  // Of those that are not loaded nobody knows what they cost, and where they can go.
  const sum = isEvery ? "" : money(chosen.reduce((all, order) => all + order.paid, 0));
  return html`
    <${Bulk} label=${label} sum=${sum} selection=${selection} rows=${rows} every=${every}>
      ${["processing", "in_progress", "completed", "canceled"].map((status) => {
        const fits = isEvery || chosen.some((order) => nextStatuses(order).includes(status));
        return html`<span key=${status} title=${fits ? undefined : t("orders.bulk_none")}>
          <${Button} disabled=${!fits} work=${() => ask({ status, meant })}>
            ${t(`status.order.${status}`)}<//></span>`;
      })}
    <//>
    ${asked && html`<${StatusBulk} ...${asked} reload=${reload} close=${end} />`}`;
}

/** @param {{meant: Meant, status: string, reload: () => void, close: (finished: boolean) => void}} props */
function StatusBulk({ meant, status, reload, close }) {
  const { plan, error, again } = usePlan(PATH, { ...meant.body, status });
  const set = async () => {
    const expected = "filter" in meant.body ? { expected: plan.items.length } : {};
    const body = { ...meant.body, ...expected, status, plan: plan.plan };
    // It may have been done although no answer came.
    const done = await post(PATH, body).catch((refused) => {
      again();
      reload();
      throw refused;
    });
    const said = done.refunded ? "orders.bulk_done_refund" : "orders.bulk_done";
    toast(t(said, { count: done.changed, amount: money(done.refunded) }));
    reload();
    close(true);
  };
  let why = "";
  if (!plan && !error) why = t("bulk.wait.reading");
  else if (plan && !plan.changed) why = t("bulk.wait.nothing");
  const count = plan?.changed ?? meant.count;
  return html`
    <${Dialog} title=${t("orders.bulk_title", { count, status: t(`status.order.${status}`) })}
      close=${() => close(false)}>
      ${
        error
          ? html`<${Failed} error=${error} retry=${again} />`
          : html`
            ${plan && html`<${Effect} plan=${plan} status=${status} />`}
            <${Confirm} kind=${status === "canceled" ? "danger" : "primary"} work=${set} why=${why} />`
      }
    <//>`;
}

/** What happens to the money, and what is left out. @param {{plan: any, status: string}} props */
const Effect = ({ plan, status }) => {
  const { items, changed, refused, refunded } = plan;
  const stay = items.length - changed - refused;
  const moved = items.filter((/** @type {any} */ { action }) => action === "changed");
  const isOn = (/** @type {any} */ item) => goesOn(item, status);
  const ended = moved.filter((/** @type {any} */ one) => ENDED.includes(one.status_before) && one.refunded > 0).length;
  const parts = moved.filter((/** @type {any} */ one) => one.status !== status).length;
  return html`
    <${Notice} kind=${refunded ? "warning" : "info"}>
      ${refunded ? t("orders.bulk_refund", { amount: money(refunded) }) : t("orders.bulk_no_refund")}
    <//>
    ${ended > 0 && html`<${Notice} kind="warning">${t("orders.bulk_ended", { count: ended })}<//>`}
    ${
      parts > 0 &&
      html`<${Notice} kind="info">
        ${t("orders.bulk_partial", { count: parts, status: t("status.order.partial") })}<//>`
    }
    ${moved.some(isOn) && html`<${Notice} kind="warning">${t("order_actions.goes_on")}<//>`}
    ${stay > 0 && html`<p>${t("orders.bulk_stay", { count: stay })}</p>`}
    ${
      refused > 0 &&
      html`
      <p class="mb-1">${t("orders.bulk_left_out", { count: refused })}</p>
      <ul>${reasons(items).map((text) => html`<li key=${text}>${text}</li>`)}</ul>`
    }`;
};

/** Why some are left out, each reason once, with those that it holds for. @param {any[]} items */
function reasons(items) {
  const left = items.filter(({ reason }) => reason);
  return [...new Set(left.map(({ reason }) => reason))].map((reason) => {
    const ids = left.filter((item) => item.reason === reason).map(({ id }) => `#${id}`);
    const named = `${ids.slice(0, NAMED).join(", ")}${ids.length > NAMED ? ", …" : ""}`;
    return t("orders.bulk_why", { count: ids.length, why: t(`refusal.${reason}`), named });
  });
}
