// @ts-check
import { post } from "../lib/api.js";
import { html } from "../lib/dom.js";
import { moment, money, percent, t } from "../lib/i18n.js";
import { useAnswer } from "../lib/load.js";
import { enter, me } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { FormBox, useForm } from "../ui/form.js";
import { Page, Waiting } from "../ui/page.js";
import { Password } from "../ui/password.js";
import { Table } from "../ui/table.js";
import { EmailForm } from "./parts/email-form.js";
import { Logins } from "./parts/logins.js";
import { SecondFactor } from "./parts/second-factor.js";
import { Sessions } from "./parts/sessions.js";
import { Spoken } from "./parts/spoken.js";
import { Telegram } from "./parts/telegram.js";
import { toast } from "../ui/toast.js";

export default () => html`<${Spoken} words="account"><${Account} /><//>`;

function Account() {
  const user = /** @type {import("../lib/session.js").User} */ (me.value);
  const { data: tier, error } = useAnswer("/api/user/tier");
  // It stands above what is long: what came later would push that down.
  if (!tier && !error) return html`<${Waiting} rows=${8} />`;
  return html`
    <${Page} title=${t("account.title")}>
      <div class="row">
        <div class="col-lg-6">
          <${Card} title=${t("account.profile")}>
            <dl class="facts">
              <dt>${t("register.username")}</dt><dd><bdi>${user.username}</bdi></dd>
              <dt>${t("register.email")}</dt><dd class="text-break"><bdi>${user.email}</bdi></dd>
              <dt>${t("account.since")}</dt><dd>${moment(user.created_at)}</dd>
              <dt>${t("new_order.spent")}</dt><dd class="tabular">${money(user.total_spent)}</dd>
            </dl>
          <//>
          <${Card} title=${t("account.tiers")} flush><${Tiers} tier=${tier} /><//>
        </div>
        <div class="col-lg-6">
          <${Card} title=${t("account.password")}><${PasswordForm} /><//>
          <${Card} title=${t("register.email")}><${EmailForm} /><//>
          <${Telegram} />
          <${Card} title=${t("second_factor.title")}><${SecondFactor} /><//>
          <${Card} title=${t("account.sessions")} flush><${Sessions} /><//>
          <${Card} title=${t("logins.title")} flush><${Logins} path="/api/user/logins" /><//>
        </div>
      </div>
    <//>`;
}

/** @param {{tier: any}} props */
const Tiers = ({ tier }) => {
  if (!tier) return null;
  const columns = [
    {
      label: t("frame.tier"),
      cell: (/** @type {any} */ row) => html`
        ${row.name} ${row.level === tier.level && html`<span class="badge status-green">${t("account.yours")}</span>`}`,
    },
    { label: t("account.from"), number: true, cell: (/** @type {any} */ row) => money(row.min_spent) },
    { label: t("account.discount"), number: true, cell: (/** @type {any} */ row) => percent(row.discount_percent) },
  ];
  return html`
    <${Table} columns=${columns} rows=${tier.tiers} id=${(/** @type {any} */ row) => row.level}
      label=${t("account.tiers")} />
    ${
      tier.next &&
      html`<div class="card-body">
        ${t("account.missing", { amount: money(tier.next.remaining), tier: tier.next.name })}
      </div>`
    }`;
};

function PasswordForm() {
  const blank = { current_password: "", new_password: "" };
  const form = useForm(blank, async (values) => {
    enter((await post("/api/auth/password", values)).user);
    form.reset(blank);
    toast(t("account.password_changed"));
  });
  return html`
    <${FormBox} form=${form} label=${t("account.password")}>
      <${Password} form=${form} name="current_password" label=${t("account.current")} autocomplete="current-password" />
      <${Password} form=${form} name="new_password" label=${t("account.new")} autocomplete="new-password"
        hint=${t("register.password_hint")} />
      <${Button} submit kind="primary" busy=${form.busy}>${t("account.change")}<//>
    <//>`;
}
