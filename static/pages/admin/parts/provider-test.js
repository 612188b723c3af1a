// @ts-check
import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { foreignMoney, number, t, why } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Notice } from "../../../ui/notice.js";

/** Asks a provider for its balance now. @param {number} id */
export const tryProvider = (id) => post(`/api/admin/providers/${id}/test`);

/** How it answered. @param {{result: any}} props */
export const Tried = ({ result }) => html`
  <div class="mt-2"><${Notice} kind=${result.ok ? "success" : "danger"} live>
    ${
      result.ok
        ? t("providers.answers", {
            balance: foreignMoney(result.balance, result.currency),
            time: number(result.milliseconds),
          })
        : html`<bdi class="text-break">${why(result)}</bdi>`
    }
  <//></div>`;

/** Its button, with what stands beside it, and below them how it answered.
 * @param {{id: number, children?: any}} props */
export function ProviderTest({ id, children }) {
  const [result, setResult] = useState(/** @type {any} */ (null));
  const run = async () => {
    setResult(null);
    setResult(await tryProvider(id));
  };
  return html`
    <div class="btn-list">${children}<${Button} small icon="plug" work=${run}>${t("providers.test")}<//></div>
    ${result && html`<${Tried} result=${result} />`}`;
}
