// @ts-check
import { ApiError, ask, newKey, withQuery } from "../../lib/api.js";
import { html, useEffect, useMemo, useState } from "../../lib/dom.js";
import { lang, money, rate, t } from "../../lib/i18n.js";
import { bodyOf, fieldsWith, linkOf, unitsOf } from "../../lib/order-fields.js";
import { categories, filtered, platforms, priceOf } from "../../lib/services.js";
import { me, refresh, toPay } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Combobox } from "../../ui/combobox.js";
import { Field, FormBox, useForm } from "../../ui/form.js";
import { Notice } from "../../ui/notice.js";
import { Platforms } from "../parts/platforms.js";
import { perTime, Terms, UsualTime } from "../parts/service-facts.js";
import { OrderField, wrongFields } from "./fields.js";
import { useWarnings } from "./link.js";
import { Charge, estimated, useQuote } from "./quote.js";
import { RunsFields, wrongRuns } from "./runs.js";
import { TimingFields, wrongTiming } from "./timing.js";

/** @typedef {import("../../lib/services.js").Service} Service */

/** Shown at once; who looks for more types more. */
const MOST_LISTED = 100;

/** @param {Service} service */
const option = (service) => ({
  value: String(service.id),
  text: `${service.id} · ${service.name}`,
  detail: rate(priceOf(service)),
});

/** @param {Service} service */
const priceNote = (service) =>
  `${t(`new_order.price_per_${service.rate_per}`, { rate: rate(priceOf(service)) })} ${perTime(service)}`.trim();

/** @param {Service | undefined} service @param {Record<string, any>} values */
const check = (service, values) =>
  service
    ? { ...wrongFields(service, values), ...wrongTiming(values), ...wrongRuns(service, values) }
    : { service_id: t("new_order.choose_service") };

/** @param {{services: Service[], first: Record<string, any>, draft: string, done: (order: any) => any,
 *   refreshed: () => Promise<void>}} props `first`: what is filled in; `refreshed` reads the prices again */
export function OrderForm({ services, first, draft, done, refreshed }) {
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
  const missing = (cost ?? 0) - (me.value?.balance ?? 0);

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
  const inCategory = useMemo(
    () => listed({ category: form.values.category }),
    [shown, form.values.category, lang.value],
  );
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
  const sold = categories(shown).map((name) => ({ value: name, text: name }));
  const names = [{ value: "", text: t("common.all") }, ...sold];
  return html`
    <${Platforms} platforms=${platforms(services)} value=${platform} choose=${pick} />
    <${FormBox} form=${form} label=${t("new_order.title")}>
      <${Field} form=${form} name="category" label=${t("services.category")} required
        options=${names} />
      <${Combobox} label=${t("new_order.service")} placeholder=${t("new_order.search")} options=${inCategory}
        chosen=${service && option(service).text} note=${service && priceNote(service)} find=${search}
        value=${form.values.service_id} choose=${choose} invalid=${form.errors.service_id} />
      ${
        service &&
        html`<${Chosen} form=${form} service=${service} quoted=${quoted}
        warnings=${warnings.text} />`
      }
      ${
        form.failure?.code === "insufficient_balance" &&
        html`<p>
          <a href=${withQuery("/deposit", { amount: form.failure.values.missing })}>${t("new_order.add_funds")}</a></p>`
      }
      ${
        missing > 0
          ? html`<${TopUp} missing=${missing} />`
          : html`<${Button} submit kind="primary w-100" icon="shopping-cart" busy=${form.busy}>
              ${t(warnings.text ? "new_order.submit_anyway" : "new_order.submit")}
            <//>`
      }
    <//>`;
}

/** In place of the button while the balance does not cover it; what was typed is kept as a draft.
 * @param {{missing: number}} props */
const TopUp = ({ missing }) => html`
  <p class="text-secondary" role="status">
    ${t("new_order.short", { balance: money(me.value?.balance), amount: money(missing) })}</p>
  <a class="btn btn-primary w-100" href=${withQuery("/deposit", { amount: missing })}>
    ${t("new_order.top_up", { amount: money(toPay(missing)) })}</a>`;

/** The fields of a service, and what it will cost. What is wrong with a field is said when it is left.
 * @param {{form: import("../../ui/form.js").Form, service: Service, quoted: number | null, warnings: string}} props */
function Chosen({ form, service, quoted, warnings }) {
  // It is shown after the order.
  useEffect(() => void import("./receipt.js").catch(() => {}), []);
  const left = (/** @type {any} */ { target: { name } }) => {
    /** @type {Record<string, string>} */
    const wrong = check(service, form.values);
    if (wrong[name] && String(form.values[name] ?? "").trim()) form.complain(name, wrong[name]);
  };
  return html`
    <div class="mb-3"><${UsualTime} service=${service} /><${Terms} service=${service} /></div>
    ${service.description && html`<div class="description mb-3"><bdi>${service.description}</bdi></div>`}
    <div onFocusOut=${left}>
      ${fieldsWith(service, form.values).map(
        (field) => html`
        <${OrderField} key=${field.name} form=${form} service=${service} field=${field} />
        ${field.kind === "link" && warnings && html`<${Notice} kind="warning" live>${warnings}<//>`}`,
      )}
      <${RunsFields} form=${form} service=${service} />
      <${TimingFields} form=${form} />
    </div>
    <${Charge} service=${service} units=${unitsOf(service, form.values)} quoted=${quoted} />`;
}
