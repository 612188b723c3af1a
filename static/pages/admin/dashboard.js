// @ts-check
import { withQuery } from "../../lib/api.js";
import { html, useEffect } from "../../lib/dom.js";
import { drawn } from "../../lib/focus.js";
import { ago, has, money, number, t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useAnswer } from "../../lib/load.js";
import { site } from "../../lib/session.js";
import { day, today as thisDay } from "../../lib/time.js";
import { Card, Figure } from "../../ui/card.js";
import { Failed } from "../../ui/empty.js";
import { Notice } from "../../ui/notice.js";
import { Page, Waiting } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { Table } from "../../ui/table.js";
import { Figures } from "./parts/figures.js";
import { SalesChart } from "./parts/sales-chart.js";
import { lasting, Tasks, useTasks } from "./parts/tasks.js";
import { UserLink } from "./parts/user-link.js";

export default function Dashboard() {
  const tasks = useTasks();
  const isSetUp = useSetUp();
  const month = useAnswer("/api/admin/stats");
  const now = day(thisDay());
  const today = useAnswer(withQuery("/api/admin/stats", { from: now, to: now }));
  const jobs = useAnswer("/api/admin/jobs");
  const providers = useAnswer("/api/admin/providers").data;
  // Of the demo everybody knows it.
  const isPractice = !site.value.demo && providers?.items.some((/** @type {any} */ one) => one.practice && one.active);
  useNews(["review"], () => Promise.all([month.reload(), today.reload(), jobs.reload()]));
  let figures;
  if (month.data) figures = html`<${Overview} month=${month.data} today=${today.data} jobs=${jobs.data} />`;
  else if (month.error) figures = html`<${Failed} error=${month.error} retry=${month.reload} />`;
  else figures = html`<${Waiting} rows=${8} />`;
  return html`
    <${Page} title=${t("dashboard.title")}>
      <${Tasks} answer=${tasks} isSetUp=${isSetUp} />
      ${
        isSetUp === false &&
        html`<${Notice} kind="warning" title=${t("dashboard.unfinished")}><a href="/admin/wizard">
          ${t("dashboard.wizard")}</a><//>`
      }
      ${
        isPractice &&
        html`<${Notice} kind="warning" title=${t("wizard.practice")}>
          ${t("wizard.practice_lead")} <a href="/admin/providers">${t("menu.providers")}</a><//>`
      }
      ${figures}
    <//>`;
}

/** @param {{month: any, today: any, jobs: any}} props */
function Overview({ month, today, jobs }) {
  // A link may name the health, which is far down.
  useEffect(drawn, []);
  return html`
    <h2 class="h3">${t("dashboard.today")}</h2>
    ${today ? html`<${Figures} of=${today} />` : html`<${Waiting} rows=${1} />`}
    <h2 class="h3">${t("dashboard.month")}</h2>
    <${Figures} of=${month} />
    <${Card} title=${t("figures.by_day")}><${SalesChart} series=${month.series} /><//>
    <div class="row">
      <div class="col-lg-6"><${Funds} data=${month} /><${Best} services=${month.services} /></div>
      <div class="col-lg-6"><div id="health" tabindex="-1"><${Health} jobs=${jobs} /></div><${Newest} /></div>
    </div>`;
}

/** Whether all that a shop needs is set up; null while that is read. */
function useSetUp() {
  const settings = useAnswer("/api/admin/settings").data;
  const services = useAnswer("/api/services").data;
  if (!settings || !services) return null;
  return Boolean(settings.bank && settings.sepay.secret_set && services.items.length);
}

/** What is owed to users against what the providers hold. @param {{data: any}} props */
const Funds = ({ data }) => html`
  <${Card} title=${t("dashboard.funds")}>
    <div class="figures mb-0">
      <${Figure} label=${t("dashboard.liabilities")} value=${money(data.liabilities)} />
      ${data.funds.map(
        (/** @type {any} */ one) => html`
        <${Figure} key=${one.provider_id} label=${one.provider_name} href="/admin/providers"
          value=${one.balance_vnd === null ? "–" : money(one.balance_vnd)}
          note=${
            one.hours_left === null ? t("dashboard.no_pace") : t("dashboard.lasts", { time: lasting(one.hours_left) })
          } />`,
      )}
    </div>
  <//>`;

