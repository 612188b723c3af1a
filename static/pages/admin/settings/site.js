// @ts-check
import { post } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { noted, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { CopyRow } from "../../../ui/copy.js";
import { Field, missing } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";
import { Section } from "./section.js";

/** @typedef {{settings: any, saved: (settings: any) => void}} Props */

const CONTACTS = ["zalo", "telegram", "email"];

/** What is blank goes as null: it is emptied. @param {Record<string, string>} changed */
function siteBody(changed) {
  const contacts = CONTACTS.filter((name) => name in changed);
  const rest = Object.entries(changed).filter(([name]) => !CONTACTS.includes(name));
  const body = Object.fromEntries(rest.map(([name, text]) => [name, name === "notice" ? text.trim() || null : text]));
  if (!contacts.length) return body;
  return { ...body, support: Object.fromEntries(contacts.map((name) => [name, changed[name].trim() || null])) };
}

/** @param {Props} props */
export const SiteSection = ({ settings, saved }) => html`
  <${Section} title=${t("settings.site")} saved=${saved}
    first=${{ site_name: settings.site_name, notice: settings.notice ?? "", ...settings.support }}
    body=${siteBody}
    fields=${(/** @type {any} */ form) => html`
      <${Field} form=${form} name="site_name" label=${t("settings.site_name")} most=${100} required />
      <${Field} form=${form} name="notice" label=${t("settings.notice")} rows="3" most=${2000} />
      <${Field} form=${form} name="zalo" label="Zalo" most=${200} />
      <${Field} form=${form} name="telegram" label="Telegram" most=${200} />
      <${Field} form=${form} name="email" label="E-mail" />`} />`;

/** A secret that is written only: left blank it stays. @param {{form: any, name: string, label: string, isSet: boolean,
 *   locked: boolean}} props */
const SecretField = ({ form, name, label, isSet, locked }) => html`
  <${Field} form=${form} name=${name} type="password" label=${label} disabled=${locked} autocomplete="off"
    hint=${t(locked ? "settings.by_environment" : isSet ? "settings.secret_set" : "settings.secret_missing")} />`;

/** The secrets that were typed. @param {Record<string, string>} values @param {string[]} names */
const typed = (values, names) =>
  Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]));

/** @param {Props} props */
export function SepaySection({ settings, saved }) {
  const { sepay, locked } = settings;
  const isLocked = (/** @type {string} */ name) => locked.includes(`sepay.${name}`);
  // The token alone may come first; nothing at all is not saved.
  const check = async (/** @type {any} */ values) =>
    sepay.secret_set || isLocked("secret") || values.api_token ? {} : missing(values, ["secret"]);
  return html`
    <${Section} title=${t("settings.sepay")} saved=${saved} first=${{ secret: "", api_token: "" }}
      locked=${isLocked("secret") && isLocked("api_token")}
      check=${check}
      body=${(/** @type {any} */ values) => ({ sepay: typed(values, ["secret", "api_token"]) })}
      fields=${(/** @type {any} */ form) => html`
        <ol class="ps-3">
          <li>${t("settings.sepay_step_account")}</li><li>${t("settings.sepay_step_webhook")}</li>
          <li>${t("settings.sepay_step_secret")}</li><li>${t("settings.sepay_step_retry")}</li>
        </ol>
        <${CopyRow} label=${t("settings.webhook")} text=${`${location.origin}/api/payment/sepay/webhook`} />
        ${sepay.api_trouble_coded && html`<${Notice} kind="danger">${noted(sepay.api_trouble_coded)}<//>`}
        <div class="mt-3"><${SecretField} form=${form} name="secret" label=${t("settings.sepay_secret")}
          isSet=${sepay.secret_set}
          locked=${isLocked("secret")} /></div>
        <${SecretField} form=${form} name="api_token" label=${t("settings.sepay_token")} isSet=${sepay.api_token_set}
          locked=${isLocked("api_token")} />`} />`;
}

/** @param {Props} props */
export function TelegramSection({ settings, saved }) {
  const { telegram, locked, notices } = settings;
  const isLocked = (/** @type {string} */ name) => locked.includes(`telegram.${name}`);
  const test = async () => {
    await post("/api/admin/telegram/test");
    toast(t("settings.telegram_queued"), "info");
  };
  return html`
    <${Section} title=${t("settings.telegram")} saved=${saved}
      first=${{ bot_token: "", chat_id: telegram.chat_id ?? "", ...notices }}
      body=${(/** @type {any} */ { bot_token, chat_id, ...on }) => {
        const account = bot_token ? { bot_token } : {};
        const chat = chat_id === undefined ? {} : { chat_id: chat_id.trim() || null };
        return { telegram: { ...account, ...chat }, notices: on };
      }}
      fields=${(/** @type {any} */ form) => html`
        <${SecretField} form=${form} name="bot_token" label=${t("settings.bot_token")} isSet=${telegram.bot_token_set}
          locked=${isLocked("bot_token")} />
        <${Field} form=${form} name="chat_id" label=${t("settings.chat_id")} disabled=${isLocked("chat_id")} />
        <fieldset><legend class="form-label">${t("settings.notices")}</legend>
          ${Object.keys(notices).map(
            (name) =>
              html`<${Field} key=${name} form=${form} name=${name} type="checkbox" label=${t(`notice.${name}`)} />`,
          )}
        </fieldset>`}>
      <div class="mt-3"><${Button} icon="send" work=${test}>${t("settings.telegram_test")}<//></div>
    <//>`;
}
