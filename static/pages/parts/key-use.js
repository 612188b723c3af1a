// @ts-check
// How a key of the reseller API is used.

import { html } from "../../lib/dom.js";
import { moment, number, t } from "../../lib/i18n.js";

/** Calls, and those that came to nothing. @param {{of: {calls: number, refused: number, limited: number}}} props */
const Calls = ({ of: { calls, refused, limited } }) => html`
  <span class="tabular">${number(calls)}</span>
  ${refused > 0 && html`<div class="text-secondary small">${t("reseller.refused", { count: refused })}</div>`}
  ${limited > 0 && html`<div class="text-secondary small">${t("reseller.limited", { count: limited })}</div>`}`;

/** @returns {import("../../ui/table.js").Column[]} */
export const keyColumns = () => [
  { label: t("reseller.key_name"), cell: (key) => html`<bdi class="text-break">${key.name}</bdi>` },
  { label: t("reseller.made"), cell: (key) => moment(key.created_at) },
  {
    label: t("reseller.last_used"),
    cell: (key) => html`${key.last_used_at ? moment(key.last_used_at) : t("reseller.never_used")}
      ${key.last_address && html`<div class="text-secondary small"><bdi>${key.last_address}</bdi></div>`}`,
  },
  { label: t("reseller.today"), number: true, cell: (key) => html`<${Calls} of=${key.today} />` },
  { label: t("reseller.days_30"), number: true, cell: (key) => html`<${Calls} of=${key.days_30} />` },
];
