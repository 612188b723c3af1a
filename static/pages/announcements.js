// @ts-check
// What the shop tells: news and warnings of the operator, and what became of services.

import { html } from "../lib/dom.js";
import { moment, number, rate, t } from "../lib/i18n.js";
import { useList } from "../lib/load.js";
import { place, setQuery } from "../lib/router.js";
import { first } from "../lib/screen.js";
import { inLine } from "../lib/service-name.js";
import { Card } from "../ui/card.js";
import { Empty } from "../ui/empty.js";
import { Page } from "../ui/page.js";
import { ListTable } from "../ui/table.js";
import { Tabs } from "../ui/tabs.js";
import { Spoken } from "./parts/spoken.js";

const TABS = ["", "news", "warning", "service"];

/** @type {Record<string, string>} */
const TONES = { new: "green", off: "secondary", back: "azure", dearer: "orange", cheaper: "green" };

/** What became of a service, and its price before and now. @param {{service: any}} props */
export const Change = ({ service: { change, rate_before, rate_after } }) => html`
  <span class=${`badge status-${TONES[change]}`}>${t(`announcements.change.${change}`)}</span>${" "}
  <span class="tabular">
    ${rate_before && rate_after && html`<s class="text-secondary">${rate(rate_before)}</s>${" → "}`}
    ${rate_after && rate(rate_after)}
  </span>`;

/** What became of many services at once: what they have in common, or that they changed. @param {any} group */
export function ofGroup({ count, changes }) {
  const kinds = changes.map((/** @type {any} */ { change }) => change);
  const isPrice = kinds.every((/** @type {string} */ kind) => ["dearer", "cheaper"].includes(kind));
  const word = kinds.length === 1 ? kinds[0] : isPrice ? "prices" : "changed";
  return t(`announcements.group.${word}`, { count });
}

/** How many of them became what, where that differs. @param {{group: any}} props */
const Changes = ({ group: { changes } }) => html`
  <div class="btn-list">${changes.map(
    (/** @type {any} */ { change, count }) =>
      html`<span key=${change} class=${`badge status-${TONES[change]}`}>
        ${t(`announcements.change.${change}`)} ${number(count)}</span>`,
  )}</div>`;

/** @param {{told: any}} props */
const Told = ({ told: { id, title, kind, text, service, group } }) => html`
  <div class="fw-bold text-break">
    ${kind === "warning" && html`<span class="badge status-orange">${t("announcements.kind.warning")}</span>${" "}`}
    ${group && html`<a href=${`/announcements?group=${id}`}>${ofGroup(group)}</a>`}
    ${!group && html`<bdi title=${service ? title : undefined}>${service ? inLine(title) : title}</bdi>`}</div>
  ${service && html`<div><${Change} service=${service} /></div>`}
  ${group?.changes.length > 1 && html`<${Changes} group=${group} />`}
  ${text && html`<p class="lines text-break mb-0"><bdi>${text}</bdi></p>`}`;

/** @type {() => import("../ui/table.js").Column[]} */
const columns = () => [
  { label: t("announcements.what"), cell: (told) => html`<${Told} told=${told} />` },
  {
    label: t("common.time"),
    class: "text-nowrap",
    cell: (told) => html`<span class="text-secondary">${moment(told.starts_at)}</span>`,
  },
];

/** @param {{list: import("../lib/load.js").Listing, label: string, empty?: any}} props */
const List = ({ list, label, empty = html`<${Empty} icon="bell" title=${t("announcements.none")} />` }) =>
  html`<${ListTable} list=${list} columns=${columns()} label=${label} empty=${empty} look="told" />`;

export default () => html`<${Spoken} words="news"><${Announcements} /><//>`;

function Announcements() {
  const { kind = "", group = "" } = place.value.query;
  if (group) return html`<${Group} key=${group} id=${group} />`;
  const tabs = TABS.map((value) => ({ value, text: value ? t(`announcements.kind.${value}`) : t("common.all") }));
  const hasChanges = ["", "service"].includes(kind);
  return html`
    <${Page} title=${t("announcements.title")}>
      <div class="mb-3"><${Tabs} label=${t("announcements.title")} tabs=${tabs} value=${kind}
        choose=${(/** @type {string} */ value) => setQuery({ kind: value })} /></div>
      ${hasChanges ? html`<${Both} key=${kind} kind=${kind} />` : html`<${Own} key=${kind} kind=${kind} />`}
    <//>`;
}

/** @param {{kind: string}} props */
const Own = ({ kind }) => html`<${Card} flush>
  <${List} list=${useList("/api/announcements", { kind })} label=${t("announcements.title")} /><//>`;

/** What the shop wrote stands before what the list of services tells by itself, however new that is.
 * @param {{kind: string}} props */
function Both({ kind }) {
  const own = useList("/api/announcements", { kind, automatic: false });
  const changes = useList("/api/announcements", { automatic: true, limit: first(20) });
  const [hasOwn, hasChanges] = [own, changes].map(({ items, error }) => items.length > 0 || error);
  const title = t("announcements.changes");
  if (own.loading && !hasOwn) return html`<${Card} flush><${List} list=${own} label=${t("announcements.own")} /><//>`;
  return html`
    ${hasOwn && html`<${Card} flush><${List} list=${own} label=${t("announcements.own")} /><//>`}
    ${
      (hasChanges || !hasOwn) &&
      html`<${Card} title=${hasOwn ? title : undefined} flush><${List} list=${changes} label=${title} /><//>`
    }`;
}

/** The services of one change. @param {{id: string}} props */
function Group({ id }) {
  const list = useList("/api/announcements", { group: id });
  const back = html`<a class="btn" href="/announcements">${t("announcements.all")}</a>`;
  return html`
    <${Page} title=${t("announcements.changes")} actions=${back}>
      <${Card} flush><${List} list=${list} label=${t("announcements.changes")} /><//>
    <//>`;
}
