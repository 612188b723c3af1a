// @ts-check
import { ApiError, ask, newKey, withQuery } from "../../lib/api.js";
import { html, useEffect, useMemo, useState } from "../../lib/dom.js";
import { lang, number, rate, t } from "../../lib/i18n.js";
import { bodyOf, fieldsWith, linkOf, quantityOf, unitsOf } from "../../lib/order-fields.js";
import { platformOfLink } from "../../lib/platforms.js";
import { inLine } from "../../lib/service-name.js";
import { categories, filtered, platforms, priceOf, sold } from "../../lib/services.js";
import { refresh } from "../../lib/session.js";
import { Combobox } from "../../ui/combobox.js";
import { Field, FormBox, useForm } from "../../ui/form.js";
import { Platforms } from "../parts/platforms.js";
import { perTime, Terms, UsualTime } from "../parts/service-facts.js";
import { OrderField, wrongFields } from "./fields.js";
import { LinkField, useWarnings } from "./link.js";
import { picks, QuickServices } from "./quick.js";
import { estimated, Summary, useQuote } from "./quote.js";
import { RunsFields, TimingFields, wrongRuns, wrongTiming } from "./timing.js";

/** @typedef {import("../../lib/services.js").Service} Service */

/** Shown at once; who looks for more types more. */
const MOST_LISTED = 100;

/** @param {Service} service */
const option = (service) => ({
  value: String(service.id),
  text: `${service.id} · ${inLine(service.name)}`,
  detail: rate(priceOf(service)),
});

/** Price and limits, at a glance. @param {Service} service */
function note(service) {
  const price = t(`new_order.price_per_${service.rate_per}`, { rate: rate(priceOf(service)) });
  const counts = service.quantity_from !== null;
  const limits = counts && `${number(service.min_quantity)} – ${number(service.max_quantity)}`;
  return html`<span>${price}</span> ${perTime(service)}${limits && ` · ${limits}`}
    ${service.note && html` · <bdi>${service.note}</bdi>`}`;
}

/** @param {Service | undefined} service @param {Record<string, any>} values */
const check = (service, values) =>
  service
    ? { ...wrongFields(service, values), ...wrongTiming(values), ...wrongRuns(service, values) }
    : { service_id: t("new_order.choose_service") };

/** @param {{services: Service[], recent: number[], first: Record<string, any>, draft: string,
 *   done: (order: any) => any, refreshed: () => Promise<void>}} props `recent`: ids of services that were ordered of
 *   late; `first`: what is filled in; `refreshed` reads the prices again */
