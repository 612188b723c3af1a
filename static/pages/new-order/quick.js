// @ts-check
// What is quick to pick: services that are kept at hand or were ordered of late, and round quantities.

import { html } from "../../lib/dom.js";
import { number, t } from "../../lib/i18n.js";
import { whole } from "../../lib/number.js";
import { typedIn } from "../../lib/order-fields.js";
import { PLATFORMS } from "../../lib/platforms.js";
import { inLine } from "../../lib/service-name.js";
import { platformOf } from "../../lib/services.js";
import { Icon } from "../../ui/icon.js";
import { Strip } from "../../ui/strip.js";

/** @typedef {import("../../lib/services.js").Service} Service */

const MOST_SERVICES = 8;
const ROUND = [100, 500, 1000, 5000, 10_000];
const LEAST_CHIPS = 3;

/** The favourites, and then what was ordered last. @param {Service[]} services @param {number[]} recent their ids
 * @returns {Service[]} */
export function picks(services, recent) {
  const known = new Map(services.map((service) => [service.id, service]));
  const last = recent.flatMap((id) => known.get(id) ?? []);
  return [...new Set([...services.filter(({ favourite }) => favourite), ...last])].slice(0, MOST_SERVICES);
}

/** Round quantities within the limits; the limits themselves where there are few. @param {number} min
 * @param {number} max */
export function rounds(min, max) {
  const fitting = ROUND.filter((count) => count >= min && count <= max);
  const all = fitting.length < LEAST_CHIPS ? [min, ...fitting, ...(Number.isFinite(max) ? [max] : [])] : fitting;
  return [...new Set(all)].toSorted((a, b) => a - b);
}

/** @param {{services: Service[], chosen: string, choose: (id: string) => void}} props */
export const QuickServices = ({ services, chosen, choose }) =>
  services.length > 0 &&
  html`
    <${Strip} look="strip" label=${t("new_order.quick")}>
      ${services.map((service) => {
        const icon = service.favourite ? "star" : PLATFORMS.find(({ name }) => name === platformOf(service))?.icon;
        const isChosen = String(service.id) === chosen;
        return html`
          <button key=${service.id} type="button" class=${`chip ${isChosen ? "at" : ""}`} aria-pressed=${isChosen}
            title=${service.name} onClick=${() => choose(String(service.id))}>
            <${Icon} name=${icon ?? "history"} /><bdi>${inLine(service.name)}</bdi></button>`;
      })}
    <//>`;

/** @param {{form: import("../../ui/form.js").Form, min: number, max: number}} props */
export const QuickQuantities = ({ form, min, max }) => html`
  <${Strip} look="strip" label=${t("new_order.quick")}>
    ${rounds(min, max).map((count) => {
      const isChosen = whole(typedIn(form.values, "quantity")) === count;
      return html`
        <button key=${count} type="button" class=${`chip tabular ${isChosen ? "at" : ""}`} aria-pressed=${isChosen}
          onClick=${() => form.set("quantity", String(count))}>${number(count)}</button>`;
    })}
  <//>`;
