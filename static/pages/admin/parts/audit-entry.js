// @ts-check
// An entry of the audit log as one sentence, with the change to unfold.

import { html } from "../../../lib/dom.js";
import { has, money, number, percent, rate, rich, t } from "../../../lib/i18n.js";
import { differences, fieldName, isReplaced, shown } from "./audit-values.js";

/** Longer values do not fit in a sentence. */
const LONGEST = 40;
const NAMED = 3;

/** The pages of what is changed. @type {Record<string, (id: string, name: string) => string>} */
const PAGES = {
  user: (id) => `/admin/users/${id}`,
  order: (id) => `/admin/orders/${id}`,
  category: () => "/admin/categories",
  categories: () => "/admin/categories",
  service: (id) => `/admin/services?search=%23${id}`,
  provider: () => "/admin/providers",
  refill: () => "/admin/refills?desk=all",
  announcement: () => "/admin/announcements",
  coupon: () => "/admin/coupons",
  ticket: (id) => `/admin/tickets/${id}`,
  canned_answer: () => "/admin/tickets",
  deposit: (id, name) => `/admin/deposits?search=${name || id}`,
  bank_transaction: (id, name) => `/admin/bank?search=${name || id}`,
  backup: () => "/admin/backups",
  panel: () => "/admin/users",
  settings: () => "/admin/settings",
};

/** Which sentence of its action an entry gets, and what stands in it besides who and what.
 * @type {Record<string, (entry: any) => [string, Record<string, any>]>} */
const VARIANTS = {
  "user.balance": ({ after }) => [
    after.amount > 0 ? "_up" : after.bonus ? "_down_bonus" : "_down",
    { amount: money(Math.abs(after.amount)), bonus: money(after.bonus ?? 0), after: money(after.balance) },
  ],
  "order.status": (entry) => {
    const refund = entry.after.refunded - entry.before.refunded;
    const status = (/** @type {any} */ side) => shown(entry, "status", side.status);
    const values = { before: status(entry.before), after: status(entry.after), amount: money(refund) };
    return [refund > 0 ? "_refunded" : "", values];
  },
  "order.resolve": ({ after }) => [
    { queued: "_resend", sent: "_sent" }[/** @type {string} */ (after.dispatch)] ?? "_cancel",
    { amount: money(after.refunded), id: after.provider_order_id },
  ],
  "user.role": ({ after }) => ["", { after: t(`users.${after.role}`) }],
  "user.use_reset_link": ({ after }) => ["", { by: after.made_by }],
  "refill.decide": ({ after }) => ["", { after: t(`status.refill.${after.status}`) }],
  "order.cancel": ({ before, after }) => [
    after.status === "canceled" ? "" : "_asked",
    { amount: money(after.refunded - before.refunded) },
  ],
  "order.refuse": ({ before, after }) => ["", { amount: money(after.refunded - before.refunded) }],
  "backup.restore": (entry) => {
    const until = shown(entry, "reaches_until", entry.after.reaches_until);
    return [entry.after.reaches_until ? "_until" : "", { until }];
  },
  "provider.release": ({ after }) => {
    const refused = after?.refused_orders?.length ?? 0;
    return [refused ? "_refused" : "", { count: number(refused) }];
  },
  "provider.leave": ({ after }) => [after.parked_orders ? "_parked" : "", { count: number(after.parked_orders) }],
  "deposit.approve": ({ after }) => ["", { amount: money(after.credited) }],
  "bank_transaction.assign": ({ after }) => [
    after.user_id ? "_user" : "_deposit",
    { amount: money(after.amount), id: after.user_id ?? after.deposit_id },
  ],
  "bank_transaction.ignore": ({ after }) => ["", { amount: money(after.amount) }],
  "bank_transaction.unignore": ({ after }) => ["", { amount: money(after.amount) }],
  "category.merge": ({ before, after }) => [
    "",
    { name: before.name, count: number(before.services.length), into: after.into },
  ],
  "category.delete": ({ before }) => ["", { name: before.name }],
  "service.create": ({ after }) => ["", { rate: rate(after.rate) }],
  "service.pause": (entry) => ["", { why: shown(entry, "paused_reason", entry.after.paused_reason) }],
  "service.source": (entry) =>
    entry.after.problem ? ["_off", { why: shown(entry, "problem", entry.after.problem) }] : ["_on", {}],
  "service.import": ({ after }) => {
    const made = after.services.filter((/** @type {any} */ one) => !one.before).length;
    const counts = { count: after.services.length, created: made, updated: after.services.length - made };
    const words = Object.entries(counts).map(([name, count]) => [name, number(count)]);
    return ["", { ...Object.fromEntries(words), percent: percent(after.markup_percent) }];
  },
  "user.rates": changed,
  "announcement.change": changed,
  "coupon.change": changed,
  "ticket.change": changed,
  "canned_answer.change": changed,
  "category.change": changed,
  "service.change": changed,
  "provider.change": changed,
  "settings.change": changed,
};

