// @ts-check
// Nothing is sold for less than it costs unless somebody says so: the question that comes first.

import { html, useEffect } from "../../../lib/dom.js";
import { rate, t } from "../../../lib/i18n.js";
import { isBelow } from "../../../lib/money.js";
import { Field } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";

/** @typedef {{name: string, rate: string, cost: string}} Loss what would be sold below its cost */

const SHOWN = 5;

/** Those that would be sold below their cost. @param {{name: string, rate: string | null, cost: string | null}[]} sold
 * @returns {Loss[]} */
export const losses = (sold) => /** @type {Loss[]} */ (sold.filter(({ rate, cost }) => isBelow(rate, cost)));

/** For `useForm`: the question has to be answered. @param {Record<string, any>} values @param {Loss[]} found
 * @returns {Record<string, string>} */
export const unanswered = (values, found) =>
  found.length && !values.allow_loss ? { allow_loss: t("loss.needed") } : {};

/** Asks, and anew when something else would be sold so. The form's `allow_loss` is the answer.
 * @param {{form: import("../../../ui/form.js").Form, found: Loss[], note?: string}} props */
export function LossQuestion({ form, found, note }) {
  const what = found.map((loss) => `${loss.name} ${loss.rate} ${loss.cost}`).join();
  useEffect(() => form.set("allow_loss", false), [what]);
  if (!found.length) return null;
  return html`
    <${Notice} kind="danger" title=${t("loss.title", { count: found.length })} live>
      <ul class="mb-2">
        ${found.slice(0, SHOWN).map(
          (loss) => html`<li key=${loss.name}><bdi>${loss.name}</bdi>:
            ${t("loss.line", { rate: rate(loss.rate), cost: rate(loss.cost) })}</li>`,
        )}
        ${found.length > SHOWN && html`<li>…</li>`}
      </ul>
      ${note && html`<p>${note}</p>`}
      <${Field} form=${form} name="allow_loss" type="checkbox" label=${t("loss.allow")} required />
    <//>`;
}
