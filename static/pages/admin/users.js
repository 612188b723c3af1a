// @ts-check
import { html, useState } from "../../lib/dom.js";
import { ago, moment, money, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Choice } from "../../ui/choice.js";
import { Download } from "../../ui/download.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { ListTable } from "../../ui/table.js";
import { AdjustDialog, BanDialog } from "./parts/user-actions.js";
import { UserLink } from "./parts/user-link.js";

/** @typedef {import("../../ui/table.js").Column} Column */

/** @param {(what: {dialog: any, user: any}) => void} open @returns {Column[]} */
const columns = (open) => [
  { label: t("users.name"), cell: (user) => html`<${UserLink} id=${user.id} name=${user.username} />` },
  { label: t("users.email"), cell: (user) => html`<bdi class="text-break">${user.email}</bdi>` },
  { label: t("users.balance"), number: true, cell: (user) => money(user.balance) },
  { label: t("users.spent"), number: true, cell: (user) => money(user.total_spent) },
  { label: t("users.tier"), cell: (user) => user.tier.name },
  { label: t("users.state"), cell: (user) => html`<${UserState} user=${user} />` },
  { label: t("users.created"), cell: (user) => moment(user.created_at) },
  { label: t("users.last_seen"), cell: (user) => (user.last_seen ? ago(user.last_seen) : t("users.never")) },
  ...(isAdmin() ? [actions(open)] : []),
];

/** @param {(what: {dialog: any, user: any}) => void} open @returns {Column} */
const actions = (open) => ({
  label: t("common.actions"),
  cell: (user) => html`
      <div class="btn-list flex-nowrap">
        <${Button} small icon="coin" label=${t("user.adjust")} work=${() => open({ dialog: AdjustDialog, user })} />
        <${Button} small icon=${user.banned ? "shield-check" : "ban"}
          label=${t(user.banned ? "user.unban" : "user.ban")}
          work=${() => open({ dialog: BanDialog, user })} />
      </div>`,
});

/** @param {{user: any}} props */
export const UserState = ({ user }) => {
  if (user.banned) return html`<span class="badge status-red">${t("users.banned")}</span>`;
  if (user.role !== "user") return html`<span class="badge status-blue">${t(`users.${user.role}`)}</span>`;
  return html`<span class="badge status-green">${t("users.active")}</span>`;
};

/** What the list can be narrowed to. A search is shown newest first, a tier by spending, so either ends the other.
 * @param {{query: Record<string, string>}} props */
function Filters({ query: { search = "", status = "", role = "", tier = "", sort = "" } }) {
  const tiers = useAnswer(isAdmin() ? "/api/admin/settings" : null).data?.tiers ?? [];
  const all = { value: "", text: t("common.all") };
  const words = (/** @type {string[]} */ values) => [
    all,
    ...values.map((value) => ({ value, text: t(`users.${value}`) })),
  ];
  const levels = tiers.map((/** @type {any} */ one) => ({ value: `${one.level}`, text: one.name }));
  const orders = [
    ...(tier ? [] : [{ value: "", text: t("users.newest") }]),
    { value: "spent", text: t("users.by_spending") },
  ];
  const narrow = (/** @type {string} */ name) => (/** @type {string} */ value) => setQuery({ [name]: value });
  return html`
    <div class="filters">
      <${Search} label=${t("users.search")} value=${search}
        change=${(/** @type {string} */ text) => setQuery({ search: text, tier: "", sort: "" }, { replace: true })} />
      <${Choice} label=${t("users.state")} value=${status} options=${words(["active", "banned"])}
        choose=${narrow("status")} />
      ${
        isAdmin() &&
        html`<${Choice} label=${t("users.role")} value=${role} options=${words(["user", "support", "admin"])}
          choose=${narrow("role")} />
          <${Choice} label=${t("users.tier")} value=${tier} options=${[all, ...levels]}
          choose=${(/** @type {string} */ value) => setQuery({ tier: value, search: "" })} />`
      }
      <${Choice} label=${t("users.sort")} value=${tier ? "spent" : sort} options=${orders}
        choose=${(/** @type {string} */ value) => setQuery({ sort: value, search: "" })} />
      ${isAdmin() && html`<${Download} list="/api/admin/users" params=${{ search, status, role, tier, sort }} />`}
    </div>`;
}

export default function Users() {
  const query = place.value.query;
  const { search = "", status = "", role = "", tier = "", sort = "" } = query;
  const list = useList("/api/admin/users", { search, status, role, tier, sort });
  const isNarrowed = search || status || role || tier;
  const [opened, open] = useState(/** @type {{dialog: any, user: any} | null} */ (null));
  const done = (/** @type {any} */ after) => {
    list.change((users) => users.map((user) => (user.id === after.id ? after : user)));
    open(null);
  };
  return html`
    <${Page} title=${t("users.title")}>
      <${Card} flush>
        <${Filters} query=${query} />
        <${ListTable} list=${list} columns=${columns(open)} label=${t("users.title")}
          empty=${html`<${Empty} icon="users" title=${t(isNarrowed ? "users.none_found" : "users.none")} />`} />
      <//>
      ${opened && html`<${opened.dialog} user=${opened.user} done=${done} close=${() => open(null)} />`}
    <//>`;
}
