// @ts-check
import { html } from "../../lib/dom.js";
import { exactMoment, has, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { ListTable } from "../../ui/table.js";

/** @typedef {import("../../ui/table.js").Column} Column */

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

/** Every change an admin made. */
export default function Audit() {
  const list = useList("/api/admin/audit-log", {});
  /** @type {Column[]} */
  const columns = [
    { label: t("common.time"), cell: (entry) => exactMoment(entry.created_at) },
    { label: t("audit.actor"), cell: (entry) => html`<bdi>${entry.actor ?? t("audit.server")}</bdi>` },
    { label: t("audit.what"), cell: (entry) => named(entry.action) },
    { label: t("audit.subject"), cell: (entry) => entry.subject },
    { label: t("audit.changes"), cell: changes },
    { label: t("audit.address"), cell: (entry) => entry.address ?? "–" },
  ];
  return html`
    <${Page} title=${t("audit.title")} lead=${t("audit.lead")}>
      <${Card} flush>
        <${ListTable} list=${list} columns=${columns} label=${t("audit.title")}
          empty=${html`<${Empty} icon="file-text" title=${t("audit.none")} />`} />
      <//>
    <//>`;
}
