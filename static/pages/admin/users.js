// @ts-check
import { html, useState } from "../../lib/dom.js";
import { moment, money, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
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
  {
    label: t("common.actions"),
    cell: (user) => html`
      <div class="btn-list flex-nowrap">
        <${Button} small icon="coin" label=${t("user.adjust")} work=${() => open({ dialog: AdjustDialog, user })} />
        <${Button} small icon=${user.banned ? "shield-check" : "ban"}
          label=${t(user.banned ? "user.unban" : "user.ban")}
          work=${() => open({ dialog: BanDialog, user })} />
      </div>`,
  },
];

/** @param {{user: any}} props */
export const UserState = ({ user }) => {
  if (user.banned) return html`<span class="badge status-red">${t("users.banned")}</span>`;
  if (user.role === "admin") return html`<span class="badge status-blue">${t("users.admin")}</span>`;
  return html`<span class="badge status-green">${t("users.active")}</span>`;
};

export default function Users() {
  const search = place.value.query.search ?? "";
  const list = useList("/api/admin/users", { search });
  const [opened, open] = useState(/** @type {{dialog: any, user: any} | null} */ (null));
  const done = (/** @type {any} */ after) => {
    list.change((users) => users.map((user) => (user.id === after.id ? after : user)));
    open(null);
  };
  return html`
    <${Page} title=${t("users.title")}>
      <${Card} flush>
        <div class="filters">
          <${Search} label=${t("users.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
        </div>
        <${ListTable} list=${list} columns=${columns(open)} label=${t("users.title")}
          empty=${html`<${Empty} icon="users" title=${t(search ? "users.none_found" : "users.none")} />`} />
      <//>
      ${opened && html`<${opened.dialog} user=${opened.user} done=${done} close=${() => open(null)} />`}
    <//>`;
}
