// @ts-check
import { withQuery } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { exactMoment, keysOf, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place } from "../../lib/router.js";
import { first } from "../../lib/screen.js";
import { Empty } from "../../ui/empty.js";
import { Desk } from "./desk/desk.js";
import { Changes, Sentence } from "./parts/audit-entry.js";
import { folded } from "./parts/audit-fold.js";

/** Every action in words: an area and a verb. */
const actions = () =>
  keysOf("audit.action").flatMap((area) =>
    keysOf(`audit.action.${area}`).map((verb) => ({
      value: `${area}.${verb}`,
      text: t(`audit.action.${area}.${verb}`),
    })),
  );

/** @param {Record<string, string>} query @returns {import("./desk/filters.js").Narrowing} */
function useNarrowing({ actor_id = "", action = "", subject = "", from = "", to = "" }) {
  const workers = ["admin", "support"].flatMap(
    (role) => useAnswer(`/api/admin/users?role=${role}&limit=100`).data?.items ?? [],
  );
  const all = { value: "", text: t("common.all") };
  const server = { value: "server", text: t("audit.server") };
  const actors = [...workers.map((one) => ({ value: `${one.id}`, text: one.username })), server];
  return {
    search: { name: "subject", label: t("audit.search"), value: subject },
    fields: [
      { name: "actor_id", label: t("audit.actor"), value: actor_id, options: [all, ...actors] },
      { name: "action", label: t("audit.what"), value: action, options: [all, ...actions()] },
    ],
    days: { from, to },
  };
}

/** @param {any[]} rows */
const entries = (rows) => html`
  <ul class="audit" aria-label=${t("audit.title")}>
    ${folded(rows).map((entry) => html`<li key=${entry.id}><${Entry} entry=${entry} /></li>`)}
  </ul>`;

/** On a desk a sentence is one line; its tooltip has all of it. @param {HTMLElement | null} line */
const whole = (line) => void (line && (line.title = line.textContent ?? ""));

/** What the panel does by itself says its reason in the sentence. @param {{entry: any}} props */
const Entry = ({ entry }) => html`
  <div class="audit-said" ref=${whole}><${Sentence} entry=${entry} /></div>
  ${
    entry.actor &&
    entry.reason &&
    html`<div class="small text-break">${t("audit.reason")}: <bdi>${entry.reason}</bdi></div>`
  }
  <div class="text-secondary small">
    <time datetime=${entry.created_at}>${exactMoment(entry.created_at)}</time>
    ${entry.address && html` · ${t("audit.address")} ${entry.address}`} ·${" "}
    <a href=${withQuery("/admin/audit", { subject: entry.subject })}>${t("audit.only_this")}</a>
  </div>
  <${Changes} entry=${entry} />`;

/** Every change that is on record. */
export default function Audit() {
  const query = place.value.query;
  const { actor_id = "", action = "", subject = "", from = "", to = "" } = query;
  const list = useList("/api/admin/audit-log", { actor_id, action, subject, from, to, limit: first(30) });
  const isNarrowed = actor_id || action || subject || from || to;
  return html`
    <${Desk} name="audit" title=${t("audit.title")} lead=${t("audit.lead")} list=${list} columns=${[]}
      narrowing=${useNarrowing(query)} draw=${entries}
      empty=${html`<${Empty} icon="file-text" title=${t(isNarrowed ? "audit.none_found" : "audit.none")} />`} />`;
}
