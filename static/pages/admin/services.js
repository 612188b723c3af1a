// @ts-check
import { put } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { number, percent, rate, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { marginPercent } from "../../lib/margin.js";
import { isBelow } from "../../lib/money.js";
import { place, setQuery } from "../../lib/router.js";
import { platformIcon } from "../../lib/service-name.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { Icon } from "../../ui/icon.js";
import { useSelection } from "../../ui/selection.js";
import { Status, StatusDot } from "../../ui/status.js";
import { Desk, rowOf } from "./desk/desk.js";
import { useEvery } from "./desk/every.js";
import { PriceHistory } from "./parts/price-history.js";
import { ChangeBulk, ServiceBulk } from "./parts/service-bulk.js";
import { Doing, DoingLine, doingWords } from "./parts/service-doing.js";
import { ServiceDialog } from "./parts/service-form.js";
import { InlineBounds, InlineName, InlineRate, InlineUnderstood, useInline } from "./parts/service-inline.js";

const ANY = { paused: "", active: "", loss: "" };

/** What is asked for by each tab. @type {Record<string, typeof ANY>} */
const STANDINGS = {
  active: { ...ANY, active: "true" },
  loss: { ...ANY, loss: "true" },
  paused: { ...ANY, paused: "true" },
  off: { ...ANY, paused: "false", active: "false" },
};

/** How much of the rate is above the cost, in percent of the cost. @param {any} service */
function margin(service) {
  const above = marginPercent(service.rate, service.cost);
  return above === null ? "–" : percent(above);
}

/** Which service of the provider's it is, and what that costs. @param {any} service @param {string} cost */
const origin = ({ provider_service_id: id }, cost) =>
  [id && t("services.number_there", { id }), cost].filter(Boolean).join(" · ");

/** @typedef {import("./desk/fitting.js").DeskColumn} DeskColumn */

/** What is to be said of a service besides whether it is on sale. @param {any} row @returns {string[]} */
const remarks = (row) => [
  ...(row.visible_to.length > 0 ? [t("services.hidden")] : []),
  ...(row.paused_reason ? [t(`paused.${row.paused_reason}`)] : []),
];

/** @param {Map<number, string>} names @param {Map<number, any>} figures
 * @param {import("./parts/service-inline.js").Inline} inline @returns {DeskColumn[]} */
const columns = (names, figures, inline) => [
  { key: "id", label: "ID", width: 64, fixed: true, cell: (row) => row.id },
  {
    key: "name",
    label: t("services.name"),
    class: "service-name",
    least: 180,
    fixed: true,
    over: true,
    line: (row) => html`<${Name} row=${row} />`,
    edit: () => html`<${InlineName} inline=${inline} />`,
    whole: (row) => [row.name, row.category, t(`order_type.${row.type}`)].join(" · "),
    cell: (row) => html`<bdi>${row.name}</bdi>
      <div class="text-secondary small"><bdi>${row.category}</bdi> · ${t(`order_type.${row.type}`)}</div>`,
  },
  {
    key: "provider",
    label: t("orders.provider"),
    width: 130,
    drop: 2,
    line: (row) => html`<bdi>${row.provider_id ? names.get(row.provider_id) : t("services.by_hand")}</bdi>`,
    whole: (row) => (row.provider_id ? (names.get(row.provider_id) ?? "") : t("services.by_hand")),
    cell: (row) => html`<bdi>${row.provider_id ? names.get(row.provider_id) : t("services.by_hand")}</bdi>
      <div class="text-secondary small">
        ${origin(row, row.cost && `${t("services.cost")} ${rate(row.cost)}`)}</div>
      ${row.sources.length > 1 && html`<div class="small">${t("sources.count", { count: row.sources.length })}</div>`}`,
  },
  {
    key: "cost",
    label: t("services.cost"),
    width: 150,
    drop: 5,
    number: true,
    isRowOnly: true,
    cell: (row) => html`
      <span class="soft">${origin(row, "")}${row.provider_service_id && row.cost && " · "}</span>${
        row.cost && rate(row.cost)
      }`,
    whole: (row) => origin(row, row.cost && rate(row.cost)),
  },
  {
    key: "rate",
    label: t("services.rate"),
    width: 110,
    number: true,
    line: (row) => rate(row.rate),
    edit: () => html`<${InlineRate} inline=${inline} />`,
    cell: (row) => html`${rate(row.rate)}<div class="text-secondary small">
      ${t("services.margin")} ${margin(row)}</div>`,
  },
  {
    key: "margin",
    label: t("services.margin"),
    width: 64,
    drop: 4,
    number: true,
    isRowOnly: true,
    cell: (row) => html`<span class=${isBelow(row.rate, row.cost) ? "amount-out" : "soft"}>${margin(row)}</span>`,
  },
  {
    key: "bounds",
    label: t("services.bounds"),
    width: 140,
    // Goes last: it is edited in its place.
    drop: 6,
    number: true,
    cell: (row) => `${number(row.min_quantity)} – ${number(row.max_quantity)}`,
    edit: () => html`<${InlineBounds} inline=${inline} />`,
  },
  {
    key: "doing",
    label: t("services.last_days"),
    width: 110,
    drop: 3,
    line: (row) => html`<${DoingLine} figures=${figures.get(row.id)} />`,
    whole: (row) => doingWords(figures.get(row.id)).join(" · "),
    cell: (row) => html`<${Doing} figures=${figures.get(row.id)} />`,
  },
  {
    key: "status",
    label: t("orders.status"),
    width: 116,
    fixed: true,
    line: (row) => html`<${Standing} row=${row} />`,
    whole: (row) => remarks(row).join(" · "),
    cell: (row) => html`<${Status} of="active" value=${row.active ? "active" : "inactive"} />
      ${row.visible_to.length > 0 && html`<div class="text-secondary small">${t("services.hidden")}</div>`}
      ${row.paused_reason && html`<div class="amount-out small">${t(`paused.${row.paused_reason}`)}</div>`}`,
  },
];

/** @param {{row: any}} props */
const Name = ({ row }) => {
  const icon = [row.name, row.category].map(platformIcon).find((one) => one !== "tag") ?? "tag";
  const sources = row.sources.length > 1 ? t("sources.count", { count: row.sources.length }) : "";
  return html`
    <span class="desk-name">
      <span class=${`tile tile-${icon}`}><${Icon} name=${icon} /></span>
      <bdi class="desk-name-head">${row.name}</bdi>${sources && html` <span class="soft">${sources}</span>`}
    </span>`;
};

/** What the panel took off sale by itself waits for a person. @param {{row: any}} props */
const Standing = ({ row }) => {
  const said = remarks(row);
  const value = row.active ? "active" : "inactive";
  return html`
    ${
      row.paused_reason
        ? html`<span class="badge status-orange">${t(`status.active.${value}`)}</span>`
        : html`<${StatusDot} of="active" value=${value} />`
    }
    ${row.visible_to.length > 0 && html`<span class="desk-mark"><${Icon} name="eye-off" /></span>`}
    ${said.length > 0 && html`<span class="visually-hidden">${said.join(". ")}</span>`}`;
};

/** @typedef {{open: (service: any) => void, look: (service: any) => void, toggle: (service: any) => Promise<void>,
 *   inline: import("./parts/service-inline.js").Inline}} Tools */

/** @param {Tools} tools @returns {DeskColumn} */
const actions = ({ open, look, toggle, inline }) => ({
  key: "actions",
  label: t("common.actions"),
  width: 160,
  fixed: true,
  edit: () => html`
      <div class="btn-list">
        <${Button} small icon="check" label=${t("common.save")} work=${inline.form.submit} busy=${inline.form.busy} />
        <${Button} small icon="x" label=${t("common.cancel")} work=${inline.close} />
        <${InlineUnderstood} inline=${inline} />
      </div>`,
  cell: (row) => html`
      <div class="btn-list">
        <${Button} small icon="edit" label=${t("services.edit")} work=${() => open(row)} />
        <${Button} small icon="copy" label=${t("services.duplicate")} work=${() => open({ ...row, id: undefined })} />
        <${Button} small icon="history" label=${t("services.history")} work=${() => look(row)} />
        <${Button} small icon=${row.active ? "player-pause" : "player-play"} work=${() => toggle(row)}
          label=${t(row.active ? "services.turn_off" : "services.turn_on")} />
      </div>`,
});

/** Of a service on a phone's card. */
const PLACES = { head: "name", state: "status", under: ["id", "provider", "bounds"], end: "rate" };

export default function Services() {
  const { search = "", category = "", provider_id = "", ...others } = place.value.query;
  const { paused = "", active = "", loss = "" } = others;
  const narrowed = { search, category, paused, active, loss, provider_id };
  const list = useList("/api/admin/services", narrowed);
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
  const every = useEvery("services", narrowed, list, selection);
  const sources = [
    { value: "", text: t("common.all") },
    ...providers.map((/** @type {any} */ one) => ({ value: `${one.id}`, text: one.name })),
  ];
  const known = useAnswer("/api/admin/categories").data?.items ?? [];
  const shelves = [
    { value: "", text: t("common.all") },
    ...known.map((/** @type {any} */ one) => ({ value: one.name, text: one.name })),
  ];
  const names = new Map(providers.map((/** @type {any} */ one) => [one.id, one.name]));
  const tabs = [
    { value: "", text: t("common.all") },
    ...Object.keys(STANDINGS).map((value) => ({ value, text: t(`services.only_${value}`) })),
  ];
  const isAsked = (/** @type {typeof ANY} */ one) =>
    one.paused === paused && one.active === active && one.loss === loss;
  const standing = Object.keys(STANDINGS).find((name) => isAsked(STANDINGS[name]));
  const ways = html`
    <a class="btn" href="/admin/import">${t("services.import")}</a>
    <${Button} kind="primary" icon="plus" work=${() => open({})}>${t("services.add")}<//>`;
  const narrowing = {
    search: { label: t("services.search"), value: search },
    fields: [
      { name: "category", label: t("services.category"), value: category, options: shelves },
      { name: "provider_id", label: t("orders.provider"), value: provider_id, options: sources },
    ],
  };
  const choose = (/** @type {string} */ value) => setQuery(STANDINGS[value] ?? ANY);
  const inline = useInline(list.items, replace, (id) => rowOf(id)?.focus({ preventScroll: true }));
  const all = [...columns(names, figures, inline), actions({ open, look, toggle, inline })];
  const over = (/** @type {any} */ row) =>
    html`<${Button} small icon="pencil" label=${t("services.inline", { id: row.id })}
      work=${() => inline.start(row)} />`;
  return html`
    <${Desk} name="services" title=${t("services.title")} actions=${ways} list=${list} columns=${all} places=${PLACES}
      tabs=${{ label: t("orders.status"), tabs, value: standing ?? "", choose }} narrowing=${narrowing}
      selection=${selection} edited=${inline.id} edit=${inline.start} over=${over}
      called=${(/** @type {any} */ row) => t("services.one", { id: row.id })}
      bulk=${html`<${ServiceBulk} selection=${selection} rows=${list.items} every=${every} replace=${replace}
        reload=${list.reload} />`}
      empty=${html`<${Empty} icon="tag" title=${t("services.none")}
        action=${html`<a class="btn btn-primary" href="/admin/import">${t("services.import")}</a>`} />`}>
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
