// @ts-check
import { clock } from "../../lib/clock.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { ago, moment, money, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin, me } from "../../lib/session.js";
import { browser } from "../../lib/store.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { Desk } from "./desk/desk.js";
import { AdjustDialog, BanDialog } from "./parts/user-actions.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("./desk/fitting.js").DeskColumn} DeskColumn */

/** The order that is in force unless another is chosen: the address says it where another was. */
const NEWEST = "newest";

/** @param {Record<string, any>} sorts @returns {DeskColumn[]} */
const columns = (sorts) => [
  {
    key: "name",
    label: t("users.name"),
    least: 140,
    fixed: true,
    cell: (user) => html`<${UserLink} id=${user.id} name=${user.username} />`,
    whole: (user) => user.username,
  },
  {
    key: "email",
    label: t("users.email"),
    least: 160,
    drop: 4,
    line: (user) => html`<bdi class="soft">${user.email}</bdi>`,
    whole: (user) => user.email,
    cell: (user) => html`<bdi class="text-break">${user.email}</bdi>`,
  },
  { key: "balance", label: t("users.balance"), width: 124, number: true, cell: (user) => money(user.balance) },
  {
    key: "spent",
    label: t("users.spent"),
    width: 124,
    number: true,
    sort: sorts.spent,
    cell: (user) => money(user.total_spent),
  },
  {
    key: "tier",
    label: t("users.tier"),
    width: 96,
    drop: 3,
    cell: (user) => user.tier.name,
    whole: (user) => user.tier.name,
  },
  {
    key: "state",
    label: t("users.state"),
    width: 126,
    line: (user) => html`<${UserDot} user=${user} />`,
    cell: (user) => html`<${UserState} user=${user} />`,
  },
  {
    key: "created",
    label: t("users.created"),
    width: 92,
    drop: 1,
    sort: sorts.newest,
    line: (user) => html`<span class="soft">${clock(user.created_at)}</span>`,
    whole: (user) => moment(user.created_at),
    cell: (user) => moment(user.created_at),
  },
  {
    key: "seen",
    label: t("users.last_seen"),
    width: 164,
    drop: 2,
    cell: (user) => (user.last_seen ? ago(user.last_seen) : t("users.never")),
    whole: (user) => (user.last_seen ? moment(user.last_seen) : ""),
  },
];

/** @param {(what: {dialog: any, user: any}) => void} open @returns {DeskColumn} */
const actions = (open) => ({
  key: "actions",
  label: t("common.actions"),
  width: 100,
  fixed: true,
  cell: (user) => html`
      <div class="btn-list flex-nowrap">
        <${Button} small icon="coin" label=${t("user.adjust")} work=${() => open({ dialog: AdjustDialog, user })} />
        <${Button} small icon=${user.banned ? "shield-check" : "ban"}
          label=${t(user.banned ? "user.unban" : "user.ban")}
          work=${() => open({ dialog: BanDialog, user })} />
      </div>`,
});

/** What is to be known of a user first, in its colour. @param {any} user @returns {[string, string]} */
function standing(user) {
  if (user.banned) return ["red", t("users.banned")];
  return user.role === "user" ? ["green", t("users.active")] : ["blue", t(`users.${user.role}`)];
}

/** @param {{user: any}} props */
export const UserState = ({ user }) => {
  const [tone, text] = standing(user);
  return html`<span class=${`badge status-${tone}`}>${text}</span>`;
};

/** @param {{user: any}} props */
const UserDot = ({ user }) => {
  const [tone, text] = standing(user);
  return html`<span class=${`dot dot-${tone}`}>${text}</span>`;
};

/** Under which the order that somebody chose last is kept. */
const kept = () => `sort users ${me.peek()?.id}`;

/** What the list can be narrowed to. A search is shown newest first, a tier by spending, so either ends the other.
 * @param {Record<string, string>} params @param {any[]} tiers @returns {import("./desk/filters.js").Narrowing} */
function narrowed(params, tiers) {
  const { search, status, role, tier, sort } = params;
  const all = { value: "", text: t("common.all") };
  const words = (/** @type {string[]} */ values) => [
    all,
    ...values.map((value) => ({ value, text: t(`users.${value}`) })),
  ];
  const levels = tiers.map((/** @type {any} */ one) => ({ value: `${one.level}`, text: one.name }));
  const orders = [
    ...(tier ? [] : [{ value: NEWEST, text: t("users.newest") }]),
    { value: "spent", text: t("users.by_spending") },
  ];
  const [also, isQuiet] = [{ search: "" }, true];
  const mine = [
    { name: "role", label: t("users.role"), value: role, options: words(["user", "support", "admin"]) },
    { name: "tier", label: t("users.tier"), value: tier, options: [all, ...levels], also },
  ];
  return {
    search: { label: t("users.search"), value: search, also: { tier: "", sort: "" } },
    fields: [
      { name: "status", label: t("users.state"), value: status, options: words(["active", "banned"]) },
      ...(isAdmin() ? mine : []),
      { name: "sort", label: t("users.sort"), value: tier ? "spent" : sort || NEWEST, options: orders, also, isQuiet },
    ],
    file: isAdmin() ? { list: "/api/admin/users", params } : undefined,
  };
}

/** The order of the list, by the heads of its columns. @param {Record<string, string>} params */
const sortsOf = ({ tier, sort }) => {
  const bySpending = Boolean(tier) || sort === "spent";
  const direction = /** @type {const} */ ("descending");
  const by = (/** @type {Record<string, string>} */ changes) => () => setQuery({ search: "", ...changes });
  return {
    spent: { active: bySpending, direction, choose: by({ sort: "spent" }) },
    newest: { active: !bySpending, direction, choose: by({ sort: NEWEST, tier: "" }) },
  };
};

/** Of a user on a phone's card. */
const PLACES = { head: "name", state: "state", under: ["email", "tier"], end: "balance" };

export default function Users() {
  const { search = "", status = "", role = "", tier = "", sort: said = "" } = place.value.query;
  useEffect(() => void (said && browser.set(kept(), said)), [said]);
  // A search and a tier have an order of their own.
  const chosen = said || (search || tier ? "" : browser.get(kept()));
  const sort = chosen === "spent" ? chosen : "";
  const params = { search, status, role, tier, sort };
  const list = useList("/api/admin/users", params);
  const tiers = useAnswer(isAdmin() ? "/api/admin/settings" : null).data?.tiers ?? [];
  const isNarrowed = search || status || role || tier;
  const [opened, open] = useState(/** @type {{dialog: any, user: any} | null} */ (null));
  const done = (/** @type {any} */ after) => {
    list.change((users) => users.map((user) => (user.id === after.id ? after : user)));
    open(null);
  };
  return html`
    <${Desk} name="users" title=${t("users.title")} list=${list} narrowing=${narrowed(params, tiers)} isPlain
      places=${PLACES}
      columns=${[...columns(sortsOf(params)), ...(isAdmin() ? [actions(open)] : [])]}
      own=${(/** @type {any} */ user) => `/admin/users/${user.id}`}
      empty=${html`<${Empty} icon="users" title=${t(isNarrowed ? "users.none_found" : "users.none")} />`}>
      ${opened && html`<${opened.dialog} user=${opened.user} done=${done} close=${() => open(null)} />`}
    <//>`;
}
