// @ts-check
import { html } from "../../lib/dom.js";
import { has, t } from "../../lib/i18n.js";

/** A choice in words; a number speaks for itself. @param {string} name @param {any} value */
export const chosen = (name, value) =>
  has(`order_choice.${name}.${value}`) ? t(`order_choice.${name}.${value}`) : value;

/** What was given for the fields of an order's type, as a part of its facts. @param {{order: any}} props */
export const Given = ({ order }) =>
  Object.entries({ comments: order.comments, ...order.params })
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) =>
        html` <dt>${t(`order_field.${name}`)}</dt>
          <dd class="comments"><bdi>${chosen(name, value)}</bdi></dd>`,
    );
