// @ts-check
// What the shop tells: news and warnings of the operator, and what became of services.

import { html } from "../lib/dom.js";
import { moment, rate, t } from "../lib/i18n.js";
import { useList } from "../lib/load.js";
import { place, setQuery } from "../lib/router.js";
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
const Change = ({ service: { change, rate_before, rate_after } }) => html`
  <span class=${`badge status-${TONES[change]}`}>${t(`announcements.change.${change}`)}</span>${" "}
  <span class="tabular">
    ${rate_before && rate_after && html`<s class="text-secondary">${rate(rate_before)}</s>${" → "}`}
    ${rate_after && rate(rate_after)}
  </span>`;

/** @param {{told: any}} props */
export const Told = ({ told }) => html`
  <div class="fw-bold text-break">
    ${
      told.kind === "warning" && html`<span class="badge status-orange">${t("announcements.kind.warning")}</span>${" "}`
    }
    <bdi>${told.title}</bdi></div>
  ${told.service && html`<div><${Change} service=${told.service} /></div>`}
  ${told.text && html`<p class="lines text-break mb-0"><bdi>${told.text}</bdi></p>`}`;

/** @type {() => import("../ui/table.js").Column[]} */
const columns = () => [
  { label: t("announcements.what"), cell: (told) => html`<${Told} told=${told} />` },
  {
    label: t("common.time"),
    cell: (told) => html`<span class="text-secondary">${moment(told.starts_at)}</span>`,
  },
];

export default () => html`<${Spoken} words="news"><${Announcements} /><//>`;

function Announcements() {
  const { kind = "" } = place.value.query;
  const list = useList("/api/announcements", kind ? { kind } : {});
  const tabs = TABS.map((value) => ({ value, text: value ? t(`announcements.kind.${value}`) : t("common.all") }));
  return html`
    <${Page} title=${t("announcements.title")}>
      <${Card} flush>
        <${Tabs} label=${t("announcements.title")} tabs=${tabs} value=${kind}
          choose=${(/** @type {string} */ value) => setQuery({ kind: value })} />
        <${ListTable} list=${list} columns=${columns()} label=${t("announcements.title")}
          empty=${html`<${Empty} icon="bell" title=${t("announcements.none")} />`} />
      <//>
    <//>`;
}
