// @ts-check
import { html } from "../../lib/dom.js";
import { date, has, t } from "../../lib/i18n.js";

/** Fields that hold a day. */
const DAYS = ["expiry"];

/** A choice in words; a number speaks for itself. @param {string} name @param {any} value */
export function chosen(name, value) {
  if (DAYS.includes(name)) return date(value);
  return has(`order_choice.${name}.${value}`) ? t(`order_choice.${name}.${value}`) : value;
}

/** What was given for the fields of an order's type, as a part of its facts; what stands in the place of its link is
 * said already. @param {{order: any}} props */
export const Given = ({ order }) =>
  Object.entries({ comments: order.comments, ...order.params })
    .filter(([name, value]) => value !== null && !(order.posts && name === "username"))
    .map(
      ([name, value]) =>
        html` <dt>${t(`order_field.${name}`)}</dt>
          <dd class="comments"><bdi>${chosen(name, value)}</bdi></dd>`,
    );
