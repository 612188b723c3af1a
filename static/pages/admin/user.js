// @ts-check
import { html, useState } from "../../lib/dom.js";
import { moment, percent, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { isAdmin } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Card, Figure } from "../../ui/card.js";
import { Page, Unread, Waiting } from "../../ui/page.js";
import { whole } from "./parts/figures.js";
import { LedgerTable } from "./parts/ledger-table.js";
import { OwnRates } from "./parts/own-rates.js";
import { AdjustDialog, BanDialog, FactorDialog, LinkDialog, RoleDialog, ViewDialog } from "./parts/user-actions.js";
import { UserKeys } from "./parts/user-keys.js";
import { Overview, Recent, useSeen } from "./parts/user-overview.js";
import { Logins } from "../parts/logins.js";
import { Spoken } from "../parts/spoken.js";
import { UserState } from "./users.js";

/** One user: standing, money, and what can be done. @param {{id: string}} props */
export default function User({ id }) {
  const answer = useAnswer(`/api/admin/users/${encodeURIComponent(id)}`);
  const user = answer.data;
  if (!user && answer.error) {
    const list = { href: "/admin/users", text: t("menu.users") };
    return html`<${Unread} title=${t("users.title")} absent=${t("users.absent")} answer=${answer}
      list=${list} />`;
  }
  if (!user) return html`<${Waiting} />`;
  return html`<${Person} user=${user} set=${answer.set} />`;
}

/** @param {{user: any, set: (user: any) => void}} props */
function Person({ user, set }) {
  const [dialog, open] = useState(/** @type {any} */ (null));
  // Read anew after the balance was changed.
  const [turn, setTurn] = useState(0);
  const seen = useSeen(user.id);
  if (!seen.isRead) return html`<${Waiting} />`;
  const done = (/** @type {any} */ after) => {
    set(after);
    setTurn((old) => old + 1);
    seen.overview.reload();
    open(null);
  };
  const actions = html`
    <a class="btn" href=${`/admin/orders?user_id=${user.id}`}>${t("user.orders")}</a>
    <a class="btn" href=${`/admin/deposits?user_id=${user.id}`}>${t("menu.deposits")}</a>
    ${isAdmin() && html`<${Doing} user=${user} open=${open} />`}`;
  const Opened = dialog;
  return html`
    <${Page} title=${t("user.title", { name: user.username })} actions=${actions}>
      <div class="figures">
        <${Figure} icon="wallet" label=${t("users.balance")} value=${whole(user.balance)} />
        <${Figure} icon="coin" label=${t("users.spent")} value=${whole(user.total_spent)} />
        <${Figure} icon="crown" label=${t("users.tier")} value=${user.tier.name}
          note=${t("user.discount", { percent: percent(user.tier.discount_percent) })} />
        <${Figure} icon="user" label=${t("users.state")} value=${html`<${UserState} user=${user} />`}
          note=${t("user.since", { time: moment(user.created_at) })} />
      </div>
      <${Card}>
        <dl class="facts">
          <dt>${t("users.email")}</dt><dd><bdi class="text-break">${user.email}</bdi></dd>
          <dt>${t("users.last_seen")}</dt><dd>${user.last_seen ? moment(user.last_seen) : t("users.never")}</dd>
          <dt>${t("user.factor_state")}</dt><dd>${t(user.totp ? "common.yes" : "common.no")}</dd>
          <dt>${t("user.referral_code")}</dt><dd>${user.referral_code}</dd>
        </dl>
      <//>
      <${Overview} answer=${seen.overview} />
      <${Recent} id=${user.id} of=${seen} />
      ${
        isAdmin() &&
        html`<${OwnRates} user=${user} />
          <${Card} title=${t("user.ledger")} flush>
            <${LedgerTable} key=${turn} params=${{ user_id: user.id }} />
          <//>
          <${Card} title=${t("user.keys")} flush>
            <${Spoken} words="reseller"><${UserKeys} user=${user} /><//>
          <//>
          <${Card} title=${t("logins.title")} flush>
            <${Spoken} words="account"><${Logins} path=${`/api/admin/users/${user.id}/logins`} /><//><//>`
      }
      ${Opened && html`<${Opened} user=${user} done=${done} close=${() => open(null)} />`}
    <//>`;
}

/** What an admin can do to the user. @param {{user: any, open: (dialog: () => any) => void}} props */
const Doing = ({ user, open }) => html`
  <a class="btn" href=${`/admin/audit?subject=user:${user.id}`}>${t("menu.audit")}</a>
  ${user.role === "user" && html`<${Button} icon="eye" work=${() => open(() => ViewDialog)}>${t("user.view")}<//>`}
  <${Button} icon="coin" work=${() => open(() => AdjustDialog)}>${t("user.adjust")}<//>
  <${Button} icon="users" work=${() => open(() => RoleDialog)}>${t("user.role")}<//>
  <${Button} icon="link" work=${() => open(() => LinkDialog)}>${t("user.link")}<//>
  ${user.totp && html`<${Button} icon="key" work=${() => open(() => FactorDialog)}>${t("user.factor")}<//>`}
  <${Button} icon=${user.banned ? "shield-check" : "ban"} work=${() => open(() => BanDialog)}>
    ${t(user.banned ? "user.unban" : "user.ban")}
  <//>`;
