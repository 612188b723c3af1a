// @ts-check
import { post } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { noted, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { me } from "../../../lib/session.js";
import { Button } from "../../../ui/button.js";
import { CopyRow } from "../../../ui/copy.js";
import { missing } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";
import { Fields } from "./fields.js";
import { Part } from "./section.js";
import { FindChat } from "./find-chat.js";

/** @typedef {{settings: any, saved: (settings: any) => void, isOpen?: boolean}} Props `isOpen`: on a phone too */

/** Whether only the panel's own machine reaches an address. @param {string} address */
const isLocal = (address) => ["localhost", "127.0.0.1", "[::1]"].includes(new URL(address).hostname);

/** @param {Props} props */
export function SepaySection({ settings, saved, isOpen }) {
  const { sepay, locked } = settings;
  const hasSecret = sepay.secret_set || locked.includes("sepay.secret");
  // The token alone may come first; nothing at all is not saved.
  const check = (/** @type {any} */ values) =>
    hasSecret || values["sepay.api_token"] ? {} : missing(values, ["sepay.secret"]);
  const address = settings.public_url ?? location.origin;
  const before = html`
    <ol class="ps-3">
      <li>${t("settings.sepay_step_account")}</li><li>${t("settings.sepay_step_webhook")}</li>
      <li>${t("settings.sepay_step_secret")}</li><li>${t("settings.sepay_step_retry")}</li>
    </ol>
    <div class="mb-3">
      <${CopyRow} label=${t("settings.webhook")} text=${`${address}/api/payment/sepay/webhook`} />
    </div>
    ${isLocal(address) && html`<${Notice} kind="warning">${t("settings.webhook_unreached")}<//>`}
    ${sepay.api_trouble_coded && html`<${Notice} kind="danger">${noted(sepay.api_trouble_coded)}<//>`}`;
  return html`
    <${Fields} section="sepay" settings=${settings} saved=${saved} check=${check} before=${before}
      isOpen=${isOpen} />`;
}

/** Who asks for a second factor has one: else it would shut out first of all whoever asks. @param {Props} props */
export function SafetySection({ settings, saved }) {
  const check = (/** @type {any} */ { require_totp }) => {
    const isShutOut = require_totp && !settings.require_totp && !me.value?.totp;
    return /** @type {Record<string, string>} */ (isShutOut ? { require_totp: t("settings.require_totp_own") } : {});
  };
  return html`
    <${Fields} section="safety" settings=${settings} saved=${saved} check=${check}>
      ${!me.value?.totp && html`<p class="mt-3 mb-0"><a class="btn" href="/account">${t("factor.to_account")}</a></p>`}
    <//>`;
}

/** That what is sent does not arrive, since when, and why. @param {{of: any, word: "deliver" | "mail"}} props */
const Undelivered = ({ of: { trouble_coded: why, failing_since: since }, word }) =>
  why ? html`<${Notice} kind="danger">${t(`dashboard.undelivered.${word}`, { why, since })}<//>` : null;

/** How letters go out, which only the server's environment says.
 * @param {{mail: any}} props */
export function MailSection({ mail }) {
  const state = !mail.server ? "off" : mail.links ? "on" : "no_links";
  return html`
    <${Part} id="mail" title=${t("settings.mail")}>
      <${Undelivered} of=${mail} word="mail" />
      <p class="text-break">${t(`settings.mail_${state}`, mail)}</p>
      <p>${t("settings.mail_where")}</p>
      <a class="btn" href="/admin/doctor">${t("menu.doctor")}</a>
    <//>`;
}

/** @param {Props} props */
export function TelegramSection({ settings, saved }) {
  const answer = useAnswer("/api/admin/telegram");
  const notices = answer.data;
  const { locked } = settings;
  const hasToken = settings.telegram.bot_token_set || locked.includes("telegram.bot_token");
  const test = async () => {
    await post("/api/admin/telegram/test");
    toast(t("settings.telegram_queued"), "info");
  };
  const before = (/** @type {import("../../../ui/form.js").Form} */ form) => html`
    ${notices?.configured && html`<${Undelivered} of=${notices} word="deliver" />`}
    ${
      !locked.includes("telegram.chat_id") &&
      html`<${FindChat} notices=${answer} hasToken=${hasToken}
        take=${(/** @type {string} */ chat) => form.set("telegram.chat_id", chat)} />`
    }`;
  return html`
    <${Fields} section="telegram" settings=${settings} saved=${saved} before=${before}>
      <div class="mt-3"><${Button} icon="send" work=${test}>${t("settings.telegram_test")}<//></div>
    <//>`;
}
