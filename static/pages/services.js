// @ts-check
import { ask } from "../lib/api.js";
import { html, useMemo, useState } from "../lib/dom.js";
import { number, rate, t } from "../lib/i18n.js";
import { useServices } from "../lib/load.js";
import { isBelow } from "../lib/money.js";
import { place, recall, remember, setQuery } from "../lib/router.js";
import { categories, filtered, platforms, priceOf } from "../lib/services.js";
import { me } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Choice } from "../ui/choice.js";
import { Empty, Failed } from "../ui/empty.js";
import { Page, Waiting } from "../ui/page.js";
import { Search } from "../ui/search.js";
import { Table } from "../ui/table.js";
import { Platforms } from "./parts/platforms.js";
import { perTime, Terms, UsualTime } from "./parts/service-facts.js";

/** Drawn at once; the rest follows on request, so that thousands do not make the page stutter. */
const PART = 100;

/** What is sold, for everybody. */
export default function Services() {
  const { services, answer } = useServices();
  const { search = "", category = "", platform = "" } = place.value.query;
  const [parts, setParts] = useState(() => recall("parts") ?? 1);
  remember("parts", parts);
  const found = useMemo(
    () => filtered(services, { search, category, platform }),
    [services, search, category, platform],
  );
  const shown = found.slice(0, parts * PART);
  const set = (/** @type {Record<string, string>} */ changes) => {
    setParts(1);
    setQuery(changes, { replace: true });
  };
  const mark = async (/** @type {import("../lib/services.js").Service} */ { id, favourite }) => {
    await ask(`/api/services/${id}/favourite`, { method: favourite ? "DELETE" : "PUT" });
    await answer.reload();
  };
  let content;
  if (answer.error && !services.length) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else if (answer.loading && !services.length) content = html`<${Waiting} />`;
  else if (!found.length) content = html`<${Empty} icon="tag" title=${t("common.nothing_found")} />`;
  else content = html`<${Favourites} services=${found} mark=${mark} /><${Groups} services=${shown} mark=${mark} />`;
  const names = categories(filtered(services, { platform }));
  return html`
    <${Page} title=${t("services.title")} lead=${t("services.lead")}>
      <${Platforms} platforms=${platforms(services)} value=${platform}
        choose=${(/** @type {string} */ name) => set({ platform: name, category: "" })} />
      <${Card} flush>
        <div class="filters">
          <${Search} label=${t("services.search")} value=${search}
            change=${(/** @type {string} */ text) => set({ search: text })} />
          <${Choice} label=${t("services.category")} value=${category}
            options=${[{ value: "", text: t("common.all") }, ...names.map((name) => ({ value: name, text: name }))]}
            choose=${(/** @type {string} */ name) => set({ category: name })} />
        </div>
        ${content}
        ${
          shown.length < found.length &&
          html`<div class="card-footer text-center">
            <${Button} work=${() => setParts(parts + 1)}>
              ${t("services.more", { count: found.length - shown.length })}<//>
          </div>`
        }
      <//>
    <//>`;
}

/** @typedef {{services: import("../lib/services.js").Service[], mark: (service: any) => Promise<void>}} Shown */

/** What the caller wants at hand, before all. @param {Shown} props */
function Favourites({ services, mark }) {
  const own = services.filter((service) => service.favourite);
  return own.length > 0 && html`<${Group} category=${t("services.favourites")} services=${own} mark=${mark} />`;
}

/** Under the headings of their categories. @param {Shown} props */
const Groups = ({ services, mark }) =>
  categories(services).map(
    (category) => html`<${Group} key=${category} category=${category} mark=${mark}
      services=${services.filter((service) => service.category === category)} />`,
  );

/** @param {Shown & {category: string}} props */
const Group = ({ category, services, mark }) => html`
  <h2 class="group-title"><bdi>${category}</bdi></h2>
  <${Table} label=${category} columns=${columns(mark)} id=${(/** @type {any} */ row) => row.id}
    rows=${services} />`;

/** @param {Shown["mark"]} mark @returns {import("../ui/table.js").Column[]} */
const columns = (mark) => [
  { label: "ID", cell: (service) => service.id },
  { label: t("services.service"), class: "service-name", cell: (service) => html`<${Named} service=${service} />` },
  {
    label: t("services.rate"),
    number: true,
    cell: (service) => html`<${Price} service=${service} />`,
  },
  {
    label: t("services.min"),
    number: true,
    cell: (service) => (service.quantity_from === null ? "–" : number(service.min_quantity)),
  },
  {
    label: t("services.max"),
    number: true,
    cell: (service) => (service.quantity_from === null ? "–" : number(service.max_quantity)),
  },
  {
    label: t("common.actions"),
    cell: (service) => html`<div class="btn-list">
      ${
        me.value &&
        html`<${Button} small icon="star" kind=${service.favourite ? "warning" : ""}
          label=${t(service.favourite ? "services.unfavourite" : "services.favourite", { name: service.name })}
          work=${() => mark(service)} />`
      }
      <a class="btn btn-sm btn-primary" href=${me.value ? `/?service=${service.id}` : "/register"}
        aria-label=${t("services.order_this", { name: service.name })}>${t("services.order")}</a></div>`,
  },
];

/** @param {{service: any}} props */
const Named = ({ service }) => html`
  <bdi>${service.name}</bdi>
  <${UsualTime} service=${service} />
  <${Terms} service=${service} />
  ${
    service.description &&
    html`<details class="small text-secondary"><summary>${t("services.description")}</summary>
      <bdi class="description">${service.description}</bdi></details>`
  }`;

/** What the caller pays and, struck through where it is dearer, the general rate. @param {{service: any}} props */
const Price = ({ service }) => html`
  ${rate(priceOf(service))}
  ${
    isBelow(priceOf(service), service.rate) &&
    html`<div><del class="text-secondary small">${rate(service.rate)}</del></div>`
  }
  ${service.rate_per === "order" && html`<div class="text-secondary small">${t("services.per_package")}</div>`}
  ${perTime(service) && html`<div class="text-secondary small">${perTime(service)}</div>`}`;
