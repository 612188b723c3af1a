// @ts-check
// The sources of a service: the first stands in the form's own fields, the others in a list below it.

import { html } from "../../../lib/dom.js";
import { noted, t } from "../../../lib/i18n.js";
import { forField, RATE, valueOf } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Field } from "../../../ui/form.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";

/** @typedef {import("../../../ui/form.js").Form} Form */
/** @typedef {{provider_id: string, provider_service_id: string, cost: string}} Typed */

export const COST = { ...RATE, optional: true };
const MOST = 10;
const FIRST = /** @type {(keyof Typed)[]} */ (["provider_id", "provider_service_id", "cost"]);
const BLANK = { provider_id: "", provider_service_id: "", cost: "" };

/** What the form begins with. @param {any} service @returns {Typed & {sources: Typed[]}} */
export function typedSources(service) {
  const known = service.sources ?? [];
  const [first = BLANK, ...sources] = known.map((/** @type {any} */ one) => ({
    provider_id: String(one.provider_id),
    provider_service_id: one.provider_service_id,
    cost: forField(one.cost),
  }));
  return { ...first, cost: first === BLANK ? forField(service.cost) : first.cost, sources };
}

/** Puts the sources into a request as the API takes them. @param {Record<string, any>} body what changed, or all
 * @param {Record<string, any>} values @param {number} before how many sources the service had */
export function withSources({ sources: _, ...body }, values, before) {
  const isTouched = _ !== undefined || FIRST.some((name) => name in body);
  if (!isTouched) return body;
  if (!values.sources.length && before < 2) return one(body);
  const rows = values.provider_id ? [values, ...values.sources] : values.sources;
  for (const name of FIRST) delete body[name];
  return { ...body, sources: rows.map(asSource) };
}

/** @param {Record<string, any>} body */
function one(body) {
  if ("provider_id" in body) body.provider_id = body.provider_id ? Number(body.provider_id) : null;
  if ("provider_service_id" in body) body.provider_service_id = body.provider_service_id.trim() || null;
  return body;
}

/** @param {any} row */
function asSource(row) {
  const cost = valueOf(row.cost, COST);
  const named = { provider_id: Number(row.provider_id), provider_service_id: row.provider_service_id.trim() };
  return cost === null ? named : { ...named, cost };
}

/** What is missing in the list: sentences by field.
 * @param {Record<string, any>} values @returns {Record<string, string>} */
export function wrongSources(values) {
  const isIncomplete = (/** @type {Typed} */ row) => !row.provider_id || !row.provider_service_id.trim();
  if (values.sources.some(isIncomplete)) return { sources: t("sources.incomplete") };
  const rows = [values, ...values.sources];
  const named = rows.map((row) => `${row.provider_id} ${row.provider_service_id.trim()}`);
  if (new Set(named).size < named.length) return { sources: t("sources.twice") };
  const wrong = values.sources.map((/** @type {Typed} */ row) => wrongNumbers(row, { cost: COST }).cost).find(Boolean);
  return wrong ? { sources: wrong } : {};
}

/** How a source stands, by what the panel knows of it and of its provider.
 * @param {{row: any, service: any, providers: any[]}} props */
function Standing({ row, service, providers }) {
  const provider = providers.find((one) => String(one.id) === row.provider_id);
  const known = (service.sources ?? []).find(
    (/** @type {any} */ one) =>
      String(one.provider_id) === row.provider_id && one.provider_service_id === row.provider_service_id.trim(),
  );
  const said = [
    known?.problem && t(`paused.${known.problem}`),
    provider && !provider.active && t("sources.off"),
    provider?.trouble_coded && noted(provider.trouble_coded),
  ].filter(Boolean);
  if (!known && !said.length) return null;
  return html`<p class=${`small mb-2 ${said.length ? "amount-out" : "text-secondary"}`}>
    <bdi>${said.length ? said.join(" · ") : t("sources.well")}</bdi></p>`;
}

/** The fields of the first source, then the others in their order.
 * @param {{form: Form, service: any, providers: any[], priced: (text: string) => any}} props */
