// @ts-check
// What an admin can do to a user: move money with a reason, shut out, let in again, give a role, take a second
// factor off.

import { ask, newKey, post, put } from "../../../lib/api.js";
import { html, useLayoutEffect, useState } from "../../../lib/dom.js";
import { money, signed, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { SIGNED, whole } from "../../../lib/number.js";
import { hold } from "../../../lib/router.js";
import { Button } from "../../../ui/button.js";
import { CopyRow } from "../../../ui/copy.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { toast } from "../../../ui/toast.js";

/** @typedef {{user: any, done: (user: any) => void, close: () => void}} Props */

/** Credits or debits; shows what the balance becomes before it does. @param {Props} props */
export function AdjustDialog({ user, done, close }) {
  // One key an opened dialog: a second press after a lost answer moves nothing twice.
  const [key] = useState(newKey);
  const form = useForm(
    { amount: "", reason: "" },
    async ({ amount, reason }) => {
      const path = `/api/admin/users/${user.id}/balance`;
      const after = await ask(path, { method: "PUT", body: { amount: whole(amount, SIGNED), reason }, once: key });
      toast(t("user.adjusted", { name: user.username, balance: money(after.balance) }));
      done(after);
    },
    ({ amount, reason }) => ({
      ...(whole(amount, SIGNED) === 0
        ? { amount: t("user.amount_needed") }
        : wrongNumbers({ amount }, { amount: SIGNED })),
      ...(reason.trim() ? {} : { reason: t("user.reason_needed") }),
    }),
    { draft: `balance ${user.id}`, asks: true },
  );
  const amount = whole(form.values.amount, SIGNED);
  return html`
    <${Dialog} title=${t("user.adjust_title", { name: user.username })} close=${close}>
      <${FormBox} form=${form}>
        <${NumberField} form=${form} name="amount" label=${t("user.amount")} hint=${t("user.amount_hint")} required
          kind=${SIGNED}
          shown=${(/** @type {string} */ text) => t("number.amount", { amount: signed(Number(text)) })} />
        <${Field} form=${form} name="reason" label=${t("user.reason")} required most=${500} />
        ${amount && !form.failure ? html`<${Preview} user=${user} amount=${amount} />` : null}
        <${Button} submit kind="primary" busy=${form.busy}>${t("user.adjust")}<//>
      <//>
    <//>`;
}

/** @param {{user: any, amount: number}} props */
const Preview = ({ user, amount }) => {
  const given = useAnswer(amount < 0 ? `/api/admin/users/${user.id}/overview` : null).data?.money.bonus_unspent ?? 0;
  const after = user.balance + amount;
  const back = Math.min(given, -amount);
  if (after < 0) return html`<${Notice} kind="danger">${t("user.below_zero", { balance: money(user.balance) })}<//>`;
  return html`
    <${Notice} kind="warning">
      ${t("user.preview", { change: signed(amount), before: money(user.balance), after: money(after) })}
      ${back > 0 && t("user.preview_bonus", { given: money(given), back: money(back), own: money(-amount - back) })}
    <//>`;
};

/** Shuts a user out, or lets the user in again. @param {Props} props */
export function BanDialog({ user, done, close }) {
  const banned = !user.banned;
  const form = useForm(
    { reason: "" },
    async ({ reason }) => {
      done(await put(`/api/admin/users/${user.id}/ban`, { banned, reason: reason.trim() || null }));
      toast(t(banned ? "user.banned_done" : "user.unbanned_done", { name: user.username }));
    },
    undefined,
    { draft: `ban ${user.id}`, asks: true },
  );
  return html`
    <${Dialog} title=${t(banned ? "user.ban_title" : "user.unban_title", { name: user.username })} close=${close}>
      <${FormBox} form=${form}>
        <p>${t(banned ? "user.ban_effect" : "user.unban_effect", { balance: money(user.balance) })}</p>
        <${Field} form=${form} name="reason" label=${t("user.reason")} most=${500} />
        <${Button} submit kind=${banned ? "danger" : "primary"} busy=${form.busy}>
          ${t(banned ? "user.ban" : "user.unban")}
        <//>
      <//>
    <//>`;
}

const ROLES = ["user", "support", "admin"];

/** What the user may do. @param {Props} props */
export function RoleDialog({ user, done, close }) {
  const form = useForm(
    { role: user.role, reason: "" },
    async ({ role, reason }) => {
      if (role === user.role) {
        toast(t("common.unchanged"), "info");
        return close();
      }
      done(await put(`/api/admin/users/${user.id}/role`, { role, reason: reason.trim() || null }));
      toast(t("user.role_done", { name: user.username, role: t(`users.${role}`) }));
    },
    undefined,
    { draft: `role ${user.id}`, asks: true },
  );
  const options = ROLES.map((value) => ({ value, text: t(`users.${value}`) }));
  return html`
    <${Dialog} title=${t("user.role_title", { name: user.username })} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="role" label=${t("users.role")} options=${options} required />
        <${Notice} kind=${form.values.role === "admin" ? "warning" : "info"}>
          ${t(`user.role_${form.values.role}`)}
        <//>
        <${Field} form=${form} name="reason" label=${t("user.reason")} most=${500} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("user.role")}<//>
      <//>
    <//>`;
}

/** Takes the second factor off somebody who has lost it. @param {Props} props */
export function FactorDialog({ user, done, close }) {
  const take = async () => {
    await ask(`/api/admin/users/${user.id}/totp`, { method: "DELETE" });
    done({ ...user, totp: false });
    toast(t("user.factor_done", { name: user.username }));
  };
  return html`
    <${Dialog} title=${t("user.factor_title", { name: user.username })} close=${close}>
      <p>${t("user.factor_effect")}</p>
      <${Button} kind="danger" work=${take}>${t("user.factor")}<//>
    <//>`;
}

/** Opens the panel as the user sees it, to look at. @param {Props} props */
export function ViewDialog({ user, close }) {
  const [href, show] = useState("");
  const form = useForm(
    { reason: "" },
    async ({ reason }) => {
      const { token } = await post(`/api/admin/users/${user.id}/view`, { reason: reason.trim() });
      show(`/orders#view=${token}`);
    },
    ({ reason }) => (reason.trim() ? {} : { reason: t("user.reason_needed") }),
    { draft: `view ${user.id}`, asks: true },
  );
  return html`
    <${Dialog} title=${t("user.view_title", { name: user.username })} close=${close}>
      <p>${t("user.view_effect")}</p>
      ${
        href
          ? html`<a class="btn btn-primary" href=${href} target="_blank" rel="noopener" onClick=${close}>
              ${t("user.view_open", { name: user.username })}</a>`
          : html`<${FormBox} form=${form}>
              <${Field} form=${form} name="reason" label=${t("user.reason")} required most=${500} />
              <${Button} submit kind="primary" busy=${form.busy}>${t("user.view_begin")}<//>
            <//>`
      }
    <//>`;
}

/** A link by which a user who has lost the password sets another one. @param {Props} props */
export function LinkDialog({ user, close }) {
  const [url, show] = useState("");
  const [isTaken, take] = useState(false);
  useLayoutEffect(() => (url && !isTaken ? hold("link") : undefined), [url, isTaken]);
  const make = async () => show((await post(`/api/admin/users/${user.id}/reset-link`)).url);
  return html`
    <${Dialog} title=${t("user.link_title", { name: user.username })} close=${close}>
      <p>${t(url ? "user.link_given" : "user.link_effect")}</p>
      ${
        url
          ? html`<${CopyRow} label=${t("user.link_url")} text=${url} copied=${() => take(true)} />`
          : html`<${Button} kind="primary" work=${make}>${t("user.link_make")}<//>`
      }
    <//>`;
}
