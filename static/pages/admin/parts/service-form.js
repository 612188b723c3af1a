// @ts-check
import { ask } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { AMOUNT, decimal, forField, RATE, WHOLE } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { NumberField, withNumbers, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";
import { bestDiscount, buyersNote, losses, LossQuestion, unanswered, useBestDiscount } from "./loss.js";
import { COST, Sources, typedSources, withSources, wrongSources } from "./sources.js";
import { Viewers } from "./viewers.js";

const KINDS = ["url", "handle", "any"];
const STATES = ["ok", "slow", "maintenance"];
const SERVER = { min: 1, max: 999, optional: true };
const NUMBERS = {
  refill_days: WHOLE,
  rate: RATE,
  min_quantity: AMOUNT,
  max_quantity: AMOUNT,
  cost: COST,
  server: SERVER,
};
const NEEDED = ["name", "category"];

/** What would be sold below its cost. @param {Record<string, any>} values
 * @param {number | null} discount percent */
const lost = (values, discount) =>
  losses([{ name: values.name, rate: decimal(values.rate), cost: decimal(values.cost, COST) }], discount);

/** The body of the request. @param {Record<string, any>} typed @param {Record<string, any>} values
 * @param {number} before how many sources it had */
const bodyOf = ({ allow_loss: _, ...typed }, values, before) =>
  withSources(withNumbers(typed, NUMBERS), values, before);

/** Adds or changes a service. @param {{service: any, providers: any[], done: (service: any) => void,
 *   close: () => void}} props without an id it is a new one */
export function ServiceDialog(props) {
  const types = useAnswer("/api/admin/order-types").data?.items;
  return types && html`<${ServiceForm} ...${props} types=${types} />`;
}

/** @param {{service: any, providers: any[], done: (service: any) => void, close: () => void,
 *   types: {type: string, rate_per: string, quantity_from: string | null}[]}} props */
function ServiceForm({ service, providers, done, close, types }) {
  const first = {
    name: service.name ?? "",
    category: service.category ?? "",
    description: service.description ?? "",
    server: String(service.server ?? ""),
    note: service.note ?? "",
    state: service.state ?? STATES[0],
    type: service.type ?? types[0].type,
    link_kind: service.link_kind ?? "url",
    rate: forField(service.rate),
    min_quantity: String(service.min_quantity ?? 100),
    max_quantity: String(service.max_quantity ?? 100_000),
    ...typedSources(service),
    refill: service.refill ?? false,
    refill_days: String(service.refill_days ?? 0),
    cancel: service.cancel ?? false,
    dripfeed: service.dripfeed ?? false,
    exclusive_links: service.exclusive_links ?? false,
    active: service.active ?? true,
    visible_to: service.visible_to ?? [],
    allow_loss: false,
  };
  const send = async (/** @type {Record<string, any>} */ values, /** @type {Record<string, any>} */ changed) => {
    const body = bodyOf(service.id ? changed : values, values, service.sources?.length ?? 0);
    const path = service.id ? `/api/admin/services/${service.id}` : "/api/admin/services";
    done(await ask(path, { method: service.id ? "PUT" : "POST", body }));
    toastSaved(body);
  };
  const check = async (/** @type {Record<string, any>} */ values) => ({
    ...missing(values, values.provider_id ? [...NEEDED, "provider_service_id"] : NEEDED),
    ...wrongNumbers(values, NUMBERS),
    ...wrongSources(values),
    ...unanswered(values, lost(values, await bestDiscount())),
  });
  const discount = useBestDiscount();
  const categories = useAnswer("/api/admin/categories").data?.items ?? [];
  const draft = `service ${service.id ?? `new ${service.name ?? ""}`}`;
  const form = useForm(first, send, check, { draft, asks: true });
  const type = types.find((one) => one.type === form.values.type);
  const isForOrder = type?.rate_per === "order";
  const priced = (/** @type {string} */ text) =>
    t(isForOrder ? "services.each" : "services.for_thousand", { rate: rate(text) });
  const words = (/** @type {string[]} */ values, /** @type {string} */ group) =>
    values.map((value) => ({ value, text: t(`${group}.${value}`) }));
  return html`
    <${Dialog} title=${service.id ? t("services.edit_title", { id: service.id }) : t("services.add")}
      close=${close} wide>
      <${FormBox} form=${form}>
        <div class="row">
          <div class="col-md-6"><${Field} form=${form} name="name" label=${t("services.name")} required
            most=${300} /></div>
          <div class="col-md-6"><${Field} form=${form} name="category" label=${t("services.category")} required
            most=${200} list="categories" /></div>
          <datalist id="categories">
            ${categories.map((/** @type {any} */ one) => html`<option key=${one.id} value=${one.name} />`)}
          </datalist>
          <div class="col-md-4"><${NumberField} form=${form} name="server" label=${t("services.server")}
            kind=${SERVER} hint=${t("services.server_hint")} /></div>
          <div class="col-md-4"><${Field} form=${form} name="note" label=${t("services.note")}
            hint=${t("services.note_hint")} most=${200} /></div>
          <div class="col-md-4"><${Field} form=${form} name="state" label=${t("services.state")}
            options=${words(STATES, "services.states")} required /></div>
          <div class="col-12"><${Field} form=${form} name="description" label=${t("services.description")} rows="3"
            most=${10_000} /></div>
          <div class="col-md-4"><${Field} form=${form} name="type" label=${t("services.type")}
            options=${words(
              types.map((one) => one.type),
              "order_type",
            )} required /></div>
          <div class="col-md-4"><${Field} form=${form} name="link_kind" label=${t("services.link_kind")}
            options=${words(KINDS, "link_kind")} required /></div>
          <div class="col-md-4"><${NumberField} form=${form} name="rate" label=${t("services.rate")}
            kind=${RATE} shown=${priced} explains="typed" required /></div>
          ${
            type?.quantity_from !== null &&
            html`
            <div class="col-md-6"><${NumberField} form=${form} name="min_quantity" label=${t("services.min")}
              kind=${AMOUNT} required /></div>
            <div class="col-md-6"><${NumberField} form=${form} name="max_quantity" label=${t("services.max")}
              kind=${AMOUNT} required /></div>`
          }
        </div>
        <${Sources} form=${form} service=${service} providers=${providers} priced=${priced} />
        <${LossQuestion} form=${form} found=${lost(form.values, discount)} note=${buyersNote(discount)} />
        <${Field} form=${form} name="refill" type="checkbox" label=${t("services.refill")}
          hint=${form.values.provider_id && t("services.follows_list")} />
        ${
          form.values.refill &&
          html`<${NumberField} form=${form} name="refill_days" label=${t("services.refill_days")} kind=${WHOLE} required
            hint=${t("services.refill_days_hint")} />`
        }
        <${Field} form=${form} name="cancel" type="checkbox" label=${t("services.cancel")}
          hint=${form.values.provider_id && t("services.follows_list")} />
        <${Field} form=${form} name="dripfeed" type="checkbox" label=${t("services.dripfeed")} />
        ${
          form.values.provider_id &&
          html`<${Field} form=${form} name="exclusive_links" type="checkbox" label=${t("services.exclusive_links")} />`
        }
        <${Field} form=${form} name="active" type="checkbox" label=${t("services.active")} />
        <${Viewers} form=${form} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
      <//>
    <//>`;
}
