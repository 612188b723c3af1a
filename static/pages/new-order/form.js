// @ts-check
import { ApiError, ask, newKey } from "../../lib/api.js";
import { html, useMemo, useState } from "../../lib/dom.js";
import { lang, money, number, percent, rate, remarked, t } from "../../lib/i18n.js";
import { readLink } from "../../lib/link.js";
import { charge, discounted } from "../../lib/money.js";
import { WHOLE, whole } from "../../lib/number.js";
import { categories, filtered, platforms } from "../../lib/services.js";
import { me, refresh } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Combobox } from "../../ui/combobox.js";
import { Field, FormBox, useForm } from "../../ui/form.js";
import { Notice } from "../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../ui/number-field.js";
import { Platforms } from "../parts/platforms.js";
import { LinkField, useWarnings } from "./link.js";

/** @typedef {import("../../lib/services.js").Service} Service */

/** Shown at once; who looks for more types more. */
const MOST_LISTED = 100;

/** Lines with something on them. @param {string} comments */
const countLines = (comments) => comments.split(/[\r\n]+/).filter((line) => line.trim()).length;

/** How many units are asked for; null when that is not known yet. @param {Service} service
 * @param {Record<string, any>} values */
function quantityOf(service, values) {
  if (service.type === "package") return 1;
  if (service.type === "custom_comments") return countLines(values.comments);
  return whole(values.quantity);
}

/** @param {Service} service @param {number} discount */
const option = (service, discount) => ({
  value: String(service.id),
  text: `${service.id} · ${service.name}`,
  detail: rate(discounted(service.rate, discount)),
});

/** The link that was typed, or "". @param {Service} service @param {Record<string, any>} values */
function linkOf(service, values) {
  const found = readLink(values.link, service.link_kind);
  return "link" in found ? found.link : "";
}

/** @param {Service | undefined} service @param {Record<string, any>} values */
function check(service, values) {
  if (!service) return { service_id: t("new_order.choose_service") };
  /** @type {Record<string, string>} */
  const wrong = {};
  const link = readLink(values.link, service.link_kind);
  if (!("link" in link)) wrong.link = remarked({ key: `link.${link.problem}`, about: link.about });
  const quantity = quantityOf(service, values);
  if (service.type === "package") return wrong;
  if (service.type === "default" && quantity === null)
    return { ...wrong, ...wrongNumbers(values, { quantity: WHOLE }) };
  const bounds = { min: service.min_quantity, max: service.max_quantity };
  if (quantity === null || quantity < service.min_quantity || quantity > service.max_quantity) {
    wrong[service.type === "custom_comments" ? "comments" : "quantity"] = t("new_order.out_of_bounds", bounds);
  }
  return wrong;
}

/** @param {{services: Service[], first: Record<string, string>, done: (order: any) => void,
 *   refreshed: () => Promise<void>}} props `refreshed` reads the prices again */
