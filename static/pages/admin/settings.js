// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { site } from "../../lib/session.js";
import { Failed } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { Fields } from "./settings/fields.js";
import { BrandingSection } from "./settings/branding.js";
import { BanksSection } from "./settings/banks.js";
import { BankSection, TierSection } from "./settings/money.js";
import { MailSection, SafetySection, SepaySection, TelegramSection } from "./settings/site.js";

/** The account customers pay to, and the others that they may choose. @param {any} props */
const Accounts = (props) => html`<${BankSection} ...${props} /><${BanksSection} ...${props} />`;

/** The sections that say more than their fields. @type {Record<string, any>} */
const OWN = {
  bank: Accounts,
  branding: BrandingSection,
  safety: SafetySection,
  sepay: SepaySection,
  telegram: TelegramSection,
};

export default function Settings() {
  const answer = useAnswer("/api/admin/settings");
  const settings = answer.data;
  if (!settings)
    return answer.error
      ? html`<${Failed} error=${answer.error} retry=${answer.reload} />`
      : html`<${Waiting} rows=${8} />`;
  const saved = (/** @type {any} */ next) => {
    answer.set(next);
    const { site_name, notice, support, maintenance } = next;
    site.value = { ...site.value, site_name, notice, support, maintenance };
  };
  const part = (/** @type {any} */ Part, /** @type {string} */ section) =>
    html`<${Part} key=${section} section=${section} settings=${settings} saved=${saved} />`;
  /** @type {string[]} */
  const names = settings.fields.map((/** @type {any} */ { section }) => section);
  const sections = [...new Set(names)].map((section) => part(OWN[section] ?? Fields, section));
  const listed = [...new Set([...names, "tiers", "mail"])];
  const half = Math.floor(sections.length / 2);
  return html`
    <${Page} title=${t("settings.title")} actions=${html`<a class="btn" href="/admin/wizard">${t("wizard.title")}</a>`}>
      <nav class="settings-index" aria-label=${t("settings.index")}>
        ${listed.map((name) => html`<a key=${name} href=${`/admin/settings#${name}`}>${t(`settings.${name}`)}</a>`)}
      </nav>
      <div class="row">
        <div class="col-lg-6">${sections.slice(0, half)}${part(TierSection, "tiers")}</div>
        <div class="col-lg-6">${sections.slice(half)}<${MailSection} mail=${settings.mail} /></div>
      </div>
    <//>`;
}
