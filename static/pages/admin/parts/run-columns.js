// @ts-check
// How a run stands at its provider, beside what its customer sees.

import { html } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { Status } from "../../../ui/status.js";

/** For admins. @type {() => import("../../../ui/table.js").Column[]} */
export const atProvider = () => [
  {
    label: t("order.provider_order"),
    cell: (run) => html`<bdi class="text-break">${run.provider_order_id ?? "–"}</bdi>`,
  },
  { label: t("order.dispatch"), cell: (run) => html`<${Status} of="dispatch" value=${run.dispatch} />` },
  { label: t("orders.cost"), number: true, cell: (run) => money(run.cost) },
];
