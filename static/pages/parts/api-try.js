// @ts-check
// Each action of the reseller API with the caller's own values: as a program to copy, and to be tried.

import { ask } from "../../lib/api.js";
import { sample, LANGUAGES } from "../../lib/api-samples.js";
import { confirm } from "../../lib/confirm.js";
import { html, useId, useState } from "../../lib/dom.js";
import { fieldSentence, money, number, sentence, t } from "../../lib/i18n.js";
import { bodyOf, quantityOf } from "../../lib/order-fields.js";
import { ACTIONS, given, orderParameters, parameters } from "../../lib/reseller.js";
import { styled } from "../../lib/style.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Choice } from "../../ui/choice.js";
import { CopyButton } from "../../ui/copy.js";
import { Tabs } from "../../ui/tabs.js";

await styled("css/code.css");

/** Stands where the caller's key belongs. */
const PLACEHOLDER = "YOUR_API_KEY";
/** @type {Record<string, string>} */
const NAMES = { curl: "curl", php: "PHP", python: "Python", node: "Node" };

/** @param {{address: string, made: string, services: import("../../lib/services.js").Service[],
 *   orders: number[]}} props `made`: a key that was just made */
export function Try({ address, made, services, orders }) {
  const [chosen, choose] = useState("balance");
  const [language, setLanguage] = useState("curl");
  const [typedKey, setKey] = useState("");
  const [typed, setTyped] = useState(/** @type {Record<string, Record<string, string>>} */ ({}));
  const [answer, setAnswer] = useState("");

  const key = typedKey.trim() || made;
  const values = typed[chosen] ?? {};
  const first = services.find((service) => service.quantity_from === "quantity") ?? services[0];
  const wanted = services.find((service) => String(service.id) === values.service?.trim()) ?? first;
  const asked = chosen === "add" ? orderParameters(wanted) : parameters(chosen, wanted, orders);
  const { action, isOrder } = ACTIONS[chosen];
  /** @type {[string, string][]} */
  const fields = [["key", key || PLACEHOLDER], ["action", action], ...given(asked, values)];
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    setAnswer("");
    setTyped({ ...typed, [chosen]: { ...values, [name]: value } });
  };
  const actions = Object.keys(ACTIONS).map((value) => ({ value, text: t(`reseller.action.${value}`) }));
  const languages = LANGUAGES.map((value) => ({ value, text: NAMES[value] }));
  const pick = (/** @type {string} */ next) => {
    setAnswer("");
    choose(next);
  };
  const typeKey = (/** @type {string} */ _name, /** @type {string} */ value) => setKey(value);
  const call = async () => {
    if (isOrder && !(await mayChange(chosen, Object.fromEntries(fields), services))) return;
    setAnswer(await said(fields));
  };
  const text = sample(language, address, fields);
  return html`
    <${Card} title=${t("reseller.samples")}>
      <${Choice} label=${t("reseller.action_label")} value=${chosen} options=${actions} choose=${pick} />
      <p class="form-hint">${t(`reseller.about.${chosen}`)}</p>
      ${asked.map(
        (one) => html`<${Parameter} key=${`${chosen} ${one.name}`} name=${one.name} lines=${one.lines}
          value=${values[one.name] ?? (one.optional ? "" : one.value)} set=${set}
          placeholder=${one.optional ? t("reseller.optional", { value: one.value }) : undefined} />`,
      )}
      <${Tabs} label=${t("reseller.language")} tabs=${languages} value=${language} choose=${setLanguage} />
      <${Code} text=${text} what=${NAMES[language]} />
    <//>
    <${Card} title=${t("reseller.try")}>
      <p>${t("reseller.try_lead")}</p>
      <${Parameter} name="key" value=${typedKey} set=${typeKey}
        placeholder=${made ? t("reseller.key_in_use") : PLACEHOLDER} />
      <${Button} kind="primary" icon="send" work=${call} disabled=${!key}>${t("reseller.call")}<//>
      <div aria-live="polite">
        ${answer && html`<${Code} text=${answer} what=${t("reseller.answer")} />`}
      </div>
    <//>`;
}

/** What is named in words of its own before an order. */
const SHOWN = ["service", "link", "quantity"];

/** Whether a call that moves money is meant: what it is about is named first. @param {string} chosen
 * @param {Record<string, string>} values @param {import("../../lib/services.js").Service[]} services */
async function mayChange(chosen, values, services) {
  const facts =
    chosen === "add" ? await factsOf(values, services) : [[t("orders.title"), values.order ?? values.orders]];
  return confirm({
    title: t(`reseller.sure.${chosen}`),
    text: html`
      <dl class="facts mb-3">${facts.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
      <p>${t("reseller.sure.text")}</p>`,
    yes: t("reseller.call"),
    no: t("common.cancel"),
  });
}

/** What would be ordered, and what the panel asks for it, or why it would refuse it.
 * @param {Record<string, string>} values @param {import("../../lib/services.js").Service[]} services */
async function factsOf(values, services) {
  const service = services.find(({ id }) => String(id) === values.service.trim());
  if (!service) return [[t("new_order.service"), values.service]];
  const { runs, interval } = values;
  const timing = runs ? { runs: Number(runs), interval: Number(interval) } : {};
  const quote = ask("/api/orders/quote", { body: { ...bodyOf(service, values), link: values.link, ...timing } });
  const others = orderParameters(service).filter(({ name }) => !SHOWN.includes(name) && values[name]?.trim());
  return [
    [t("new_order.service"), `${service.id} · ${service.name}`],
    [t(`link_kind.${service.link_kind}`), values.link],
    [t("new_order.quantity"), number(quantityOf(service, values))],
    ...others.map(({ name }) => [html`<code>${name}</code>`, values[name]]),
    [t("new_order.charge"), await quote.then(({ charge }) => money(charge), refused)],
  ];
}

/** Each field that is not as it must be, or why else. @param {import("../../lib/api.js").ApiError} error */
const refused = (error) =>
  error.fields.map((one) => `${one.field}: ${fieldSentence(one)}`).join(" ") || sentence(error);

/** What the API answers, as it may be read. The session stays out of it: the key says who asks.
 * @param {[string, string][]} fields */
async function said(fields) {
  try {
    const body = new URLSearchParams(fields);
    const answer = await fetch("/api/v2", { method: "POST", body, credentials: "omit" });
    return JSON.stringify(await answer.json(), null, 2);
  } catch {
    return t("reseller.no_answer");
  }
}

/** One parameter, under the name that the API gives it. @param {{name: string, value: string, lines?: boolean,
 *   placeholder?: string, set: (name: string, value: string) => void}} props */
function Parameter({ name, value, lines, placeholder, set }) {
  const id = useId();
  const onInput = (/** @type {any} */ event) => set(name, event.target.value);
  const shared = { id, value, placeholder, onInput, class: "form-control", autocomplete: "off", spellcheck: false };
  return html`
    <div class="mb-3">
      <label class="form-label" for=${id}><code>${name}</code></label>
      ${lines ? html`<textarea rows="4" ...${shared}></textarea>` : html`<input type="text" ...${shared} />`}
    </div>`;
}

/** @param {{text: string, what: string}} props */
const Code = ({ text, what }) => html`
  <div class="code-box">
    <pre tabindex="0" role="region" aria-label=${what}><code><bdi>${text}</bdi></code></pre>
    <${CopyButton} text=${text} what=${what} />
  </div>`;
