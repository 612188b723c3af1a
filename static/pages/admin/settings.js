// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { site } from "../../lib/session.js";
import { Failed } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { BankSection, DepositSection, PriceSection, TierSection } from "./settings/money.js";
import { SepaySection, SiteSection, TelegramSection } from "./settings/site.js";

export default function Settings() {
  const answer = useAnswer("/api/admin/settings");
  const settings = answer.data;
  if (!settings)
    return answer.error
      ? html`<${Failed} error=${answer.error} retry=${answer.reload} />`
      : html`<${Waiting} rows=${8} />`;
  const saved = (/** @type {any} */ next) => {
    answer.set(next);
    const { site_name, notice, support } = next;
    site.value = { ...site.value, site_name, notice, support };
  };
  const part = (/** @type {any} */ Part) => html`<${Part} settings=${settings} saved=${saved} />`;
  return html`
    <${Page} title=${t("settings.title")} actions=${html`<a class="btn" href="/admin/wizard">${t("wizard.title")}</a>`}>
      <div class="row">
        <div class="col-lg-6">${part(SiteSection)}${part(BankSection)}${part(DepositSection)}</div>
        <div class="col-lg-6">${part(SepaySection)}${part(TelegramSection)}</div>
        <div class="col-lg-6">${part(TierSection)}</div>
        <div class="col-lg-6">${part(PriceSection)}</div>
      </div>
    <//>`;
}
