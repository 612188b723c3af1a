// @ts-check
// The same change for many services: on or off sale, or a rate with so much on the cost, shown before it is done.

import { put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { percent as shownPercent, rate, t } from "../../../lib/i18n.js";
import { markedUp } from "../../../lib/money.js";
import { MARKUP, whole } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { useForm } from "../../../ui/form.js";
import { NumberField } from "../../../ui/number-field.js";
import { BulkDialog } from "./bulk-dialog.js";
import { buyersNote, losses, LossQuestion, useBestDiscount } from "./loss.js";

const SHOWN = 5;

/** @param {{selection: import("../../../ui/selection.js").Selection, replace: (service: any) => void}} props */
export function ServiceBulk({ selection, replace }) {
  // Kept as they were when asked: a row may leave the list while it is changed.
  const [asked, ask] = useState(/** @type {{change: string, services: any[]} | null} */ (null));
  const { chosen, clear } = selection;
  if (!chosen.length && !asked) return null;
  const label = t("services.selected", { count: chosen.length });
  const end = (/** @type {boolean} */ finished) => {
    ask(null);
    if (finished) clear();
  };
  return html`
    <div class="filters" role="region" aria-label=${label}>
      <strong>${label}</strong>
      ${["turn_on", "turn_off", "markup"].map(
        (change) => html`
        <${Button} key=${change} small work=${() => ask({ change, services: chosen })}>${t(`services.${change}`)}<//>`,
      )}
      <${Button} small icon="x" label=${t("orders.clear")} work=${clear} />
      ${asked && html`<${ChangeBulk} ...${asked} replace=${replace} close=${end} />`}
    </div>`;
}

/** @param {{services: any[], change: string, replace: (service: any) => void, close: (finished: boolean) => void}}
 *   props */
export function ChangeBulk({ services, change, replace, close }) {
  const form = useForm({ percent: "30", allow_loss: false }, async () => {});
  const percent = whole(form.values.percent, MARKUP);
  /** The body of a service's PUT; null leaves it out. @param {any} service @returns {any} */
  const body = (service) => {
    if (change !== "markup") return { active: change === "turn_on" };
    const price = service.cost && percent !== null ? markedUp(service.cost, percent) : null;
    return price && { rate: price };
  };
  const fitting = services.filter(body);
  // While the percentage is none, those it would be for.
  const changing = percent === null && change === "markup" ? services.filter(({ cost }) => cost) : fitting;
  const discount = useBestDiscount();
  const priced = change === "turn_off" ? [] : fitting.map((service) => ({ ...service, ...body(service) }));
  const found = losses(priced, discount ?? 0);
  const call = (/** @type {any} */ service) => put(`/api/admin/services/${service.id}`, body(service)).then(replace);
  return html`
    <${BulkDialog} title=${`${t(`services.${change}`)}: ${t("services.selected", { count: changing.length })}`}
      items=${fitting} call=${call} close=${close}
      begun=${() => form.reset(form.values)} ready=${discount !== null && (!found.count || form.values.allow_loss)}>
      ${
        change === "markup" &&
        html`
        <${NumberField} form=${form} name="percent" label=${t("import.markup")} kind=${MARKUP}
          shown=${(/** @type {string} */ text) => t("number.understood", { value: shownPercent(Number(text)) })}
          required />
        <ul>
          ${fitting.slice(0, SHOWN).map(
            (service) => html`
            <li key=${service.id}><bdi>${service.name}</bdi>: ${rate(service.rate)} → <strong>
              ${rate(body(service).rate)}</strong></li>`,
          )}
        </ul>`
      }
      <${LossQuestion} form=${form} found=${found} note=${buyersNote(discount)} />
    <//>`;
}
