// @ts-check
// What waits for the operator, the gravest first, each with the way to deal with it.

import { html, signal, useEffect, useRef } from "../../../lib/dom.js";
import { ago, money, noted, number, t } from "../../../lib/i18n.js";
import { useNews } from "../../../lib/live.js";
import { useAnswer } from "../../../lib/load.js";
import { Card } from "../../../ui/card.js";
import { Failed } from "../../../ui/empty.js";
import { Icon } from "../../../ui/icon.js";
import { Notice } from "../../../ui/notice.js";
import { Waiting } from "../../../ui/page.js";

/** What each kind is pictured by. */
const ICONS = /** @type {Record<string, string>} */ ({
  ...{ ledger: "receipt", parked: "alert-triangle", contradicted: "alert-triangle", cancels: "ban", by_hand: "user" },
  ...{ queued_at_inactive: "plug", held: "player-pause", provider: "plug", low_funds: "wallet" },
  ...{ refills: "refresh", tickets: "message", unmatched: "building-bank", pending_deposits: "credit-card" },
  ...{ paused_services: "player-pause", losses: "percentage", slow_orders: "clock", restored: "history" },
  ...{ notices: "send", letters: "mail", sepay: "building-bank", job: "settings", errors: "circle-x" },
  ...{ backup: "archive", backup_late: "archive", no_backup: "archive", rehearsal: "archive" },
  ...{ backup_upload: "archive", check_up: "circle-check" },
});
/** A person waits. */
const PEOPLE = ["by_hand", "cancels", "refills", "tickets"];
/** The panel's own health. */
const HEALTH = [
  ...["slow_orders", "restored", "notices", "letters", "sepay", "job", "errors"],
  ...["backup", "backup_late", "no_backup", "rehearsal", "backup_upload"],
];
/** What was at one time, of which there is no oldest. */
const EVENTS = ["check_up", "restored"];
/** Trouble that is one thing, whatever is counted of it. */
const SINGLE = [
  ...["held", "provider", "low_funds", "notices"],
  ...["sepay", "backup", "backup_late", "no_backup", "rehearsal", "backup_upload", "job"],
];
/** Jobs and providers make no news; they are looked at again after this. */
const AGAIN_MS = 60_000;
/** News come in bursts: one reading for all that come so shortly after each other. */
const BURST_MS = 500;

/** News after which something else may wait. */
const CHANGES = ["review", "deposit", "desk"];

/** @typedef {import("../../../lib/load.js").Answer} Answer */

/** What the API says that waits, for menu and pages; the frame reads it. */
export const tasks = signal(/** @type {Answer | null} */ (null));

/** Keeps `tasks` up to date, where the user may know. @param {boolean} mayAsk */
export function useTasks(mayAsk) {
  const answer = useAnswer(mayAsk ? "/api/admin/review" : null);
  const latest = useRef(answer.reload);
  latest.current = answer.reload;
  const soon = useRef(0);
  // Who comes back to a hidden tab has everything read again.
  const read = () => document.visibilityState === "visible" && latest.current();
  const readSoon = () => {
    soon.current ||= setTimeout(() => {
      soon.current = 0;
      read();
    }, BURST_MS);
  };
  useNews(CHANGES, readSoon);
  useEffect(() => {
    const timer = setInterval(read, AGAIN_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(soon.current);
    };
  }, []);
  useEffect(() => void (tasks.value = answer), [answer.data, answer.error, mayAsk]);
}

/** All that waits, or a line that nothing does: not where the shop is not set up yet, for then that waits, and says so
 * beside this. @param {{answer: import("../../../lib/load.js").Answer, isSetUp: boolean | null}} props `isSetUp`: null
 * while nobody knows */
export function Tasks({ answer, isSetUp }) {
  const items = answer.data?.items;
  let content;
  if (items?.length) content = html`<${TaskList} items=${items} leads />`;
  else if (items && isSetUp === false) return null;
  else if (items && isSetUp)
    content = html`<div class="card-body"><${Notice} kind="success">${t("tasks.nothing")}<//></div>`;
  else if (answer.error) content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  else content = html`<${Waiting} rows=${1} />`;
  const count = items?.length
    ? html` <span class="badge status-orange ms-1 tabular" title=${t("tasks.counted", { count: items.length })}>
        ${number(items.length)}</span>`
    : "";
  return html`<${Card} title=${html`${t("tasks.title")}${count}`} flush
    actions=${items?.length > 1 && html`<span class="soft small">${t("tasks.gravest_first")}</span>`}>${content}<//>`;
}

/** Money stands still, somebody waits, the panel is not well, or a decision is due. @param {any} item */
function tone({ kind, severity }) {
  if (severity === "danger") return "red";
  if (PEOPLE.includes(kind)) return "blue";
  if (HEALTH.includes(kind)) return "yellow";
  return severity === "info" ? "secondary" : "orange";
}

/** @param {{items: any[], leads?: boolean}} props `leads`: the first is the next thing to do on this page */
export const TaskList = ({ items, leads = false }) => html`
  <ul class="tasks" aria-label=${t("tasks.title")}>
    ${items.map(
      (item, index) => html`
      <li key=${`${item.kind} ${item.about ?? ""}`}>
        <span class=${`task-icon ${tone(item)}`}><${Icon} name=${ICONS[item.kind]} /></span>
        <div class="task-text">
          <div class="task-what">${sentence(item)}</div>
          ${item.oldest && html`<div class="text-secondary small">${since(item)}</div>`}
          ${
            item.detail_coded &&
            html`<div class="text-secondary small text-break"><bdi>${noted(item.detail_coded)}</bdi></div>`
          }
        </div>
        <a class=${`btn ${leads && index === 0 ? "btn-primary" : ""}`} href=${item.path}>
          ${t(`tasks.do.${item.kind}`)}</a>
      </li>`,
    )}
  </ul>`;

/** Since when. @param {any} item */
function since({ kind, count, oldest }) {
  const time = ago(oldest);
  if (EVENTS.includes(kind)) return time;
  return t(count === 1 || SINGLE.includes(kind) ? "tasks.begun" : "tasks.since", { time });
}

/** How long money lasts: in days, when that is more than two. @param {number} hours */
export const lasting = (hours) =>
  hours < 48 ? t("tasks.hours", { count: hours }) : t("tasks.days", { count: Math.floor(hours / 24) });

/** @param {any} item */
function sentence({ kind, count, amount, about }) {
  const names = /** @type {Record<string, string>} */ ({
    paused_services: `paused.${about}`,
    job: `job.${(about ?? "").replaceAll("-", "_")}`,
  });
  const checks = () => about.split(",").map((/** @type {string} */ check) => t(`check.${check}`));
  return t(`tasks.what.${kind}`, {
    count,
    // Of jobs; one failure is not said to be one in a row.
    repeats: count > 1 ? count : null,
    time: lasting(count),
    amount: money(amount),
    lost: amount === null ? null : money(amount),
    about: kind === "check_up" ? checks().join(", ") : kind in names ? t(names[kind]) : about,
  });
}
