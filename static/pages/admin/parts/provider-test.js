// @ts-check
import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { number, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Notice } from "../../../ui/notice.js";

/** Asks a provider for its balance now. @param {{id: number}} props */
export function ProviderTest({ id }) {
  const [result, setResult] = useState(/** @type {any} */ (null));
  const run = async () => {
    setResult(null);
    setResult(await post(`/api/admin/providers/${id}/test`));
  };
  return html`
    <${Button} small icon="plug" work=${run}>${t("providers.test")}<//>
    ${
      result &&
      html`<div class="mt-2"><${Notice} kind=${result.ok ? "success" : "danger"} live>
        ${
          result.ok
            ? t("providers.answers", {
                balance: result.balance,
                currency: result.currency ?? "",
                time: number(result.milliseconds),
              })
            : html`<bdi class="text-break">${result.trouble}</bdi>`
        }
      <//></div>`
    }`;
}
