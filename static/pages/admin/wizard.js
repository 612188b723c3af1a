// @ts-check
// The first start, step by step. How far it is shows in what is configured, so it can be left and taken up anywhere.

import { put } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { mayLeave } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Failed } from "../../ui/empty.js";
import { Icon } from "../../ui/icon.js";
import { Notice } from "../../ui/notice.js";
import { Page, Waiting } from "../../ui/page.js";
import { toastError } from "../../ui/toast.js";
import { ImportList } from "./parts/import-list.js";
import { ProviderForm } from "./parts/provider-form.js";
import { Tried, tryProvider } from "./parts/provider-test.js";
import { BankSection } from "./settings/money.js";
import { SepaySection } from "./settings/site.js";

const STEPS = ["bank", "sepay", "provider", "import", "sell"];
const named = (/** @type {string[]} */ steps) => steps.map((step) => t(`wizard.${step}`)).join(", ");

/** A link to a section of the settings. @param {string} section */
const toSettings = (section) => html`
  <a href=${`/admin/settings#${section}`}>${t("settings.title")}: ${t(`settings.${section}`)}</a>`;

/** What helps customers who are stuck, as far as it is missing. @param {{settings: any}} props */
function Help({ settings: { support, mail } }) {
  const hasContact = Object.values(support).some(Boolean);
  if (hasContact && mail.links) return null;
  return html`
    <${Notice} kind="info" title=${t("wizard.help")}>
      ${!hasContact && html`<div>${t("wizard.help_contact")} ${toSettings("site")}</div>`}
      ${!mail.links && html`<div>${t("wizard.help_mail")} ${toSettings("mail")}</div>`}
    <//>`;
}

/** Whether customers can buy, and what they get.
 * @param {{missing: string[], isPractice: boolean, hasAddress: boolean}} props */
function Readiness({ missing, isPractice, hasAddress }) {
  if (missing.length)
    return html`
      <${Notice} kind="warning" title=${t("wizard.unready", { steps: named(missing) })}>
        ${t("wizard.unready_lead")}<//>`;
  const isReady = hasAddress && !isPractice;
  return html`
    ${isPractice && html`<${Notice} kind="warning" title=${t("wizard.practice")}>${t("wizard.practice_lead")}<//>`}
    ${!hasAddress && html`<${Notice} kind="warning" title=${t("wizard.no_address")}>${t("wizard.no_address_lead")}<//>`}
    ${isReady && html`<${Notice} kind="success" title=${t("wizard.ready")}>${t("wizard.ready_lead")}<//>`}`;
}

/** Another way to begin: with the provider that only plays. @param {{id: number, done: () => void}} props */
function Practice({ id, done }) {
  const choose = async () => {
    const wish = { name: t("providers.practice"), api_url: "sandbox", api_key: "practice-only" };
    await put(`/api/admin/providers/${id}`, { ...wish, currency: "VND", exchange_rate: "1", active: true });
    done();
  };
  return html`
    <hr />
    <h3 class="h4">${t("wizard.practise_title")}</h3>
    <p>${t("wizard.practise_lead")}</p>
    <${Button} icon="player-play" work=${choose}>${t("wizard.practise")}<//>`;
}

/** On to the next step, whether or not this one is done. @param {{isDone: boolean, go: () => any}} props */
const Onward = ({ isDone, go }) => html`
  <div class="mt-3">
    <${Button} kind=${isDone ? "primary" : ""} work=${go}>${t(isDone ? "wizard.next" : "wizard.later")}<//>
  </div>`;

export default function Wizard() {
  const settings = useAnswer("/api/admin/settings");
  const providers = useAnswer("/api/admin/providers");
  const services = useAnswer("/api/services");
  const [chosen, choose] = useState("");
  const [tried, setTried] = useState(/** @type {any} */ (null));
  const first = providers.data?.items[0];
  const isSet = Boolean(first?.api_url && first.api_key_set);
  // What is saved is tried out: a wrong key is as good as none.
  useEffect(() => {
    setTried(null);
    if (isSet) tryProvider(first.id).then(setTried, toastError);
  }, [providers.data, isSet]);
  const failed = settings.error ?? providers.error;
  if (failed) return html`<${Failed} error=${failed} retry=${settings.reload} />`;
  if (!settings.data || !providers.data || !services.data) return html`<${Waiting} rows=${6} />`;
  const done = {
    bank: settings.data.bank !== null,
    sepay: settings.data.sepay.secret_set,
    provider: tried?.ok === true,
    import: services.data.items.length > 0,
    sell: false,
  };
  // While it is being tried, it keeps nobody from the next step.
  const passed = { ...done, provider: isSet && tried?.ok !== false };
  const missing = STEPS.filter((step) => step !== "sell" && !passed[/** @type {"bank"} */ (step)]);
  const open = chosen || missing[0] || "sell";
  const next = (/** @type {any} */ saved) => {
    settings.set(saved);
    choose("");
  };
  const saved = () => {
    // It stays open until the provider has answered.
    choose("provider");
    providers.reload();
  };
  const test = async () => setTried(await tryProvider(first.id));
  const turn = async (/** @type {string} */ step) => (await mayLeave()) && choose(step);
  const after = STEPS[STEPS.indexOf(open) + 1];
  return html`
    <${Page} title=${t("wizard.title")} lead=${t("wizard.lead")}>
      <ol class="wizard-steps" aria-label=${t("wizard.title")}>
        ${STEPS.map(
          (step, index) => html`
          <li key=${step}>
            <button type="button" class=${`btn ${step === open ? "btn-primary" : ""}`}
              aria-current=${step === open ? "step" : undefined}
              onClick=${() => turn(step)}>
              ${
                done[/** @type {"bank"} */ (step)]
                  ? html`<${Icon}
                name="check" />`
                  : `${index + 1}.`
              } ${t(`wizard.${step}`)}
            </button>
          </li>`,
        )}
      </ol>
      ${open === "bank" && html`<${BankSection} settings=${settings.data} saved=${next} isOpen />`}
      ${open === "sepay" && html`<${SepaySection} settings=${settings.data} saved=${next} isOpen />`}
      ${
        open === "provider" &&
        html`<${Card} title=${t("wizard.provider")}>
          <${ProviderForm} key=${first.api_url} provider=${first} done=${saved} />
          ${!isSet && html`<${Practice} id=${first.id} done=${saved} />`}
          ${isSet && html`<div class="mt-3"><${Button} small icon="plug" work=${test}>${t("providers.test")}<//></div>`}
          ${tried && html`<${Tried} result=${tried} />`}
        <//>`
      }
      ${open === "import" && html`<${ImportList} provider=${first.id} done=${services.reload} />`}
      ${after && html`<${Onward} key=${open} isDone=${done[/** @type {"bank"} */ (open)]} go=${() => turn(after)} />`}
      ${
        open === "sell" &&
        html`<${Card}>
          <${Readiness} missing=${missing} isPractice=${first.practice}
            hasAddress=${settings.data.public_url !== null} />
          <${Help} settings=${settings.data} />
          <div class="btn-list"><a class="btn btn-primary" href="/">${t("menu.shop")}</a><a class="btn" href="/admin">
            ${t("menu.dashboard")}</a><a class="btn" href="/admin/doctor">${t("menu.doctor")}</a></div>
        <//>`
      }
    <//>`;
}
