// @ts-check
import { ask } from "../../../lib/api.js";
import { html, useEffect } from "../../../lib/dom.js";
import { decimalNumber, foreignMoney, rate, t } from "../../../lib/i18n.js";
import { converted, thousandths } from "../../../lib/money.js";
import { decimal, forField, RATE } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, withNumbers, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";
import { UserPicker } from "./user-picker.js";
import { bestDiscount, buyersNote, lossesUnder, LossQuestion, unanswered, useBestDiscount, useLosses } from "./loss.js";

const NUMBERS = { exchange_rate: { ...RATE, min: 0.001 } };
/** Prices to show what comes of them. */
const SAMPLE = "0.90";
const SAMPLE_VND = "1000";
/** Refusals that an admin may overrule: orders are open at the account that would be left. */
const LEAVES = ["orders_open", "key_of_another_account", "key_unproven"];

/** What an exchange rate means, with a price by it. @param {string} currency @param {string} exchange a decimal */
export function exchangeSentence(currency, exchange) {
  const name = currency.trim().toUpperCase();
  if (name === "VND" && thousandths(exchange) === 1000n) return t("providers.understood_vnd");
  const sample = name === "VND" ? SAMPLE_VND : SAMPLE;
  const about = { price: foreignMoney(sample, name), cost: rate(converted(sample, exchange) ?? "0") };
  if (name === "VND") return t("providers.understood_part", { ...about, factor: decimalNumber(exchange) });
  return t("providers.understood", { ...about, currency: name, rate: rate(exchange) });
}

/** Whether it fell below half of what it was: more than markets do, and what a misplaced point does.
 * @param {string} before @param {string | null} now */
function isFallen(before, now) {
  const [old, next] = [thousandths(before), thousandths(now ?? "")];
  return old !== null && next !== null && next * 2n < old;
}

/** Adds a provider, or changes one; what the environment sets cannot be changed here.
 * @param {{provider: any, done: (provider: any) => void}} props a null provider is a new one */
export function ProviderForm({ provider, done }) {
  const locked = provider?.locked.length > 0;
  // Whoever leaves the practice says where to, and under which name.
  const leavesPractice = provider?.practice && !locked;
  const first = {
    name: leavesPractice ? "" : (provider?.name ?? ""),
    api_url: leavesPractice ? "" : (provider?.api_url ?? ""),
    api_key: "",
    currency: provider?.currency ?? "VND",
    exchange_rate: forField(provider?.exchange_rate ?? "1"),
    active: provider?.active ?? true,
    is_user_id: provider?.is_user_id ?? null,
    allow_loss: false,
    allow_fall: false,
    abandon_open_orders: false,
  };
  /** The exchange rate that was typed, where it is another one, for who pays least; null until that is known.
   * @param {Record<string, any>} values @param {number | null} discount_percent */
  const terms = (values, discount_percent) => {
    const exchange_rate = decimal(values.exchange_rate, NUMBERS.exchange_rate);
    const isOther = provider && exchange_rate && exchange_rate !== provider.exchange_rate;
    return isOther && discount_percent !== null ? { provider_id: provider.id, exchange_rate, discount_percent } : null;
  };
  const form = useForm(
    first,
    async (values, changed) => {
      const { allow_loss: _, allow_fall: __, ...wish } = withNumbers(provider ? changed : values, NUMBERS);
      if (wish.api_url) wish.api_url = wish.api_url.trim();
      if (!wish.api_key) delete wish.api_key;
      if (!provider) delete wish.abandon_open_orders;
      const path = provider ? `/api/admin/providers/${provider.id}` : "/api/admin/providers";
      done(await ask(path, { method: provider ? "PUT" : "POST", body: wish }));
      toastSaved(wish);
    },
    async (values) => {
      const now = decimal(values.exchange_rate);
      const fall =
        provider && isFallen(provider.exchange_rate, now) && !values.allow_fall
          ? { allow_fall: t("providers.rate_needed") }
          : {};
      const found = await lossesUnder(terms(values, await bestDiscount()));
      const needed = provider ? ["name", "currency"] : ["name", "currency", "api_url", "api_key"];
      return {
        ...missing(values, needed),
        ...wrongNumbers(values, NUMBERS),
        ...unanswered(values, found, t("providers.rate_needed")),
        ...fall,
      };
    },
    { draft: `provider ${provider?.id ?? "new"}`, asks: true },
  );
  const keyHint = locked ? t("settings.by_environment") : provider?.api_key_set ? t("providers.key_set") : undefined;
  const inDoubt = provider?.trouble_coded?.code === "key_in_doubt";
  const leaves = inDoubt || form.values.abandon_open_orders || LEAVES.includes(form.failure?.reason);
  // Another account is another question.
  useEffect(() => form.set("abandon_open_orders", false), [form.values.api_url, form.values.api_key]);
  const typed = decimal(form.values.exchange_rate, NUMBERS.exchange_rate);
  // A part of a VND is no amount of money.
  const said = form.values.currency.trim().toUpperCase() === "VND" ? decimalNumber : rate;
  const discount = useBestDiscount();
  const found = useLosses(terms(form.values, discount));
  return html`
    <${FormBox} form=${form}>
      ${locked && html`<${Notice} kind="info">${t("providers.locked")}<//>`}
      ${
        provider?.practice &&
        html`<${Notice} kind="warning" title=${t("providers.practice")}>${t("providers.practice_lead")}<//>`
      }
      <${Field} form=${form} name="name" label=${t("providers.name")} required most=${100} />
      <${Field} form=${form} name="api_url" label=${t("providers.url")} required disabled=${locked} inputmode="url"
        placeholder="https://example.com/api/v2" most=${2048} />
      <${Field} form=${form} name="api_key" type="password" label=${t("providers.key")}
        required=${!provider?.api_key_set} most=${512}
        disabled=${locked} autocomplete="off" hint=${keyHint} />
      <div class="row">
        <div class="col-6"><${Field} form=${form} name="currency" label=${t("providers.currency")} required
          hint=${t("providers.currency_hint")} most=${5} /></div>
        <div class="col-6"><${NumberField} form=${form} name="exchange_rate" label=${t("providers.rate")} required
          kind=${NUMBERS.exchange_rate} hint=${t("providers.rate_hint")}
          explains="always"
          shown=${(/** @type {string} */ text) => exchangeSentence(form.values.currency, text)} /></div>
      </div>
      <${LossQuestion} form=${form} found=${found}
        note=${[buyersNote(discount), t("providers.would_pause")].filter(Boolean).join(" ")} />
      ${
        provider &&
        isFallen(provider.exchange_rate, typed) &&
        html`<${Notice} kind="danger" live>
          ${t("providers.fallen", { before: said(provider.exchange_rate), now: said(typed ?? "0") })}
          <${Field} form=${form} name="allow_fall" type="checkbox" label=${t("providers.allow_fall")} required />
        <//>`
      }
      <${Field} form=${form} name="active" type="checkbox" label=${t("providers.active")}
        hint=${t("providers.active_hint")} />
      <${UserPicker} form=${form} name="is_user_id" label=${t("providers.is_user")} hint=${t("providers.is_user_hint")}
        known=${provider?.is_user ?? ""} />
      ${
        leaves &&
        html`<${Notice} kind="danger" live>
          <${Field} form=${form} name="abandon_open_orders" type="checkbox" label=${t("providers.abandon")}
            hint=${t("providers.abandon_hint")} />
        <//>`
      }
      <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
    <//>`;
}
