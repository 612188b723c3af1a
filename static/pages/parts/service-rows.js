// @ts-check
// The services on sale in a list: one line each on a desk, on a phone a card of three lines.

import { html } from "../../lib/dom.js";
import { duration, number, rate, t } from "../../lib/i18n.js";
import { isBelow } from "../../lib/money.js";
import { isDesk } from "../../lib/screen.js";
import { split } from "../../lib/service-name.js";
import { categories, iconOf, priceOf } from "../../lib/services.js";
import { me } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Rows, Tile } from "../../ui/rows.js";
import { cancels, perTime, warranty } from "./service-facts.js";

/** @typedef {import("../../lib/services.js").Service} Service */
/** @typedef {(service: Service) => Promise<void>} Mark */

/** An order that usually takes no longer is fast. */
const FAST_SECONDS = 3600;

/** What speaks against it now, then what speaks for it, always in this order. @param {{service: Service}} props */
const Badges = ({ service }) => html`
  ${service.state !== "ok" && html`<span class="fact status-orange">${t(`services.state.${service.state}`)}</span>`}
  <span class="facts-said">${warranty(service)} · ${cancels(service)}</span>
  ${
    service.refill &&
    html`<span class="fact status-green" aria-hidden="true"><${Icon} name="shield-check" />
      <span>${service.refill_days ? t("services.refilled", { days: service.refill_days }) : t("refill.title")}
      </span></span>`
  }
  ${
    service.average_seconds !== null &&
    service.average_seconds <= FAST_SECONDS &&
    html`<span class="fact status-yellow" aria-hidden="true"><${Icon} name="bolt" />
      <span>${t("services.fast")}</span></span>`
  }
  ${
    service.cancel &&
    html`<span class="fact status-secondary" aria-hidden="true"><${Icon} name="x" />
      <span>${t("services.cancelable")}</span></span>`
  }`;

/** @param {{service: Service}} props */
const Described = ({ service }) =>
  service.description &&
  html`<details class="described"><summary>${t("services.description")}</summary>
    <bdi class="description">${service.description}</bdi></details>`;

/** @param {{service: Service}} props */
function Named({ service }) {
  const { head, tail } = split(service.name);
  const server = service.server && `${t("services.server", { number: service.server })} · `;
  return html`<span class="row-name" title=${service.name}><bdi><strong>${server}${head}</strong>${tail && ` ${tail}`}
    ${service.note && ` · ${service.note}`}</bdi></span>`;
}

/** What the caller pays, and for what. @param {{service: Service}} props */
function Price({ service }) {
  const per = [service.rate_per === "order" && t("services.per_package"), perTime(service)].filter(Boolean).join(" ");
  return html`<span class="price tabular">${rate(priceOf(service))}</span>${per && html` <small>${per}</small>`}`;
}

/** The general rate where the caller pays less. @param {{service: Service}} props */
const Before = ({ service }) =>
  isBelow(priceOf(service), service.rate) && html`<del class="tabular">${rate(service.rate)}</del>`;

/** @param {Service} service */
const limits = ({ quantity_from: from, min_quantity: min, max_quantity: max }) =>
  from === null ? "" : `${number(min)} – ${number(max)}`;

/** How long it usually takes. @param {Service} service */
const usual = ({ average_seconds: seconds }) =>
  seconds === null ? "" : t("services.usually", { time: duration(seconds) });

/** @param {{service: Service, mark: Mark}} props */
const Actions = ({ service, mark }) => html`<div class="row-actions">
  ${
    me.value &&
    html`<${Button} small icon="star" kind=${service.favourite ? "marked" : ""}
      label=${t(service.favourite ? "services.unfavourite" : "services.favourite", { name: service.name })}
      work=${() => mark(service)} />`
  }
  ${
    service.state !== "maintenance" &&
    html`<a class="btn btn-sm" href=${`${me.value ? "/" : "/register"}?service=${service.id}`}
      aria-label=${t("services.order_this", { name: service.name })}>${t("services.order")}
      <${Icon} name="chevron-right" /></a>`
  }</div>`;

/** @param {Mark} mark @returns {import("../../ui/rows.js").Part[]} */
const onDesk = (mark) => [
  { at: "id", label: "ID", cell: ({ id }) => id },
  {
    at: "name",
    label: t("services.service"),
    cell: (service) => html`<div class="one-line"><${Tile} icon=${iconOf(service)} />
      <${Named} service=${service} /><${Badges} service=${service} /><${Described} service=${service} /></div>`,
  },
  { at: "usual", label: t("services.time"), cell: (service) => html`<span class="row-note">${usual(service)}</span>` },
  { at: "limits", label: t("services.limits"), number: true, cell: limits },
  {
    at: "price",
    label: t("services.rate"),
    number: true,
    cell: (service) => html`<${Before} service=${service} /> <${Price} service=${service} />`,
  },
  {
    at: "actions",
    label: t("common.actions"),
    cell: (service) => html`<${Actions} service=${service} mark=${mark} />`,
  },
];

/** @param {Mark} mark @returns {import("../../ui/rows.js").Part[]} */
const onPhone = (mark) => [
  { at: "name", label: t("services.service"), cell: (service) => html`<${Named} service=${service} />` },
  { at: "price", label: t("services.rate"), cell: (service) => html`<${Price} service=${service} />` },
  {
    at: "facts",
    label: t("services.limits"),
    cell: (service) => [`ID ${service.id}`, limits(service), usual(service)].filter(Boolean).join(" · "),
  },
  { at: "before", label: t("services.before"), cell: (service) => html`<${Before} service=${service} />` },
  {
    at: "badges",
    label: t("terms.title"),
    cell: (service) => html`<${Badges} service=${service} /><${Described} service=${service} />`,
  },
  {
    at: "actions",
    label: t("common.actions"),
    cell: (service) => html`<${Actions} service=${service} mark=${mark} />`,
  },
];

/** One table under its heading. @param {{name: string, services: Service[], mark: Mark}} props */
const Group = ({ name, services, mark }) => html`
  <section class="list-group">
    <h2 class="group-head"><bdi class="row-name">${name}</bdi>
      <span>${t("services.of_group", { count: services.length })}</span></h2>
    <${Rows} label=${name} look="service-rows" id=${(/** @type {Service} */ service) => service.id}
      parts=${isDesk.value ? onDesk(mark) : onPhone(mark)} groups=${[{ key: "all", rows: services }]} />
  </section>`;

/** What the caller wants at hand before all, then by categories.
 * @param {{services: Service[], favourites: Service[], mark: Mark}} props */
export const ServiceRows = ({ services, favourites, mark }) => html`
  ${
    favourites.length > 0 &&
    html`<${Group} key="marked" name=${t("services.favourites")} services=${favourites} mark=${mark} />`
  }
  ${categories(services).map(
    (category) => html`<${Group} key=${`of ${category}`} name=${category} mark=${mark}
      services=${services.filter((service) => service.category === category)} />`,
  )}`;
