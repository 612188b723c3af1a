// @ts-check
// The operator's day: what waits, then how it goes, then how it went.

import { withQuery } from "../../lib/api.js";
import { html, useEffect, useRef } from "../../lib/dom.js";
import { drawn } from "../../lib/focus.js";
import { t } from "../../lib/i18n.js";
import { useNews } from "../../lib/live.js";
import { useAnswer } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { site } from "../../lib/session.js";
import { styled } from "../../lib/style.js";
import { day, daysBefore, today as thisDay } from "../../lib/time.js";
import { Failed } from "../../ui/empty.js";
import { Notice } from "../../ui/notice.js";
import { Page, Waiting } from "../../ui/page.js";
import { Funds } from "./parts/funds.js";
import { Health } from "./parts/health.js";
import { Newest } from "./parts/newest.js";
import { SalesChart } from "./parts/sales-chart.js";
import { Sellers } from "./parts/sellers.js";
import { Tasks, tasks } from "./parts/tasks.js";
import { Today } from "./parts/today.js";

await styled("css/dashboard.css", "css/overview-money.css");

const SPANS = ["7", "30", "90"];
const USUAL_SPAN = "30";

export default function Dashboard() {
  const asked = place.value.query.days ?? "";
  const days = SPANS.includes(asked) ? asked : USUAL_SPAN;
  const now = thisDay();
  const waits = tasks.value;
  const settings = useAnswer("/api/admin/settings");
  const services = useAnswer("/api/services");
  const providers = useAnswer("/api/admin/providers");
  const today = useAnswer("/api/admin/stats/today");
  const span = useKept(
    useAnswer(withQuery("/api/admin/stats", { from: daysBefore(now, Number(days) - 1), to: day(now) })),
  );
  const jobs = useAnswer("/api/admin/jobs");
  const orders = useAnswer("/api/admin/orders?limit=5");
  const deposits = useAnswer("/api/admin/deposits?limit=5");
  useNews(["review"], () => Promise.all([span.reload(), today.reload(), jobs.reload()]));
  // All at once: what comes later would push down what is being read.
  const all = [waits, settings, services, providers, today, span, jobs, orders, deposits];
  const isRead = all.every((answer) => answer?.data || answer?.error);
  if (!isRead)
    return html`<${Page} title=${t("dashboard.title")}>
      <div class="overview-waiting"><${Waiting} rows=${8} /></div>
    <//>`;
  // Of the demo everybody knows it.
  const isPractice =
    !site.value.demo && providers.data?.items.some((/** @type {any} */ one) => one.practice && one.active);
  const isSetUp = settings.data && services.data ? wasSetUp(settings.data, services.data) : null;
  const notes = html`
    ${
      isSetUp === false &&
      html`<${Notice} kind="warning" title=${t("dashboard.unfinished")}><a href="/admin/wizard">
        ${t("dashboard.wizard")}</a><//>`
    }
    ${
      isPractice &&
      html`<${Notice} kind="warning" title=${t("wizard.practice")}>
        ${t("wizard.practice_lead")} <a href="/admin/providers">${t("menu.providers")}</a><//>`
    }`;
  return html`
    <${Page} title=${t("dashboard.title")}>
      <${Overview} tasks=${waits} isSetUp=${isSetUp} notes=${notes} today=${today} span=${span} days=${days}
        jobs=${jobs} orders=${orders.data} deposits=${deposits.data} />
    <//>`;
}

/** Whether all that a shop needs is there. @param {any} settings @param {any} services */
const wasSetUp = (settings, services) => Boolean(settings.bank && settings.sepay.secret_set && services.items.length);

/** What was read last stays while something else is read. @param {import("../../lib/load.js").Answer} answer */
function useKept(answer) {
  const kept = useRef(answer.data);
  if (answer.data) kept.current = answer.data;
  return { ...answer, data: kept.current };
}

/** @param {Record<string, any>} props */
function Overview({ tasks, isSetUp, notes, today, span, days, jobs, orders, deposits }) {
  // A link may name the health, which is far down.
  useEffect(drawn, []);
  const failed = (/** @type {any} */ answer) => html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  const spans = html`<div class="btn-group" role="group" aria-label=${t("dashboard.span")}>
    ${SPANS.map(
      (value) => html`<button key=${value} type="button" class="btn" aria-pressed=${value === days}
        onClick=${() => setQuery({ days: value })}>${t("reports.days", { days: value })}</button>`,
    )}
  </div>`;
  const { data } = span;
  return html`
    <div class="overview">
      <div class="overview-tasks"><${Tasks} answer=${tasks} isSetUp=${isSetUp} />${notes}</div>
      <div class="overview-today">${today.data ? html`<${Today} answer=${today.data} />` : failed(today)}</div>
      <div class="overview-chart">${
        data ? html`<${SalesChart} series=${data.series} actions=${spans} />` : failed(span)
      }</div>
      <div class="overview-funds">${data && html`<${Funds} data=${data} />`}</div>
      <div class="overview-sellers">${data && html`<${Sellers} of=${data} days=${days} />`}</div>
      <div class="overview-newest">
        <div id="health" tabindex="-1">${jobs.data ? html`<${Health} jobs=${jobs.data} />` : failed(jobs)}</div>
        <${Newest} orders=${orders} deposits=${deposits} />
      </div>
    </div>`;
}