/** @param {{services: any[]}} props */
const Best = ({ services }) => {
  const columns = [
    { label: t("orders.service"), cell: (/** @type {any} */ row) => html`<bdi>${row.service_name}</bdi>` },
    { label: t("menu.orders"), number: true, cell: (/** @type {any} */ row) => number(row.orders) },
    { label: t("figures.sales"), number: true, cell: (/** @type {any} */ row) => money(row.sales) },
    { label: t("figures.profit"), number: true, cell: (/** @type {any} */ row) => money(row.profit) },
  ];
  if (!services.length) return html`<${Card} title=${t("dashboard.best")}><${Nothing} /><//>`;
  return html`<${Card} title=${t("dashboard.best")} flush>
    <${Table} columns=${columns} rows=${services.slice(0, 5)} id=${(/** @type {any} */ row) => row.service_id}
      label=${t("dashboard.best")} />
  <//>`;
};

/** What a card of a new panel says. */
const Nothing = () => html`<p class="text-secondary mb-0">${t("common.nothing")}</p>`;

/** A job that waits for a provider is no job that has not run yet. @param {any} job */
const doing = ({ status, error_coded }) => (status === "waiting" && error_coded ? "behind" : status);

/** That nothing arrives, and why. Why another job fails stands with what waits. @param {{job: any}} props */
function Undelivered({ job: { name, status, error_coded, failing_since } }) {
  const key = `dashboard.undelivered.${name}`;
  if (status !== "failing" || !has(key)) return null;
  const said = t(key, { why: error_coded, since: failing_since });
  return html`<div class="w-100 small text-break text-danger"><bdi>${said}</bdi></div>`;
}

/** The proof of the ledger and every job in one line each. @param {{jobs: any}} props */
const Health = ({ jobs }) => {
  if (!jobs) return null;
  const { audit } = jobs;
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
      <ul class="list-unstyled mb-0">
        ${jobs.items.map(
          (/** @type {any} */ job) => html`
          <li key=${job.name} class="d-flex flex-wrap gap-2 py-1">
            <span>${t(`job.${job.name.replaceAll("-", "_")}`)}</span>
            <span class="text-secondary">${job.last_run_at ? ago(job.last_run_at) : t("dashboard.not_yet")}</span>
            <span class="ms-auto"><${Status} of="job" value=${doing(job)} /></span>
            <${Undelivered} job=${job} />
          </li>`,
        )}
      </ul>
    <//>`;
};

/** What was received, or is expected. @param {any} deposit */
const amountOf = ({ status, credited, amount }) => (status === "completed" ? credited : amount);

function Newest() {
  const orders = useAnswer("/api/admin/orders?limit=5").data;
  const deposits = useAnswer("/api/admin/deposits?limit=5").data;
  return html`
    <${Card} title=${t("dashboard.newest_orders")}>
      ${orders?.items.length === 0 && html`<${Nothing} />`}
      ${(orders?.items ?? []).map(
        (/** @type {any} */ order) => html`
        <div key=${order.id} class="d-flex flex-wrap gap-2 py-1">
          <a href=${`/admin/orders/${order.id}`}>${order.id}</a>
          <span class="text-break"><${UserLink} id=${order.user_id} name=${order.username} /></span>
          <span class="ms-auto tabular">${money(order.charge)}</span><${Status} of="order" value=${order.status} />
        </div>`,
      )}
    <//>
    <${Card} title=${t("dashboard.newest_deposits")}>
      ${deposits?.items.length === 0 && html`<${Nothing} />`}
      ${(deposits?.items ?? []).map(
        (/** @type {any} */ deposit) => html`
        <div key=${deposit.id} class="d-flex flex-wrap gap-2 py-1">
          <a href=${`/admin/deposits?search=${deposit.code}`}>${deposit.code}</a>
          <span class="text-break"><${UserLink} id=${deposit.user_id} name=${deposit.username} /></span>
          <span class="ms-auto tabular">${money(amountOf(deposit))}</span><${Status} of="deposit"
            value=${deposit.status} />
        </div>`,
      )}
    <//>`;
}
