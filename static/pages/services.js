// @ts-check
import { ask } from "../lib/api.js";
import { html, useMemo, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useServices } from "../lib/load.js";
import { place, recall, remember, setQuery } from "../lib/router.js";
import { first } from "../lib/screen.js";
import { categories, filtered, platforms } from "../lib/services.js";
import { styled } from "../lib/style.js";
import { Button } from "../ui/button.js";
import { Choice } from "../ui/choice.js";
import { Empty, Failed } from "../ui/empty.js";
import { Page } from "../ui/page.js";
import { RowsWaiting } from "../ui/rows.js";
import { Search } from "../ui/search.js";
import { Platforms } from "./parts/platforms.js";
import { ServiceRows } from "./parts/service-rows.js";

await styled("css/lists.css", "css/cards.css", "css/service-rows.css");

/** Drawn at once; the rest follows on request, so that thousands do not make the page stutter. */
const PART = first(50) ?? 100;

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
  const all = html`<button type="button" class="btn" onClick=${() => set({ search: "", category: "", platform: "" })}>
    ${t("orders.clear")}</button>`;
  let content;
  if (answer.error && !services.length) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else if (answer.loading && !services.length) content = html`<${RowsWaiting} look="service-rows" />`;
  else if (!found.length) content = html`<${Empty} icon="tag" title=${t("common.nothing_found")} action=${all} />`;
  else content = html`<${ServiceRows} services=${shown} favourites=${found.filter(isMarked)} mark=${mark} />`;
  const names = categories(filtered(services, { platform }));
  return html`
    <${Page} title=${t("services.title")}>
      <section class="sheet-list">
        <div class="filters">
          <${Search} label=${t("services.search")} value=${search}
            change=${(/** @type {string} */ text) => set({ search: text })} />
          <${Choice} label=${t("services.category")} value=${category}
            options=${[{ value: "", text: t("common.all") }, ...names.map((name) => ({ value: name, text: name }))]}
            choose=${(/** @type {string} */ name) => set({ category: name })} />
        </div>
        <${Platforms} platforms=${platforms(services)} value=${platform}
          choose=${(/** @type {string} */ name) => set({ platform: name, category: "" })} />
        ${content}
        ${
          shown.length < found.length &&
          html`<div class="list-foot">
            <${Button} work=${() => setParts(parts + 1)}>
              ${t("services.more", { count: found.length - shown.length })}<//>
          </div>`
        }
      </section>
    <//>`;
}

/** @param {import("../lib/services.js").Service} service */
const isMarked = (service) => service.favourite;