export function Sources({ form, service, providers, priced }) {
  const { sources } = form.values;
  const named = providers.map((one) => ({ value: String(one.id), text: one.name }));
  const rows = [Object.fromEntries(FIRST.map((name) => [name, form.values[name]])), ...sources];
  /** @param {any[]} next */
  const replace = ([first = BLANK, ...others]) => {
    for (const name of FIRST) if (first[name] !== form.values[name]) form.set(name, first[name]);
    form.set("sources", others);
  };
  const swap = (/** @type {number} */ at) =>
    replace(rows.map((row, place) => (place === at ? rows[at + 1] : place === at + 1 ? rows[at] : row)));
  const rowForm = (/** @type {number} */ at) => ({
    ...form,
    values: rows[at],
    errors: {},
    set: (/** @type {string} */ name, /** @type {any} */ value) =>
      // Another provider has another price.
      replace(
        rows.map((row, place) =>
          place === at ? { ...row, ...(name === "provider_id" ? { cost: "" } : {}), [name]: value } : row,
        ),
      ),
  });
  const label = (/** @type {string} */ word, /** @type {number} */ at) => t(`sources.${word}`, { number: at + 1 });
  /** @param {number} at */
  const tools = (at) => html`
    <div class="btn-list mb-3">
      ${
        at > 0 &&
        html`<${Button} small label=${label("up_label", at)} work=${() => swap(at - 1)}>${t("sources.up")}<//>`
      }
      ${
        at + 1 < rows.length &&
        html`<${Button} small label=${label("down_label", at)} work=${() => swap(at)}>${t("sources.down")}<//>`
      }
      ${
        rows.length > 1 &&
        html`<${Button} small icon="trash" label=${label("remove_label", at)}
          work=${() => replace(rows.filter((_, place) => place !== at))}>${t("sources.remove")}<//>`
      }
    </div>`;
  const byHand = { value: "", text: t("services.by_hand") };
  return html`
    <${Row} form=${form} priced=${priced} options=${[byHand, ...named]} label=${(/** @type {string} */ text) => text} />
    ${form.values.provider_id && html`<${Standing} row=${rows[0]} service=${service} providers=${providers} />`}
    ${sources.length > 0 && tools(0)}
    ${sources.map(
      (/** @type {Typed} */ row, /** @type {number} */ place) => html`
        <fieldset key=${place} class="border-top pt-2">
          <legend class="form-label">${label("number", place + 1)}</legend>
          <${Row} form=${rowForm(place + 1)} needed priced=${priced}
            options=${[{ value: "", text: t("sources.choose") }, ...named]}
            label=${(/** @type {string} */ text) => html`${text} <span class="visually-hidden">${place + 2}</span>`} />
          <${Standing} row=${row} service=${service} providers=${providers} />
          ${tools(place + 1)}
        </fieldset>`,
    )}
    ${form.errors.sources && html`<div class="invalid-feedback d-block mb-3" role="alert">${form.errors.sources}</div>`}
    ${
      form.values.provider_id &&
      rows.length < MOST &&
      html`<div class="mb-3"><${Button} small icon="plus" work=${() => replace([...rows, BLANK])}>
        ${t("sources.add")}<//><div class="form-hint">${t("sources.hint")}</div></div>`
    }`;
}

/** @param {{form: Form, options: any[], priced: (text: string) => any, label: (text: string) => any,
 * needed?: boolean}} props */
const Row = ({ form, options, priced, label, needed = false }) => html`
  <div class="row">
    <div class="col-md-4"><${Field} form=${form} name="provider_id" label=${label(t("orders.provider"))}
      options=${options} required /></div>
    <div class="col-md-4"><${Field} form=${form} name="provider_service_id" label=${label(t("services.source"))}
      required=${needed || Boolean(form.values.provider_id)} most=${100} /></div>
    <div class="col-md-4"><${NumberField} form=${form} name="cost" label=${label(t("services.cost"))}
      kind=${COST} shown=${priced} explains="typed" /></div>
  </div>`;