export function OrderForm({ services, first, done, refreshed }) {
  const discount = me.value?.tier.discount_percent ?? 0;
  const [platform, setPlatform] = useState("");
  // A lost answer is asked for again under the same key; another wish gets another one.
  const [sent, setSent] = useState({ body: "", key: "" });
  const known = services.find((service) => String(service.id) === first.service);
  const values = {
    service_id: known ? first.service : "",
    link: first.link ?? "",
    quantity: first.quantity ?? "",
    comments: "",
  };
  const blank = { ...values, category: known?.category ?? "" };
  const form = useForm(blank, send, (now) => check(find(now), now), {
    draft: `order ${first.service ?? ""} ${first.link ?? ""}`,
  });
  const find = (/** @type {Record<string, any>} */ now) => services.find((one) => String(one.id) === now.service_id);
  const service = find(form.values);
  const warnings = useWarnings(service, service ? linkOf(service, form.values) : "");

  async function send(/** @type {Record<string, any>} */ now) {
    const chosen = /** @type {Service} */ (find(now));
    const quantity = /** @type {number} */ (quantityOf(chosen, now));
    const link = linkOf(chosen, now);
    // Nobody is charged for what was not yet said.
    if ((await warnings.look(link)) !== warnings.text) return;
    const wish = {
      service_id: chosen.id,
      link,
      quantity: chosen.type === "custom_comments" ? undefined : quantity,
      comments: chosen.type === "custom_comments" ? now.comments : undefined,
      expected_charge: charge(chosen, quantity, discount),
    };
    const body = JSON.stringify(wish);
    const key = sent.body === body ? sent.key : newKey();
    setSent({ body, key });
    try {
      done(await ask("/api/orders", { body: wish, once: key }));
    } catch (error) {
      if (error instanceof ApiError && error.code === "price_changed") await Promise.all([refreshed(), refresh()]);
      throw error;
    }
  }

  const shown = useMemo(() => filtered(services, { platform }), [services, platform]);
  const listed = (/** @type {Parameters<typeof filtered>[1]} */ wanted) =>
    filtered(shown, wanted)
      .slice(0, MOST_LISTED)
      .map((one) => option(one, discount));
  const inCategory = useMemo(
    () => listed({ category: form.values.category }),
    [shown, form.values.category, discount, lang.value],
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
        chosen=${service && option(service, discount).text} find=${search} value=${form.values.service_id}
          choose=${choose} invalid=${form.errors.service_id} />
      ${
        service &&
        html`<${Chosen} form=${form} service=${service} discount=${discount}
        warnings=${warnings.text} />`
      }
      ${
        form.failure?.code === "insufficient_balance" && html`<p><a href="/deposit">${t("new_order.add_funds")}</a></p>`
      }
      <${Button} submit kind="primary w-100" icon="shopping-cart" busy=${form.busy}>
        ${t(warnings.text ? "new_order.submit_anyway" : "new_order.submit")}
      <//>
    <//>`;
}

/** The fields of a service, and what it will cost. @param {{form: import("../../ui/form.js").Form, service: Service,
 *   discount: number, warnings: string}} props */
const Chosen = ({ form, service, discount, warnings }) => {
  const bounds = { min: service.min_quantity, max: service.max_quantity };
  const quantity = quantityOf(service, form.values);
  return html`
    ${service.description && html`<div class="description mb-3"><bdi>${service.description}</bdi></div>`}
    <${LinkField} form=${form} service=${service} />
    ${warnings && html`<${Notice} kind="warning" live>${warnings}<//>`}
    ${
      service.type === "default" &&
      html`<${NumberField} form=${form} name="quantity" label=${t("new_order.quantity")} required
        hint=${t("new_order.bounds", bounds)} />`
    }
    ${
      service.type === "custom_comments" &&
      html`<${Field} form=${form} name="comments" label=${t("new_order.comments")} rows="5" required
        hint=${t("new_order.lines", { count: countLines(form.values.comments), ...bounds })} />`
    }
    <${Charge} service=${service} quantity=${quantity} discount=${discount} />`;
};

/** @param {{service: Service, quantity: number | null, discount: number}} props */
const Charge = ({ service, quantity, discount }) => {
  const cost = quantity === null ? null : charge(service, quantity, discount);
  const full = quantity === null || !discount ? null : charge(service, quantity, 0);
  return html`
    <${Notice} kind="info">
      <div class="d-flex flex-wrap gap-2 align-items-baseline" aria-live="polite">
        <span>${t("new_order.charge")}</span>
        <strong class="h2 mb-0 tabular">${money(cost)}</strong>
        ${full !== null && cost !== full && html`<del class="text-secondary tabular">${money(full)}</del>`}
        ${
          discount > 0 &&
          html`<span class="badge status-green">${t("new_order.discount", { percent: percent(discount) })}</span>`
        }
      </div>
    <//>`;
};
