// @ts-check
// Money without a usable code finds its owner: a user found by search, or the deposit that was approved for it.

import { post, withQuery } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { money, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Empty } from "../../../ui/empty.js";
import { Notice } from "../../../ui/notice.js";
import { Search } from "../../../ui/search.js";
import { toast } from "../../../ui/toast.js";

/** @param {{transaction: any, done: (transaction: any) => void, close: () => void}} props */
export function AssignDialog({ transaction, done, close }) {
  const [search, setSearch] = useState("");
  const [chosen, choose] = useState(/** @type {any} */ (null));
  const found = useAnswer(search ? withQuery("/api/admin/users", { search, limit: 8 }) : null);
  const assign = async (/** @type {any} */ to) => {
    done(await post(`/api/admin/bank-transactions/${transaction.id}/assign`, to));
    toast(t("bank.assigned"));
  };
  const suggested = transaction.suggested_deposit_id;
  return html`
    <${Dialog} title=${t("bank.assign_title", { amount: money(transaction.amount) })} close=${close}>
      <p class="text-break">${t("bank.content")}: <bdi>${transaction.content || "–"}</bdi></p>
      ${suggested && html`<${Suggestion} id=${suggested} amount=${transaction.amount} assign=${assign} />`}
      <${Search} label=${t("bank.find_user")} value=${search} change=${setSearch} />
      <div class="list-group my-3" role="group" aria-label=${t("bank.find_user")}>
        ${(found.data?.items ?? []).map(
          (/** @type {any} */ user) => html`
          <button key=${user.id} type="button" onClick=${() => choose(user)} aria-pressed=${chosen?.id === user.id}
            class=${`list-group-item list-group-item-action ${chosen?.id === user.id ? "active" : ""}`}>
            <bdi class="fw-bold">${user.username}</bdi> · <bdi>${user.email}</bdi> · ${money(user.balance)}
          </button>`,
        )}
      </div>
      ${search && found.data?.items.length === 0 && html`<${Empty} icon="users" title=${t("users.none_found")} />`}
      ${chosen && html`<${Confirm} user=${chosen} amount=${transaction.amount} assign=${assign} />`}
    <//>`;
}

/** @param {{user: any, amount: number, assign: (to: any) => Promise<void>}} props */
const Confirm = ({ user, amount, assign }) => html`
  <${Notice} kind="warning">
    ${t("bank.assign_effect", { name: user.username, amount: money(amount), after: money(user.balance + amount) })}
  <//>
  <${Button} kind="primary" work=${() => assign({ user_id: user.id })}>${t("bank.credit")}<//>`;

/** @param {{id: number, amount: number, assign: (to: any) => Promise<void>}} props */
function Suggestion({ id, amount, assign }) {
  const [tie, setTie] = useState(false);
  return html`
    <${Notice} kind="info" title=${t("bank.suggested", { id })}>
      <p>${t("bank.tie_effect", { amount: money(amount) })}</p>
      ${
        tie
          ? html`<${Button} kind="primary" work=${() => assign({ deposit_id: id })}>${t("bank.tie_confirm")}<//>`
          : html`<${Button} work=${() => setTie(true)}>${t("bank.tie")}<//>`
      }
    <//>`;
}
