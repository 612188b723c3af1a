// @ts-check
import { withQuery } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { exactMoment, has, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { Card } from "../../ui/card.js";
import { Choice } from "../../ui/choice.js";
import { DateRange } from "../../ui/dates.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { ListTable } from "../../ui/table.js";

/** @typedef {import("../../ui/table.js").Column} Column */

const ACTIONS = [
  ...["user.balance", "user.ban", "user.unban", "user.create_admin", "user.reset_password"],
  ...["order.status", "order.resolve", "order.acknowledge"],
  ...["deposit.approve", "deposit.reject", "bank_transaction.assign"],
  ...["bank_transaction.ignore", "bank_transaction.unignore"],
  ...["service.create", "service.change", "service.import", "service.pause", "service.resume"],
  ...["provider.create", "provider.change", "settings.change"],
];

/** Areas of actions in words; one without is shown as the API names it. @param {string} action */
const named = (action) =>
  has(`audit.action.${action.replace(".", "_")}`) ? t(`audit.action.${action.replace(".", "_")}`) : action;

/** The keys that differ, each with what it was and is. @param {any} before @param {any} after */
function differences(before, after) {
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const text = (/** @type {any} */ value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "–"));
  return [...keys]
    .map((key) => ({ key, before: text(before?.[key]), after: text(after?.[key]) }))
    .filter((one) => one.before !== one.after);
}

/** @param {any} entry */
const changes = (entry) => html`
  <ul class="list-unstyled mb-0 changes">
    ${differences(entry.before, entry.after).map(
      (one) => html`
      <li key=${one.key}><span class="text-secondary">${one.key}:</span>${" "}
        <del class="text-break"><bdi>${one.before}</bdi></del> → <bdi class="text-break">${one.after}</bdi></li>`,
    )}
    ${entry.reason && html`<li class="text-break">${t("audit.reason")}: <bdi>${entry.reason}</bdi></li>`}
  </ul>`;

/** @param {{query: Record<string, string>}} props */
function Filters({ query: { actor_id = "", action = "", subject = "", from = "", to = "" } }) {
  const admins = useAnswer("/api/admin/users?role=admin&limit=100").data?.items ?? [];
  const all = { value: "", text: t("common.all") };
  const actors = admins.map((/** @type {any} */ one) => ({ value: `${one.id}`, text: one.username }));
  const actions = ACTIONS.map((value) => ({ value, text: named(value) }));
  return html`
    <div class="filters">
      <${Search} label=${t("audit.search")} value=${subject}
        change=${(/** @type {string} */ text) => setQuery({ subject: text }, { replace: true })} />
      <${Choice} label=${t("audit.actor")} value=${actor_id} options=${[all, ...actors]}
        choose=${(/** @type {string} */ value) => setQuery({ actor_id: value })} />
      <${Choice} label=${t("audit.what")} value=${action} options=${[all, ...actions]}
        choose=${(/** @type {string} */ value) => setQuery({ action: value })} />
      <${DateRange} from=${from} to=${to} change=${setQuery} />
    </div>`;
}

/** Every change an admin made. */
export default function Audit() {
  const query = place.value.query;
  const { actor_id = "", action = "", subject = "", from = "", to = "" } = query;
  const list = useList("/api/admin/audit-log", { actor_id, action, subject, from, to });
  const isNarrowed = actor_id || action || subject || from || to;
  /** @type {Column[]} */
  const columns = [
    { label: t("common.time"), cell: (entry) => exactMoment(entry.created_at) },
    { label: t("audit.actor"), cell: (entry) => html`<bdi>${entry.actor ?? t("audit.server")}</bdi>` },
    { label: t("audit.what"), cell: (entry) => named(entry.action) },
    {
      label: t("audit.subject"),
      cell: (entry) => html`<a href=${withQuery("/admin/audit", { subject: entry.subject })}>${entry.subject}</a>`,
    },
    { label: t("audit.changes"), cell: changes },
    { label: t("audit.address"), cell: (entry) => entry.address ?? "–" },
  ];
  return html`
    <${Page} title=${t("audit.title")} lead=${t("audit.lead")}>
      <${Card} flush>
        <${Filters} query=${query} />
        <${ListTable} list=${list} columns=${columns} label=${t("audit.title")}
          empty=${html`<${Empty} icon="file-text" title=${t(isNarrowed ? "audit.none_found" : "audit.none")} />`} />
      <//>
    <//>`;
}
