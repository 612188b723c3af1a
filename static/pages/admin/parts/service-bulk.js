// @ts-check
// Many services on or off sale, one by one; what the server plans for them is another dialog's.

import { put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { useForm } from "../../../ui/form.js";
import { Bulk } from "../desk/bulk.js";
import { BulkDialog } from "./bulk-dialog.js";
import { buyersNote, losses, LossQuestion, useBestTier } from "./loss.js";
import { PlannedBulk } from "./service-prices.js";

/** @typedef {import("../desk/every.js").Meant} Meant */

/** @param {{selection: import("../../../ui/selection.js").Selection, rows: any[],
 *   every: import("../desk/every.js").Every, replace: (service: any) => void,
 *   reload: () => void}} props */
export function ServiceBulk({ selection, rows, every, replace, reload }) {
  // Kept as they were when asked: a row may leave the list while it is changed.
  const [asked, ask] = useState(/** @type {{change: string, services: any[], meant: Meant} | null} */ (null));
  const { chosen, clear } = selection;
  if (!chosen.length && !asked) return null;
  const { meant, label } = every;
  const end = (/** @type {boolean} */ finished) => {
    ask(null);
    if (finished) clear();
  };
  const isPlanned = asked !== null && (asked.change === "prices" || "filter" in asked.meant.body);
  return html`
    <${Bulk} label=${label} selection=${selection} rows=${rows} every=${every}>
      ${["turn_on", "turn_off", "prices"].map(
        (change) => html`
        <${Button} key=${change} work=${() => ask({ change, services: chosen, meant })}>
          ${t(`services.${change}`)}<//>`,
      )}
    <//>
    ${
      asked &&
      (isPlanned
        ? html`<${PlannedBulk} meant=${asked.meant} change=${asked.change} reload=${reload} close=${end} />`
        : html`<${ChangeBulk} ...${asked} replace=${replace} close=${end} />`)
    }`;
}

/** @param {{services: any[], change: string, replace: (service: any) => void, close: (finished: boolean) => void}}
 *   props */
export function ChangeBulk({ services, change, replace, close }) {
  const form = useForm({ allow_loss: false }, async () => {});
  const body = { active: change === "turn_on" };
  const tier = useBestTier();
  const found = losses(body.active ? services : [], tier?.discount_percent ?? null);
  const unread = tier === null ? t("bulk.wait.reading") : "";
  const why = found.count && !form.values.allow_loss ? t("bulk.wait.loss") : unread;
  const call = (/** @type {any} */ service) => put(`/api/admin/services/${service.id}`, body).then(replace);
  return html`
    <${BulkDialog} title=${`${t(`services.${change}`)}: ${t("services.selected", { count: services.length })}`}
      items=${services} call=${call} close=${close}
      begun=${() => form.reset(form.values)} why=${why}>
      <${LossQuestion} form=${form} found=${found} note=${buyersNote(tier?.discount_percent, tier?.name)} />
    <//>`;
}
