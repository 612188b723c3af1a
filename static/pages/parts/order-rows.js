// @ts-check
// The customer's orders in a list: one line each on a desk, on a phone a card of three lines with the one likely
// action.

import { delivered, endsInPart } from "../../lib/delivered.js";
import { html } from "../../lib/dom.js";
import { date, duration, lang, moment, money, number, shortDay, t } from "../../lib/i18n.js";
import { safeHref } from "../../lib/match.js";
import { PLATFORMS, platformOfLink } from "../../lib/platforms.js";
import { isDesk } from "../../lib/screen.js";
import { platformIcon, shortLink, split } from "../../lib/service-name.js";
import { day, daysBefore, moment as written, today } from "../../lib/time.js";
import { Rows, Tile } from "../../ui/rows.js";
import { Status } from "../../ui/status.js";
import { againHref, linkTo, reasonKey } from "./order-facts.js";
import { CancelButton, cancelNote } from "./cancel-order.js";
import { RefillButton } from "./refills.js";
import { runsText } from "./run-facts.js";
import { waitsNote } from "./waits.js";

/** @typedef {(order: any) => void} Done shows what came of an action */

/** `15:31`. @param {string} at */
const clock = (at) => written(lang.value, at, { year: undefined, month: undefined, day: undefined });

/** The time alone of today, the day before it else. @param {string} at */
function short(at) {
  const then = day(new Date(at));
  return then === day(today()) ? clock(at) : `${shortDay(then)} ${clock(at)}`;
}

/** How far it is: units, over a bar while they come; alone when all are there. @param {{order: any}} props */
function Progress({ order }) {
  const { quantity, runs, status } = order;
  if (status === "completed") {
    return html`<span class="tabular">${number(quantity)}${runs && ` × ${number(runs)}`}</span>`;
  }
  const { done, all } = delivered(order);
  const isMoving = done !== null && ["in_progress", "processing", "partial"].includes(status);
  return html`${isMoving && html`<progress max=${all} value=${done} aria-hidden="true"></progress>`}
    <span class="tabular">${number(done)} / ${number(all)}</span>`;
}

/** What is to be known of it beside its status, the most pressing first; "" where there is nothing.
 * @param {any} order */
