// @ts-check
import { ask } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { parseAmount } from "../../../lib/money.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { toast } from "../../../ui/toast.js";

const TYPES = ["default", "custom_comments", "package"];
const KINDS = ["url", "handle", "any"];

/** Adds or changes a service. @param {{service: any, providers: any[], done: (service: any) => void,
 *   close: () => void}} props without an id it is a new one */
export function ServiceDialog({ service, providers, done, close }) {
  const first = {
    name: service.name ?? "",
    category: service.category ?? "",
    description: service.description ?? "",
    type: service.type ?? "default",
    link_kind: service.link_kind ?? "url",
    rate: service.rate ?? "",
    min_quantity: String(service.min_quantity ?? 100),
    max_quantity: String(service.max_quantity ?? 100_000),
    provider_id: service.provider_id ? String(service.provider_id) : "",
    provider_service_id: service.provider_service_id ?? "",
    cost: service.cost ?? "",
    active: service.active ?? true,
  };
  const form = useForm(first, async (values) => {
    const body = {
      ...values,
      rate: values.rate.trim(),
      min_quantity: parseAmount(values.min_quantity),
      max_quantity: parseAmount(values.max_quantity),
      provider_id: values.provider_id ? Number(values.provider_id) : null,
      provider_service_id: values.provider_service_id.trim() || null,
      cost: values.cost.trim() || null,
    };
    const path = service.id ? `/api/admin/services/${service.id}` : "/api/admin/services";
    done(await ask(path, { method: service.id ? "PUT" : "POST", body }));
    toast(t("common.saved"));
  });
  const words = (/** @type {string[]} */ values, /** @type {string} */ group) =>
    values.map((value) => ({ value, text: t(`${group}.${value}`) }));
  const sources = [
    { value: "", text: t("services.by_hand") },
    ...providers.map((one) => ({ value: String(one.id), text: one.name })),
  ];
  return html`
    <${Dialog} title=${service.id ? t("services.edit_title", { id: service.id }) : t("services.add")}
      close=${close} wide>
      <${FormBox} form=${form}>
        <div class="row">
          <div class="col-md-6"><${Field} form=${form} name="name" label=${t("services.name")} required /></div>
          <div class="col-md-6"><${Field} form=${form} name="category" label=${t("services.category")} required /></div>
          <div class="col-12"><${Field} form=${form} name="description" label=${t("services.description")} rows="3" />
            </div>
          <div class="col-md-4"><${Field} form=${form} name="type" label=${t("services.type")}
            options=${words(TYPES, "service_type")} required /></div>
          <div class="col-md-4"><${Field} form=${form} name="link_kind" label=${t("services.link_kind")}
            options=${words(KINDS, "link_kind")} required /></div>
          <div class="col-md-4"><${Field} form=${form} name="rate" label=${t("services.rate")}
            inputmode="decimal" required /></div>
          <div class="col-md-6"><${Field} form=${form} name="min_quantity" label=${t("services.min")}
            inputmode="numeric" required /></div>
          <div class="col-md-6"><${Field} form=${form} name="max_quantity" label=${t("services.max")}
            inputmode="numeric" required /></div>
          <div class="col-md-4"><${Field} form=${form} name="provider_id" label=${t("orders.provider")}
            options=${sources} required /></div>
          <div class="col-md-4"><${Field} form=${form} name="provider_service_id" label=${t("services.source")} /></div>
          <div class="col-md-4"><${Field} form=${form} name="cost" label=${t("services.cost")} inputmode="decimal" />
            </div>
        </div>
        <${Field} form=${form} name="active" type="checkbox" label=${t("services.active")} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
      <//>
    <//>`;
}
