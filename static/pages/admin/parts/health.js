// @ts-check
// How the background jobs stand, and the last proof of the ledger.

import { html } from "../../../lib/dom.js";
import { ago, has, t } from "../../../lib/i18n.js";
import { Card } from "../../../ui/card.js";
import { Notice } from "../../../ui/notice.js";
import { Status } from "../../../ui/status.js";

/** A job that waits for a provider is no job that has not run yet. @param {any} job */
const doing = ({ status, error_coded }) => (status === "waiting" && error_coded ? "behind" : status);

/** That nothing arrives, and why. Why another job fails stands with what waits. @param {{job: any}} props */
function Undelivered({ job: { name, status, error_coded, failing_since } }) {
  const key = `dashboard.undelivered.${name}`;
  if (status !== "failing" || !has(key)) return null;
  const said = t(key, { why: error_coded, since: failing_since });
  return html`<div class="w-100 small text-break text-danger"><bdi>${said}</bdi></div>`;
}

/** Whether nobody has to look at it: it does its work, or has none. @param {any} job */
const isFine = (job) => ["ok", "idle", "waiting"].includes(doing(job));

/** A line for each. @param {{jobs: any[]}} props */
const Jobs = ({ jobs }) => html`
  <ul class="list-unstyled mb-0">
    ${jobs.map(
      (job) => html`
      <li key=${job.name} class="d-flex flex-wrap gap-2 py-1">
        <span>${t(`job.${job.name.replaceAll("-", "_")}`)}</span>
        <span class="text-secondary">${job.last_run_at ? ago(job.last_run_at) : t("dashboard.not_yet")}</span>
        <span class="ms-auto"><${Status} of="job" value=${doing(job)} /></span>
        <${Undelivered} job=${job} />
      </li>`,
    )}
  </ul>`;

/** The proof of the ledger, what is not as it should be, and behind a line the rest. @param {{jobs: any}} props */
export const Health = ({ jobs }) => {
  const { audit } = jobs;
  const fine = jobs.items.filter(isFine);
  return html`
    <${Card} title=${t("dashboard.health")}>
      ${
        audit &&
        html`<${Notice} kind=${audit.ok ? "success" : "danger"}>
          ${t(audit.ok ? "dashboard.proven" : "dashboard.broken", {
            time: ago(audit.at),
            count: audit.differences,
          })}
          ${audit.first_differences.map(
            (/** @type {string} */ text) => html`<div key=${text} class="text-break">
            ${text}</div>`,
          )}
        <//>`
      }
      <${Jobs} jobs=${jobs.items.filter((/** @type {any} */ job) => !isFine(job))} />
      ${
        fine.length > 0 &&
        html`<details><summary class="py-1">${t("dashboard.fine", { count: fine.length })}</summary>
          <${Jobs} jobs=${fine} /></details>`
      }
    <//>`;
};
