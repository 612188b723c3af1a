// @ts-check
// What customers want topped up: what waits for the operator first, and how providers kept their promise.

import { html, useState } from "../../lib/dom.js";
import { ago, moment, noted, number, percent, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { LinkText } from "../../ui/link-text.js";
import { Page } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { ListTable, Table } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { isOpen, RefillDialog } from "./parts/refill-dialog.js";
import { UserLink } from "./parts/user-link.js";

const TABS = ["waiting", "open", "late", "review", "by_hand", "rejected", "all"];

/** @param {(refill: any) => void} open @returns {import("../../ui/table.js").Column[]} */
const columns = (open) => [
  { label: "ID", cell: (refill) => refill.id },
  {
    label: t("refills.order"),
    cell: (refill) => html`<a href=${`/admin/orders/${refill.order_id}`}>${refill.order_id}</a>
      <div class="small"><${UserLink} id=${refill.user_id} name=${refill.username} /></div>`,
  },
  {
    label: t("orders.service"),
    cell: (refill) => html`
      <div class="service-cell">
        <span class="text-secondary">${refill.service_id} ·</span> <bdi>${refill.service_name}</bdi>
        <div><${LinkText} text=${refill.link} /></div>
      </div>`,
  },
  {
    label: t("orders.quantity"),
    number: true,
    cell: (refill) => html`${number(refill.quantity)}
      <div class="text-secondary small">${t("orders.start")} ${number(refill.start_count)}</div>`,
  },
  {
    label: t("refills.state"),
    cell: (refill) => html`
      <${Status} of="refill" value=${refill.status} />
      <div class="small"><${Status} of="dispatch" value=${refill.dispatch} /></div>
      ${isOpen(refill) && refill.late && html`<div class="amount-out small">${t("refills.is_late")}</div>`}
      ${refill.note_coded && html`<div class="small text-break"><bdi>${noted(refill.note_coded)}</bdi></div>`}
      ${refill.reason && html`<div class="text-secondary small text-break"><bdi>${refill.reason}</bdi></div>`}`,
  },
  {
    label: t("refills.asked_at"),
    cell: (refill) => html`${ago(refill.created_at)}
      <div class="text-secondary small">${moment(refill.created_at)}</div>`,
  },
  {
    label: t("common.actions"),
    cell: (refill) =>
      isOpen(refill) &&
      refill.dispatch !== "sending" &&
      html`<${Button} small kind=${refill.dispatch === "review" ? "primary" : ""} work=${() => open(refill)}>
        ${t("refills.decide")}
      <//>`,
  },
];

/** @type {() => import("../../ui/table.js").Column[]} */
const keptColumns = () => [
  {
    label: t("orders.service"),
    cell: (kept) => html`${kept.service_id} · <bdi>${kept.service_name}</bdi>`,
  },
  { label: t("refills.asked"), number: true, cell: (kept) => number(kept.asked) },
  { label: t("refills.done"), number: true, cell: (kept) => number(kept.completed) },
  { label: t("refills.rejected"), number: true, cell: (kept) => number(kept.rejected) },
  { label: t("refills.open"), number: true, cell: (kept) => number(kept.open) },
  { label: t("refills.late"), number: true, cell: (kept) => number(kept.late) },
  {
    label: t("refills.kept"),
    number: true,
    cell: (kept) =>
      kept.kept_percent === null
        ? "–"
        : html`${percent(kept.kept_percent)}
            <span class="text-secondary"> (${number(kept.completed)}/${number(kept.completed + kept.rejected)})</span>`,
  },
];

export default function Refills() {
  const { desk = TABS[0] } = place.value.query;
  const filter = { all: {}, rejected: { status: "rejected" } }[desk] ?? { desk };
  const list = useList("/api/admin/refills", filter);
  const counts = useAnswer("/api/admin/refills/counts");
  const kept = useAnswer("/api/admin/refills/by-service");
  const [opened, open] = useState(/** @type {any} */ (null));
  const reload = () => {
    list.reload();
    counts.reload();
  };
  useNews(["review"], reload);
  const tabs = TABS.map((value) => ({
    value,
    text: value === "all" ? t("common.all") : t(`refills.${value}`),
    count: counts.data?.[value],
  }));
  const done = () => {
    open(null);
    reload();
    kept.reload();
  };
  return html`
    <${Page} title=${t("refills.title")} lead=${t("refills.lead")}>
      <${Card} flush>
        <${Tabs} label=${t("refills.state")} tabs=${tabs} value=${desk}
          choose=${(/** @type {string} */ value) => setQuery({ desk: value })} />
        <${ListTable} list=${list} columns=${columns(open)} label=${t("refills.title")}
          empty=${html`<${Empty} icon="circle-check" title=${t("refills.none")} />`} />
      <//>
      ${
        kept.data?.items.length > 0 &&
        html`
        <${Card} title=${t("refills.by_service")} flush>
          <p class="text-secondary card-body mb-0">${t("refills.by_service_lead")}</p>
          <${Table} rows=${kept.data.items} columns=${keptColumns()}
            id=${(/** @type {any} */ one) => one.service_id} label=${t("refills.by_service")} />
        <//>`
      }
      ${opened && html`<${RefillDialog} refill=${opened} done=${done} close=${() => open(null)} />`}
    <//>`;
}
