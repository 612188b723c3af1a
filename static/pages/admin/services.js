// @ts-check
import { put } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { number, percent, rate, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { isBelow, marginPercent } from "../../lib/money.js";
import { place, setQuery } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Choice } from "../../ui/choice.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { useSelection } from "../../ui/selection.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { PriceHistory } from "./parts/price-history.js";
import { ChangeBulk, ServiceBulk } from "./parts/service-bulk.js";
import { Doing } from "./parts/service-doing.js";
import { ServiceDialog } from "./parts/service-form.js";

/** What is asked for by each tab. @type {Record<string, {paused: string, active: string}>} */
const STANDINGS = {
  active: { paused: "", active: "true" },
  paused: { paused: "true", active: "" },
  off: { paused: "false", active: "false" },
};

/** How much of the rate is above the cost, in percent of the cost. @param {any} service */
function margin(service) {
  const above = marginPercent(service.rate, service.cost);
  return above === null ? "–" : percent(above);
}

/** @param {{open: (service: any) => void, look: (service: any) => void,
 *   toggle: (service: any) => Promise<void>, names: Map<number, string>, figures: Map<number, any>}} tools
 * @returns {import("../../ui/table.js").Column[]} */
const columns = ({ open, look, toggle, names, figures }) => [
  { label: "ID", cell: (row) => row.id },
  {
    label: t("services.name"),
    class: "service-name",
    cell: (row) => html`<bdi>${row.name}</bdi>
      <div class="text-secondary small"><bdi>${row.category}</bdi> · ${t(`order_type.${row.type}`)}</div>`,
  },
  {
    label: t("orders.provider"),
    cell: (row) => html`<bdi>${row.provider_id ? names.get(row.provider_id) : t("services.by_hand")}</bdi>
      <div class="text-secondary small"><bdi>${row.provider_service_id}</bdi>
        ${row.provider_service_id && row.cost && " · "}${row.cost && rate(row.cost)}</div>
      ${row.sources.length > 1 && html`<div class="small">${t("sources.count", { count: row.sources.length })}</div>`}`,
  },
  {
    label: t("services.rate"),
    number: true,
    cell: (row) => html`${rate(row.rate)}<div class="text-secondary small">${margin(row)}</div>`,
  },
  {
    label: t("services.bounds"),
    number: true,
    cell: (row) => `${number(row.min_quantity)} – ${number(row.max_quantity)}`,
  },
  { label: t("services.last_days"), cell: (row) => html`<${Doing} figures=${figures.get(row.id)} />` },
  {
    label: t("orders.status"),
    cell: (row) => html`<${Status} of="active" value=${row.active ? "active" : "inactive"} />
      ${row.visible_to.length > 0 && html`<div class="text-secondary small">${t("services.hidden")}</div>`}
      ${row.paused_reason && html`<div class="amount-out small">${t(`paused.${row.paused_reason}`)}</div>`}`,
  },
  {
    label: t("common.actions"),
    cell: (row) => html`
      <div class="btn-list">
        <${Button} small icon="edit" label=${t("services.edit")} work=${() => open(row)} />
        <${Button} small icon="copy" label=${t("services.duplicate")} work=${() => open({ ...row, id: undefined })} />
        <${Button} small icon="history" label=${t("services.history")} work=${() => look(row)} />
        <${Button} small icon=${row.active ? "player-pause" : "player-play"} work=${() => toggle(row)}
          label=${t(row.active ? "services.turn_off" : "services.turn_on")} />
      </div>`,
  },
];

export default function Services() {
  const { search = "", paused = "", active = "", category = "", provider_id = "" } = place.value.query;
  const list = useList("/api/admin/services", { search, category, paused, active, provider_id });
  const providers = useAnswer("/api/admin/providers").data?.items ?? [];
  const doing = useAnswer("/api/admin/services/figures").data?.items ?? [];
  const figures = new Map(doing.map((/** @type {any} */ one) => [one.service_id, one]));
  const [opened, open] = useState(/** @type {any} */ (null));
  const [past, look] = useState(/** @type {any} */ (null));
  const replace = (/** @type {any} */ after) => {
    const isNew = !list.items.some((row) => row.id === after.id);
    list.change((rows) => (isNew ? [after, ...rows] : rows.map((row) => (row.id === after.id ? after : row))));
    open(null);
  };
  /** Asked about first: it would be sold below its cost. */
  const [lossy, setLossy] = useState(/** @type {any} */ (null));
  const toggle = async (/** @type {any} */ row) => {
    if (!row.active && isBelow(row.rate, row.cost)) return setLossy(row);
    replace(await put(`/api/admin/services/${row.id}`, { active: !row.active }));
  };
  const selection = useSelection(list.items);
  const sources = [
    { value: "", text: t("common.all") },
    ...providers.map((/** @type {any} */ one) => ({ value: `${one.id}`, text: one.name })),
  ];
  const names = new Map(providers.map((/** @type {any} */ one) => [one.id, one.name]));
  const tabs = [
    { value: "", text: t("common.all") },
    ...Object.keys(STANDINGS).map((value) => ({ value, text: t(`services.only_${value}`) })),
  ];
  const standing = Object.keys(STANDINGS).find(
    (name) => STANDINGS[name].paused === paused && STANDINGS[name].active === active,
  );
  const actions = html`
    <a class="btn" href="/admin/import">${t("services.import")}</a>
    <${Button} kind="primary" icon="plus" work=${() => open({})}>${t("services.add")}<//>`;
  return html`
    <${Page} title=${t("services.title")} actions=${actions}>
      <${Card} flush>
        <${Tabs} label=${t("orders.status")} tabs=${tabs} value=${standing ?? ""}
          choose=${(/** @type {string} */ value) => setQuery(STANDINGS[value] ?? { paused: "", active: "" })} />
        <div class="filters">
          <${Search} label=${t("services.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          <${Choice} label=${t("orders.provider")} value=${provider_id} options=${sources}
            choose=${(/** @type {string} */ value) => setQuery({ provider_id: value })} />
        </div>
        <${ServiceBulk} selection=${selection} replace=${replace} reload=${list.reload} />
        <${ListTable} list=${list} columns=${[selection.column, ...columns({ open, look, toggle, names, figures })]}
          label=${t("services.title")}
          empty=${html`<${Empty} icon="tag" title=${t("services.none")}
            action=${html`<a class="btn btn-primary" href="/admin/import">${t("services.import")}</a>`} />`} />
      <//>
      ${
        lossy &&
        html`<${ChangeBulk} services=${[lossy]} change="turn_on" replace=${replace} close=${() => setLossy(null)} />`
      }
      ${past && html`<${PriceHistory} service=${past} close=${() => look(null)} />`}
      ${
        opened &&
        html`<${ServiceDialog} service=${opened} providers=${providers} done=${replace}
        close=${() => open(null)} />`
      }
    <//>`;
}