export function OrderForm({ services: all, recent, first, draft, done, refreshed }) {
  const services = useMemo(() => sold(all), [all]);
  const [platform, setPlatform] = useState("");
  // A lost answer is asked for again under the same key; another wish gets another one.
  const [sent, setSent] = useState({ body: "", key: "" });
  const known = services.find((service) => String(service.id) === first.service);
  const blank = {
    ...Object.fromEntries(services.flatMap(({ fields }) => fields.map(({ name }) => [name, first[name] ?? ""]))),
    service_id: known ? first.service : "",
    start_at: first.start_at ?? "",
    drip_feed: Boolean(first.runs),
    runs: first.runs ?? "",
    interval: first.interval ?? "",
    category: known?.category ?? "",
  };
  const form = useForm(blank, send, (now) => check(find(now), now), { draft });
  const find = (/** @type {Record<string, any>} */ now) => services.find((one) => String(one.id) === now.service_id);
  const service = find(form.values);
  const warnings = useWarnings(service, service ? linkOf(service, form.values) : "");
  const isWhole = service && !Object.keys(check(service, form.values)).length;
  const quoted = useQuote(isWhole ? bodyOf(service, form.values) : null, service ? priceOf(service) : "");
  const units = service && isWhole ? unitsOf(service, form.values) : null;
  const cost = quoted ?? (units === null ? null : estimated(/** @type {Service} */ (service), units));
  const quick = useMemo(() => picks(services, recent), [services, recent]);
  const [Servers, setServers] = useState(/** @type {any} */ (null));
  const { category } = form.values;
  useEffect(() => {
    if (category) import("./servers.js").then((module) => setServers(() => module.Servers)).catch(() => {});
  }, [category]);
  // Until a service is chosen a link says for which platform one is wanted.
  const led = service ? "" : platformOfLink(String(form.values.link ?? "").trim());
  useEffect(() => {
    if (led && platforms(services).some(({ name }) => name === led)) setPlatform(led);
  }, [led]);

  async function send(/** @type {Record<string, any>} */ now) {
    const chosen = /** @type {Service} */ (find(now));
    // Nobody is charged for what was not yet said.
    if ((await warnings.look(linkOf(chosen, now))) !== warnings.text) return;
    const estimate = estimated(chosen, /** @type {number} */ (unitsOf(chosen, now)));
    const wish = { ...bodyOf(chosen, now), expected_charge: quoted ?? estimate };
    const body = JSON.stringify(wish);
    const key = sent.body === body ? sent.key : newKey();
    setSent({ body, key });
    try {
      await done(await ask("/api/orders", { body: wish, once: key }));
    } catch (error) {
      if (error instanceof ApiError && error.code === "price_changed") await Promise.all([refreshed(), refresh()]);
      // How many there are is said at the field that is counted.
      if (error instanceof ApiError && chosen.quantity_from)
        for (const one of error.fields) if (one.field === "quantity") one.field = chosen.quantity_from;
      throw error;
    }
  }

  const shown = useMemo(() => filtered(services, { platform }), [services, platform]);
  const listed = (/** @type {Parameters<typeof filtered>[1]} */ wanted) =>
    filtered(shown, wanted).slice(0, MOST_LISTED).map(option);
  const inCategory = useMemo(() => listed({ category }), [shown, category, lang.value]);
  const search = (/** @type {string} */ typed) => listed({ search: typed });
  const choose = (/** @type {string} */ id) => {
    form.set("service_id", id);
    form.set("category", services.find((one) => String(one.id) === id)?.category ?? "");
  };
  const pick = (/** @type {string} */ name) => {
    setPlatform(name);
    form.set("category", "");
    form.set("service_id", "");
  };
  const offered = categories(shown).map((name) => ({ value: name, text: name }));
  const names = [{ value: "", text: t("common.all") }, ...offered];
  const hasLink = !service || service.fields.some(({ kind }) => kind === "link");
  const left = (/** @type {any} */ { target: { name } }) => {
    /** @type {Record<string, string>} */
    const wrong = service ? check(service, form.values) : {};
    if (wrong[name] && String(form.values[name] ?? "").trim()) form.complain(name, wrong[name]);
  };
  return html`
    <${FormBox} form=${form} label=${t("new_order.title")}>
      <div class="order-form">
        <div class="order-fields" onFocusOut=${left}>
          ${hasLink && html`<${LinkField} form=${form} service=${service} warnings=${warnings} />`}
          <${QuickServices} services=${quick} chosen=${form.values.service_id} choose=${choose} />
          <${Platforms} platforms=${platforms(services)} value=${platform} choose=${pick} />
          <${Field} form=${form} name="category" label=${t("services.category")} required
            options=${names} />
          <${Combobox} label=${t("new_order.service")} placeholder=${t("new_order.search")} options=${inCategory}
            chosen=${service && option(service).text} note=${service ? note(service) : t("new_order.none_yet")}
            find=${search} value=${form.values.service_id} choose=${choose} invalid=${form.errors.service_id} />
          ${Servers && html`<${Servers} ...${{ services: all, category, service, choose }} />`}
          ${service && html`<${Chosen} form=${form} service=${service} />`}
        </div>
        <${Summary} service=${service} quantity=${service ? quantityOf(service, form.values) : null}
          units=${service ? unitsOf(service, form.values) : null} cost=${cost} again=${warnings.text !== ""}
          busy=${form.busy} />
      </div>
      ${
        form.failure?.code === "insufficient_balance" &&
        html`<p>
          <a href=${withQuery("/deposit", { amount: form.failure.values.missing })}>${t("new_order.add_funds")}</a></p>`
      }
    <//>`;
}

/** The fields of a service, but for its link. What is wrong with a field is said when it is left.
 * @param {{form: import("../../ui/form.js").Form, service: Service}} props */
function Chosen({ form, service }) {
  // It is shown after the order.
  useEffect(() => void import("./receipt.js").catch(() => {}), []);
  return html`
    <div class="mb-3"><${UsualTime} service=${service} /><${Terms} service=${service} /></div>
    ${service.description && html`<div class="description mb-3"><bdi>${service.description}</bdi></div>`}
    ${fieldsWith(service, form.values)
      .filter(({ kind }) => kind !== "link")
      .map((field) => html`<${OrderField} key=${field.name} form=${form} service=${service} field=${field} />`)}
    <${RunsFields} form=${form} service=${service} />
    <${TimingFields} form=${form} />`;
}