/** One field says from what to what, a secret only that it is another one, several are named.
 * @param {any} entry @returns {[string, Record<string, any>]} */
function changed(entry) {
  const all = differences(entry);
  const [one] = all;
  if (all.length === 1 && isReplaced(one)) return ["_replaced", { field: fieldName(one.path) }];
  if (all.length === 1) {
    const values = { before: shown(entry, one.path, one.before), after: shown(entry, one.path, one.after) };
    const fits = Object.values(values).every((text) => text.length <= LONGEST);
    if (fits) return ["_one", { field: fieldName(one.path), ...values }];
  }
  const names = all.slice(0, NAMED).map(({ path }) => fieldName(path));
  const left = all.length - names.length;
  const fields = names.join(", ") + (left > 0 ? ` ${t("audit.and_more", { count: left })}` : "");
  return ["_many", { fields }];
}

/** What was changed, as a link to its page. @param {{entry: any}} props */
function Subject({ entry }) {
  const [kind, id = ""] = entry.subject.split(":");
  const name = entry.subject_name ?? "";
  if (!(kind in PAGES)) return html`<bdi>${entry.subject}</bdi>`;
  const key = `audit.subject_of.${kind}${name ? "_named" : ""}`;
  const called = t(has(key) ? key : `audit.subject_of.${kind}`, { id, name });
  return html`<a href=${PAGES[kind](id, name)}><bdi>${called}</bdi></a>`;
}

/** @param {{entry: any}} props */
export function Sentence({ entry }) {
  const actor = html`<strong><bdi>${entry.actor ?? t("audit.server")}</bdi></strong>`;
  const subject = html`<${Subject} entry=${entry} />`;
  const [variant, values] = VARIANTS[entry.action]?.(entry) ?? ["", {}];
  const key = `audit.sentence.${entry.action}${variant}`;
  const quoted = Object.entries(values).map(([name, value]) => [name, html`<${Value} text=${value} />`]);
  const about = { ...Object.fromEntries(quoted), actor, subject, action: entry.action };
  const said = rich(has(key) ? key : "audit.other", about, values);
  return html`<span class="text-break">${said}</span>`;
}

/** A figure or a telephone number stays in one line. @param {{text: string}} props */
const Value = ({ text }) => html`<bdi class=${/^[\d\s.,+−₫%()-]{1,24}$/.test(text) ? "text-nowrap" : ""}>${text}</bdi>`;

/** The change, to unfold. @param {{entry: any}} props */
export function Changes({ entry }) {
  const services = entry.after?.services;
  const rows = Array.isArray(services) ? [] : differences(entry);
  if (!rows.length && !services) return null;
  return html`
    <details class="mt-1">
      <summary>${t("audit.show")}</summary>
      <div class="table-responsive">
        ${
          services
            ? html`<${Imported} services=${services} entry=${entry} />`
            : html`<${Rows} rows=${rows} entry=${entry} />`
        }
      </div>
    </details>`;
}

/** @param {{rows: import("./audit-values.js").Difference[], entry: any}} props */
const Rows = ({ rows, entry }) => html`
  <table class="table" aria-label=${t("audit.changes")}>
    <thead><tr><th scope="col">${t("audit.part")}</th><th scope="col">${t("audit.before")}</th>
      <th scope="col">${t("audit.after")}</th></tr></thead>
    <tbody>
      ${rows.map(
        ({ path, before, after }) => html`
        <tr key=${path}>
          <th scope="row">${fieldName(path)}</th>
          <td class="text-break"><${Value} text=${shown(entry, path, before)} /></td>
          <td class="text-break"><${Value} text=${shown(entry, path, after)} /></td>
        </tr>`,
      )}
    </tbody>
  </table>`;

/** @param {{services: any[], entry: any}} props */
const Imported = ({ services, entry }) => html`
  <table class="table" aria-label=${t("audit.changes")}>
    <thead><tr><th scope="col">${t("orders.service")}</th><th scope="col">${t("services.rate")}</th>
      <th scope="col">${t("services.cost")}</th></tr></thead>
    <tbody>
      ${services.map(
        (one) => html`
        <tr key=${one.id}>
          <th scope="row"><a href=${`/admin/services?search=%23${one.id}`}>${one.id}</a></th>
          ${["rate", "cost"].map(
            (name) => html`
            <td key=${name} class="tabular">
              ${one.before && one.before[name] !== one.after[name] && html`${shown(entry, name, one.before[name])} → `}
              ${shown(entry, name, one.after[name])}
            </td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`;
