// @ts-check
import { html } from "../../lib/dom.js";
import { exactMoment, noted, number, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { Card } from "../../ui/card.js";
import { Empty, Failed } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { Table } from "../../ui/table.js";

/** @param {any} row */
function what({ job, panic, request_id }) {
  if (job) return t(`job.${job.replaceAll("-", "_")}`);
  if (panic) return t("errors.panic");
  return t(request_id ? "errors.of_request" : "errors.of_program");
}

/** @returns {import("../../ui/table.js").Column[]} */
const columns = () => [
  {
    label: t("errors.message"),
    wide: true,
    cell: (row) => html`
      <div><strong>${what(row)}</strong></div>
      ${row.cause_coded && html`<div class="text-break"><bdi>${noted(row.cause_coded)}</bdi></div>`}
      ${row.path && html`<div><a href=${row.path}>${t("errors.open")}</a></div>`}
      <div class="text-secondary small text-break">
        ${t("errors.in_log")}: <span lang="en">${row.message}</span> · ${row.place}
      </div>`,
  },
  { label: t("errors.count"), number: true, cell: (row) => number(row.count) },
  {
    label: t("errors.last"),
    cell: (row) => html`
      <time datetime=${row.last_at}>${exactMoment(row.last_at)}</time>
      <div class="text-secondary small">${t("errors.first", { time: exactMoment(row.first_at) })}</div>`,
  },
  {
    label: t("errors.request"),
    cell: (row) => (row.request_id ? html`<code>${row.request_id}</code>` : "–"),
  },
];

/** What went wrong since the start. */
export default function Errors() {
  const answer = useAnswer("/api/admin/errors");
  const { data } = answer;
  let content;
  if (data?.items.length)
    content = html`<${Table} columns=${columns()} rows=${data.items} label=${t("errors.title")}
      id=${(/** @type {any} */ row) => `${row.place} ${row.message} ${row.job} ${row.cause}`} />`;
  else if (data) content = html`<${Empty} icon="circle-check" title=${t("errors.none")} />`;
  else if (answer.error) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else content = html`<${Waiting} />`;
  const lead = html`
    ${t("errors.lead")}
    ${data && html`<div>${t("errors.since", { time: exactMoment(data.started_at), count: data.logged })}</div>`}`;
  return html`
    <${Page} title=${t("errors.title")} lead=${lead}>
      <${Card} flush>${content}<//>
    <//>`;
}
