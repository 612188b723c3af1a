// @ts-check
// The same change for many services: on or off sale, or a rate with so much on the cost. Shown before it is done; one
// call a service, and what is refused is named while the rest goes on.

import { put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { rate, sentence, t } from "../../../lib/i18n.js";
import { markedUp, parseAmount } from "../../../lib/money.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, useForm } from "../../../ui/form.js";

/** @param {{selection: import("../../../ui/selection.js").Selection, replace: (service: any) => void}} props */
export function ServiceBulk({ selection, replace }) {
  const [change, ask] = useState("");
  const { chosen, clear } = selection;
  if (!chosen.length) return null;
  const label = t("services.selected", { count: chosen.length });
  return html`
    <div class="filters" role="region" aria-label=${label}>
      <strong>${label}</strong>
      ${["turn_on", "turn_off", "markup"].map(
        (one) => html`<${Button} key=${one} small work=${() => ask(one)}>${t(`services.${one}`)}<//>`,
      )}
      <${Button} small icon="x" label=${t("orders.clear")} work=${clear} />
      ${
        change &&
        html`<${Bulk} services=${chosen} change=${change} replace=${replace} close=${(/** @type {boolean} */ done) => {
          ask("");
          if (done) clear();
        }} />`
      }
    </div>`;
}

/** @param {{services: any[], change: string, replace: (service: any) => void, close: (done: boolean) => void}} props */
function Bulk({ services, change, replace, close }) {
  const form = useForm({ percent: "30" }, async () => {});
  const [done, setDone] = useState(0);
  const [refused, setRefused] = useState(/** @type {{id: number, text: string}[]} */ ([]));
  const percent = parseAmount(form.values.percent);
  /** The body of a service's PUT; null leaves it out. @param {any} service @returns {any} */
  const body = (service) => {
    if (change !== "markup") return { active: change === "turn_on" };
    const price = service.cost && percent !== null && percent >= 0 ? markedUp(service.cost, percent) : null;
    return price && { rate: price };
  };
  const fitting = services.filter(body);
  const run = async () => {
    for (const service of fitting) {
      await put(`/api/admin/services/${service.id}`, body(service)).then(replace, (error) =>
        setRefused((old) => [...old, { id: service.id, text: sentence(error) }]),
      );
      setDone((old) => old + 1);
    }
  };
  const finished = done > 0 && done >= fitting.length;
  return html`
    <${Dialog} title=${`${t(`services.${change}`)}: ${t("services.selected", { count: fitting.length })}`}
      close=${() => close(finished)}>
      ${
        change === "markup" &&
        html`
        <${Field} form=${form} name="percent" label=${t("import.markup")} inputmode="numeric" required />
        <ul>
          ${fitting.slice(0, 5).map(
            (service) => html`
            <li key=${service.id}><bdi>${service.name}</bdi>: ${rate(service.rate)} → <strong>
              ${rate(body(service).rate)}</strong></li>`,
          )}
        </ul>`
      }
      <progress class="progress w-100 mb-3" max=${fitting.length} value=${done} aria-label=${t("orders.progress")} />
      ${refused.map((one) => html`<p key=${one.id} class="amount-out">${one.id}: ${one.text}</p>`)}
      ${
        finished
          ? html`<${Button} kind="primary" work=${() => close(true)}>${t("common.close")}<//>`
          : html`<${Button} kind="primary" work=${run} disabled=${!fitting.length}>${t("order_actions.confirm")}<//>`
      }
    <//>`;
}
