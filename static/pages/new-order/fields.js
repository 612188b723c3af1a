// @ts-check
// The fields of an order, drawn from what its service names.

import { html } from "../../lib/dom.js";
import { remarked, t } from "../../lib/i18n.js";
import { readLink } from "../../lib/link.js";
import { WHOLE } from "../../lib/number.js";
import {
  countLines,
  dayAhead,
  fieldsWith,
  isFed,
  problemIn,
  problemOfLines,
  quantityOf,
  typedIn,
} from "../../lib/order-fields.js";
import { Field } from "../../ui/form.js";
import { NumberField, wrongNumbers } from "../../ui/number-field.js";
import { chosen } from "../parts/given.js";
import { QuickQuantities } from "./quick.js";

/** @typedef {import("../../lib/services.js").Service} Service */
/** @typedef {import("../../lib/order-fields.js").OrderField} OrderField */

/** What is wrong with a field: a sentence under its name. @param {Service} service @param {OrderField} field
 * @param {Record<string, any>} values @returns {Record<string, string>} */
function wrongIn(service, field, values) {
  const { name, kind, min = 0, max = Infinity } = field;
  if (kind === "link") {
    const link = readLink(typedIn(values, name), service.link_kind);
    return "link" in link ? {} : { [name]: remarked({ key: `link.${link.problem}`, about: link.about }) };
  }
  if (name === "quantity") {
    const unread = wrongNumbers(values, { [name]: WHOLE });
    const quantity = quantityOf(service, values) ?? 0;
    const fits = quantity >= min && quantity <= max;
    return name in unread || fits ? unread : { [name]: t("new_order.out_of_bounds", { min, max }) };
  }
  const typed = typedIn(values, name);
  const counts = kind === "lines" && name === service.quantity_from;
  const problem = counts ? problemOfLines(countLines(typed), min, max) : problemIn(field, typed);
  return problem ? { [name]: remarked(problem) } : {};
}

/** Everything that is wrong with the fields: sentences by name. @param {Service} service
 * @param {Record<string, any>} values @returns {Record<string, string>} */
export const wrongFields = (service, values) =>
  Object.assign({}, ...fieldsWith(service, values).map((field) => wrongIn(service, field, values)));

/** @param {{form: import("../../ui/form.js").Form, service: Service, field: OrderField}} props */
export function OrderField({ form, service, field }) {
  const { name, kind, required, choices = [], min = 0, max = Infinity } = field;
  const isOfRun = name === "quantity" && isFed(service, form.values);
  const label = t(isOfRun ? "runs.quantity" : `order_field.${name}`);
  const shared = { form, name, required, label };
  const bounds = { min, max };
  switch (kind) {
    case "integer": {
      const hint = t("new_order.bounds", bounds);
      return html`<${NumberField} ...${shared} kind=${{ optional: !required }} hint=${hint} />
        ${name === "quantity" && html`<${QuickQuantities} form=${form} min=${min} max=${max} />`}`;
    }
    case "lines": {
      const lines = { count: countLines(typedIn(form.values, name)), ...bounds };
      const hint = name === service.quantity_from ? t("new_order.lines", lines) : undefined;
      return html`<${Field} ...${shared} label=${t("new_order.one_a_line", { label })} rows="5" hint=${hint} />`;
    }
    case "choice": {
      const options = ["", ...choices].map((value) => ({ value, text: value && chosen(name, value) }));
      return html`<${Field} ...${shared} options=${options} />`;
    }
    case "date":
      return html`<${Field} ...${shared} type="date" min=${dayAhead(min)} max=${dayAhead(max)} />`;
    default:
      return html`<${Field} ...${shared} type=${kind} />`;
  }
}
