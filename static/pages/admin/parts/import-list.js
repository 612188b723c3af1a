// @ts-check
// A provider's list: looked at first (a dry run), chosen from, then taken over.

import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { percent, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { MARKUP, whole } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { ImportChoice, Progress } from "./import-choice.js";
import { exchangeSentence } from "./provider-form.js";

const PATH = "/api/admin/services/import";

/** @param {{provider: number, done?: () => void}} props */
export function ImportList({ provider, done }) {
  const providers = useAnswer("/api/admin/providers").data?.items ?? [];
  const [looked, setLooked] = useState(/** @type {any} */ (null));
  /** Why the prices mean nothing in VND. */
  const [unpriced, setUnpriced] = useState(/** @type {any} */ (null));
  const look = async (/** @type {Record<string, any>} */ values) => {
    setLooked(null);
    setUnpriced(null);
    /** @type {Record<string, any>} */
    const body = { provider_id: Number(values.provider_id), markup_percent: whole(values.markup_percent, MARKUP) };
    if (values.currency_is_vnd) body.currency_is_vnd = true;
    const answer = await post(PATH, { ...body, dry_run: true }).catch((error) => {
      const rules = ["exchange_rate", "currency_unknown"];
      setUnpriced(error.fields?.find((/** @type {any} */ one) => rules.includes(one.rule)) ?? null);
      throw error;
    });
    setLooked({ body, answer });
  };
  const form = useForm(
    { provider_id: String(provider), markup_percent: "30", currency_is_vnd: false },
    look,
    (values) => wrongNumbers(values, { markup_percent: MARKUP }),
    { draft: `import ${provider}` },
  );
  /** The word for one provider is none for another. @param {string} name @param {any} value */
  const set = (name, value) => {
    form.set(name, value);
    if (name === "provider_id") form.set("currency_is_vnd", false);
  };
  const source = providers.find((/** @type {any} */ one) => String(one.id) === form.values.provider_id);
  const isStale =
    looked &&
    (looked.body.provider_id !== Number(form.values.provider_id) ||
      looked.body.markup_percent !== whole(form.values.markup_percent, MARKUP));
  const options = providers.map((/** @type {any} */ one) => ({ value: String(one.id), text: one.name }));
  return html`
    <${Card}>
      <${FormBox} form=${form}>
        <div class="row">
          <div class="col-md-6"><${Field} form=${{ ...form, set }} name="provider_id" label=${t("orders.provider")}
            options=${options} required
            hint=${source && exchangeSentence(source.currency, source.exchange_rate)} /></div>
          <div class="col-md-6"><${NumberField} form=${form} name="markup_percent" label=${t("import.markup")}
            kind=${MARKUP} required
            shown=${(/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) })}
            hint=${t("import.markup_hint")} /></div>
        </div>
        ${
          (form.values.currency_is_vnd || unpriced?.rule === "currency_unknown") &&
          html`<${Field} form=${form} name="currency_is_vnd" type="checkbox" label=${t("import.is_vnd")}
            hint=${t("import.is_vnd_hint")} />`
        }
        ${
          unpriced &&
          html`<p><a class="btn" href=${`/admin/providers?edit=${unpriced.values.provider_id}`}>
            ${t("import.set_rate")}</a></p>`
        }
        <${Button} submit kind="primary" icon="eye" busy=${form.busy}>${t("import.look")}<//>
        ${form.busy && html`<${Progress} provider=${Number(form.values.provider_id)} />`}
      <//>
    <//>
    ${isStale && html`<${Notice} kind="warning" live>${t("import.stale")}<//>`}
    ${
      looked &&
      html`<div hidden=${isStale}>
        <${ImportChoice} key=${JSON.stringify(looked.body)} looked=${looked} done=${done} /></div>`
    }`;
}