function note(order) {
  const { status, reason, refunded, completed_at: completed, created_at: created } = order;
  const took = completed && status === "completed" ? (Date.parse(completed) - Date.parse(created)) / 1000 : 0;
  return [
    cancelNote(order),
    waitsNote(order),
    refunded > 0 && t("orders.refunded", { amount: money(refunded) }),
    reason && t(reasonKey(reason)),
    runsText(order),
    endsInPart(order) && t("runs.stopped"),
    took > 0 && t("orders.took", { time: duration(took) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {{text: string}} props */
const Note = ({ text }) => text && html`<span class="row-note" title=${text}><bdi>${text}</bdi></span>`;

/** Of the platform that the name speaks of, else of the one that the link leads to. @param {any} order */
function iconOf({ service_name: name, link }) {
  const said = platformIcon(name);
  const linked = said === "tag" && PLATFORMS.find((one) => one.name === platformOfLink(link));
  return linked ? linked.icon : said;
}

/** @param {{order: any}} props */
function Named({ order }) {
  const { head, tail } = split(order.service_name);
  return html`
    <${Tile} icon=${iconOf(order)} />
    <span class="row-name" title=${order.service_name}><bdi><strong>${head}</strong>${tail && ` ${tail}`}</bdi></span>`;
}

/** Where it goes to. @param {{link: string}} props */
function Place({ link }) {
  const href = safeHref(link);
  const text = html`<bdi>${shortLink(link)}</bdi>`;
  return href
    ? html`<a class="link-text" href=${href} target="_blank" rel="noopener noreferrer" title=${link}>${text}</a>`
    : html`<span class="link-text" title=${link}>${text}</span>`;
}

/** What somebody is likely to want of it. @param {any} order */
function likely({ can_cancel, can_refill }) {
  if (can_cancel) return "cancel";
  return can_refill ? "refill" : "again";
}

/** @param {{order: any, done: Done}} props */
function Actions({ order, done }) {
  const only = isDesk.value ? "" : likely(order);
  const refilled = () => {
    done({ ...order, can_refill: false });
    linkTo(order.id)?.focus();
  };
  const shows = (/** @type {string} */ name) => !only || only === name;
  return html`<div class="row-actions">
    ${shows("again") && html`<a class="btn btn-sm" href=${againHref(order)}>${t("orders.again")}</a>`}
    ${shows("cancel") && html`<${CancelButton} order=${order} done=${done} small />`}
    ${shows("refill") && html`<${RefillButton} order=${order} small done=${refilled} />`}
  </div>`;
}

/** @param {any} order */
const opened = ({ id }) => html`<a class="row-open" href=${`/orders/${id}`}><span>${id}</span></a>`;

/** @param {Done} done @returns {import("../../ui/rows.js").Part[]} */
const onDesk = (done) => [
  { at: "id", label: "ID", cell: opened },
  {
    at: "time",
    label: t("common.time"),
    cell: ({ created_at: at }) => html`<time datetime=${at} title=${moment(at)}>${short(at)}</time>`,
  },
  {
    at: "name",
    label: t("orders.service"),
    cell: (order) => html`<div class="one-line"><${Named} order=${order} /><${Place} link=${order.link} /></div>`,
  },
  { at: "charge", label: t("new_order.charge"), number: true, cell: ({ charge }) => money(charge) },
  { at: "start", label: t("orders.start"), number: true, cell: (order) => number(order.start_count) },
  {
    at: "progress",
    label: t("orders.progress"),
    number: true,
    cell: (order) => html`<${Progress} order=${order} />`,
  },
  {
    at: "status",
    label: t("orders.status"),
    cell: (order) => html`<div class="one-line"><${Status} of="order" value=${order.status} />
      <${Note} text=${note(order)} /></div>`,
  },
  { at: "actions", label: t("common.actions"), cell: (order) => html`<${Actions} order=${order} done=${done} />` },
];

/** @param {Done} done @returns {import("../../ui/rows.js").Part[]} */
const onPhone = (done) => [
  { at: "id", label: "ID", cell: opened },
  { at: "name", label: t("orders.service"), cell: (order) => html`<${Named} order=${order} />` },
  {
    at: "status",
    label: t("orders.status"),
    cell: (order) => html`<${Status} of="order" value=${order.status} />`,
  },
  {
    at: "place",
    label: t("order.link"),
    cell: (order) =>
      html`<time datetime=${order.created_at}>${clock(order.created_at)}</time>${" · "}
        <bdi title=${order.link}>${shortLink(order.link)}</bdi>`,
  },
  { at: "charge", label: t("new_order.charge"), cell: ({ charge }) => money(charge) },
  {
    at: "progress",
    label: t("orders.progress"),
    cell: (order) => html`<${Progress} order=${order} /><${Note} text=${note(order)} />`,
  },
  { at: "actions", label: t("common.actions"), cell: (order) => html`<${Actions} order=${order} done=${done} />` },
];

/** Today, yesterday, or the day. @param {string} then */
function dayName(then) {
  if (then === day(today())) return t("orders.today");
  return then === daysBefore(today(), 1) ? t("orders.yesterday", { day: shortDay(then) }) : date(then);
}

/** The orders by days, with how many and for how much; of a day that goes on below, that is not known.
 * @param {any[]} orders @param {boolean} more */
function byDay(orders, more) {
  /** @type {Map<string, any[]>} */
  const days = new Map();
  for (const order of orders) {
    const then = day(new Date(order.created_at));
    days.set(then, [...(days.get(then) ?? []), order]);
  }
  const last = [...days.keys()].at(-1);
  return [...days].map(([key, rows]) => {
    const sum = rows.reduce((all, { charge }) => all + charge, 0);
    const whole = t("orders.of_day", { count: rows.length, amount: money(sum) });
    return {
      key,
      rows,
      head: html`<span>${dayName(key)}</span>${!(more && key === last) && html`<span class="tabular">${whole}</span>`}`,
    };
  });
}

/** @param {{orders: any[], more: boolean, done: Done}} props */
export const OrderRows = ({ orders, more, done }) => html`
  <${Rows} label=${t("orders.title")} look="order-rows" id=${(/** @type {any} */ order) => order.id}
    parts=${isDesk.value ? onDesk(done) : onPhone(done)}
    groups=${isDesk.value ? [{ key: "all", rows: orders }] : byDay(orders, more)} />`;
