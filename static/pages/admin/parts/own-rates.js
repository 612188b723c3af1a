// @ts-check
// What a customer pays for single services instead of their general rates.

import { html, useState } from "../../../lib/dom.js";
import { rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { Empty, Failed } from "../../../ui/empty.js";
import { Table } from "../../../ui/table.js";
import { OwnRateDialog, RemoveOwnRate } from "./own-rate-dialog.js";

/** @typedef {{service_id: number, rate: string, allow_loss: boolean, counts: boolean, service_name: string,
 *   service_rate: string, rate_per: string, cost: string | null, active: boolean}} OwnRate */

/** @param {{user: any}} props */
export function OwnRates({ user }) {
  const answer = useAnswer(`/api/admin/users/${user.id}/rates`);
  const [opened, open] = useState(/** @type {{dialog: any, line?: OwnRate} | null} */ (null));
  const rates = /** @type {OwnRate[] | undefined} */ (answer.data?.rates);
  const done = (/** @type {any} */ after) => {
    answer.set(after);
    open(null);
  };
  const add = html`<${Button} icon="plus" work=${() => open({ dialog: OwnRateDialog })}>${t("user.rate_add")}<//>`;
  const Opened = opened?.dialog;
  return html`
    <${Card} title=${t("user.rates")} actions=${rates && add} flush>
      ${!rates && answer.error && html`<${Failed} error=${answer.error} retry=${answer.reload} />`}
      ${rates?.length === 0 && html`<${Empty} icon="tag" title=${t("user.rates_none")}>${t("user.rates_lead")}<//>`}
      ${
        rates &&
        rates.length > 0 &&
        html`<${Table} label=${t("user.rates")} rows=${rates} columns=${columns(open)}
          id=${(/** @type {OwnRate} */ line) => line.service_id} />`
      }
      ${
        Opened &&
        html`<${Opened} user=${user} rates=${rates} line=${opened?.line} done=${done} close=${() => open(null)} />`
      }
    <//>`;
}

/** @param {(what: {dialog: any, line: OwnRate}) => void} open @returns {import("../../../ui/table.js").Column[]} */
const columns = (open) => [
  {
    label: t("orders.service"),
    class: "service-name",
    cell: (line) => html`<a href=${`/admin/services?search=%23${line.service_id}`}>${line.service_id}</a>${" · "}
      <bdi>${line.service_name}</bdi>`,
  },
  { label: t("user.rate_general"), number: true, cell: (line) => rate(line.service_rate) },
  { label: t("services.cost"), number: true, cell: (line) => (line.cost === null ? "–" : rate(line.cost)) },
  { label: t("user.rate"), number: true, cell: (line) => html`<${Own} line=${line} />` },
  {
    label: t("common.actions"),
    cell: (line) => html`
      <div class="btn-list flex-nowrap">
        <${Button} small icon="edit" label=${t("user.rate_edit_of", { id: line.service_id })}
          work=${() => open({ dialog: OwnRateDialog, line })} />
        <${Button} small icon="trash" label=${t("user.rate_remove_of", { id: line.service_id })}
          work=${() => open({ dialog: RemoveOwnRate, line })} />
      </div>`,
  },
];

/** @param {{line: OwnRate}} props */
const Own = ({ line }) => html`
  ${line.counts ? rate(line.rate) : html`<del class="text-secondary">${rate(line.rate)}</del>`}
  ${!line.counts && html`<div class="amount-out small">${t("user.rate_over")}</div>`}
  ${line.allow_loss && html`<div class="text-secondary small">${t("user.rate_at_loss")}</div>`}`;
