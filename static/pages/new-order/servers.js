// @ts-check
// The services of one job side by side, as servers to choose from: loaded when a category or a service is chosen.

import { html, useId, useMemo, useState } from "../../lib/dom.js";
import { duration, number, rate, t } from "../../lib/i18n.js";
import { differences } from "../../lib/server-words.js";
import { split } from "../../lib/service-name.js";
import { priceOf } from "../../lib/services.js";
import { styled } from "../../lib/style.js";
import { Strip } from "../../ui/strip.js";
import { perTime, warranty } from "../parts/service-facts.js";
import { Spoken } from "../parts/spoken.js";

/** @typedef {import("../../lib/services.js").Service} Service */

await styled("css/servers.css");

const WAYS = ["usual", "cheap", "fast"];

/** The services of a job: those of the category that have a number, or what is called the same. None where there is
 * nothing to choose between. @param {Service[]} all @param {string} category @param {Service | undefined} chosen
 * @returns {Service[]} */
export function serversOf(all, category, chosen) {
  const here = all.filter((service) => service.category === category);
  const job = chosen ? split(chosen.name).head : "";
  const isAlike =
    chosen?.server === null
      ? (/** @type {Service} */ { name, type }) => type === chosen.type && split(name).head === job
      : (/** @type {Service} */ { server }) => server !== null;
  const found = here.filter(isAlike);
  return found.length > 1 ? found : [];
}

/** In which order: as the shop lists them, the cheapest or the fastest first; what is not sold now comes last.
 * @param {Service[]} servers @param {string} way */
export function ordered(servers, way) {
  const price = (/** @type {Service} */ service) => Number(priceOf(service));
  const time = (/** @type {Service} */ { average_seconds: seconds }) => seconds ?? Number.MAX_SAFE_INTEGER;
  const place = (/** @type {Service} */ { server }) => server ?? Number.MAX_SAFE_INTEGER;
  const of = { cheap: price, fast: time }[way] ?? place;
  const isOff = (/** @type {Service} */ { state }) => Number(state === "maintenance");
  return servers.toSorted((a, b) => isOff(a) - isOff(b) || of(a) - of(b));
}

/** @param {{services: Service[], category: string, service: Service | undefined,
 *   choose: (id: string) => void}} props */
export function Servers({ services, category, service, choose }) {
  const servers = useMemo(() => serversOf(services, category, service), [services, category, service]);
  const [way, sort] = useState("usual");
  return (
    servers.length > 0 &&
    html`<${Spoken} words="servers">
      <${Rows}
        servers=${ordered(servers, way)}
        way=${way}
        sort=${sort}
        chosen=${service?.id}
        choose=${choose}
    /><//>`
  );
}

/** @param {{servers: Service[], way: string, sort: (way: string) => void, chosen: number | undefined,
 *   choose: (id: string) => void}} props */
function Rows({ servers, way, sort, chosen, choose }) {
  const id = useId();
  const words = differences(servers);
  return html` <fieldset class="servers mb-3" aria-describedby=${`${id}-price`}>
    <legend class="form-label">
      ${t("servers.title")}
      <small class="text-secondary" id=${`${id}-price`}>
        ${t("servers.of", { count: servers.length })}
        ${servers.every(({ rate_per }) => rate_per === "thousand") && html` · ${t("servers.for_thousand")}`}</small
      >
    </legend>
    <${Strip} look="servers-sort" label=${t("servers.sort")}>
      ${WAYS.map(
        (one) =>
          html`<button
            key=${one}
            type="button"
            aria-pressed=${one === way}
            onClick=${() => sort(one)}
          >
            ${t(`servers.by.${one}`)}
          </button>`,
      )}
    <//>
    <div class="servers-rows">
      ${servers.map(
        (service) =>
          html`<${Row}
            key=${service.id}
            name=${id}
            service=${service}
            words=${words.get(service.id)}
            isChosen=${service.id === chosen}
            choose=${choose}
          />`,
      )}
    </div>
  </fieldset>`;
}

/** @param {{name: string, service: Service, words: string, isChosen: boolean, choose: (id: string) => void}} props
 *   `words`: what tells it from the others */
function Row({ name, service, words, isChosen, choose }) {
  const [called, more] =
    service.server === null ? [words, ""] : [t("services.server", { number: service.server }), words];
  const isOff = service.state === "maintenance";
  return html` <label
    class=${`server ${isChosen ? "at" : ""}`}
    title=${service.name}
  >
    <input
      type="radio"
      class="form-check-input"
      name=${name}
      value=${service.id}
      checked=${isChosen}
      disabled=${isOff}
      onChange=${() => choose(String(service.id))}
    />
    <span class="server-name"
      ><bdi><strong>${called}</strong> ${more}</bdi></span
    >
    <span class="server-facts"
      >${isOff ? t("servers.maintenance") : html`<${Facts} service=${service} />`}</span
    >
    <span class="server-price tabular"
      ><strong>${rate(priceOf(service))}</strong> ${perTime(service)}</span
    >
  </label>`;
}

/** What speaks against it, how long it takes, how many, and what it promises. @param {{service: Service}} props */
function Facts({ service }) {
  const { average_seconds: seconds, quantity_from: from, min_quantity: min, max_quantity: max } = service;
  const facts = [
    seconds === null ? "" : `≈ ${duration(seconds)}`,
    from === null ? "" : `${number(min)} – ${number(max)}`,
    service.refill ? warranty(service) : "",
  ];
  return html`${service.state === "slow" && html`<span class="server-slow">${t("servers.slow")}</span> · `}
  ${facts.filter(Boolean).join(" · ")}`;
}
