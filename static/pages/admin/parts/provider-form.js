// @ts-check
import { ask } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";

/** Adds a provider, or changes one; what the environment sets cannot be changed here.
 * @param {{provider: any, done: (provider: any) => void}} props a null provider is a new one */
export function ProviderForm({ provider, done }) {
  const locked = provider?.locked.length > 0;
  const first = {
    name: provider?.name ?? "",
    api_url: provider?.api_url ?? "",
    api_key: "",
    currency: provider?.currency ?? "VND",
    exchange_rate: provider?.exchange_rate ?? "1",
    active: provider?.active ?? true,
  };
  const form = useForm(first, async ({ api_url, api_key, ...values }) => {
    /** @type {Record<string, any>} */
    const body = { ...values };
    if (!locked) body.api_url = api_url.trim();
    if (!locked && api_key) body.api_key = api_key;
    const path = provider ? `/api/admin/providers/${provider.id}` : "/api/admin/providers";
    done(await ask(path, { method: provider ? "PUT" : "POST", body }));
  });
  return html`
    <${FormBox} form=${form}>
      ${locked && html`<${Notice} kind="info">${t("providers.locked")}<//>`}
      <${Field} form=${form} name="name" label=${t("providers.name")} required />
      <${Field} form=${form} name="api_url" label=${t("providers.url")} required disabled=${locked} inputmode="url"
        placeholder="https://example.com/api/v2" />
      <${Field} form=${form} name="api_key" type="password" label=${t("providers.key")}
        required=${!provider?.api_key_set}
        disabled=${locked} autocomplete="off" hint=${provider?.api_key_set ? t("providers.key_set") : undefined} />
      <div class="row">
        <div class="col-6"><${Field} form=${form} name="currency" label=${t("providers.currency")} required
          maxlength="5" /></div>
        <div class="col-6"><${Field} form=${form} name="exchange_rate" label=${t("providers.rate")} required
          inputmode="decimal"
          hint=${t("providers.rate_hint")} /></div>
      </div>
      <${Field} form=${form} name="active" type="checkbox" label=${t("providers.active")}
        hint=${t("providers.active_hint")} />
      <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
    <//>`;
}
