// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";

/** What was given for the fields of an order's type, as a part of its facts. @param {{order: any}} props */
export const Given = ({ order }) =>
  Object.entries({ comments: order.comments, ...order.params })
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) => html`
      <dt>${t(`order_field.${name}`)}</dt><dd class="comments"><bdi>${value}</bdi></dd>`,
    );
