// @ts-check
import { post, put } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { number, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Notice } from "../../../ui/notice.js";

/** Providers whose queue stands still until the operator decides, each with what can be done.
 * @param {{providers: any[], done: () => any}} props */
export function StoppedLines({ providers, done }) {
  const [refusing, refuse] = useState(/** @type {any} */ (null));
  const release = async (/** @type {number} */ id, /** @type {boolean} */ counts) => {
    await post(`/api/admin/providers/${id}/release`, { refuse: counts });
    refuse(null);
    await done();
  };
  const switchOn = async (/** @type {number} */ id) => {
    await put(`/api/admin/providers/${id}`, { active: true });
    await done();
  };
  const held = providers.filter((provider) => provider.held);
  const off = providers.filter((provider) => !provider.active && provider.queued_orders > 0);
  return html`
    ${held.map(
      (provider) => html`
      <div class="mb-3" key=${`held-${provider.id}`}><${Notice} kind="danger">
        <p><strong>${t("line.held", { provider: provider.name, count: provider.queued_orders })}</strong></p>
        <p class="text-break">${t("line.said")} <bdi>${provider.held.said}</bdi></p>
        <p>${t("line.held_hint")}</p>
        <div class="btn-list">
          <${Button} small kind="primary" work=${() => release(provider.id, false)}>${t("line.release")}<//>
          <${Button} small work=${() => refuse(provider)}>${t("line.refuse")}<//>
        </div>
      <//></div>`,
    )}
    ${off.map(
      (provider) => html`
      <div class="mb-3" key=${`off-${provider.id}`}><${Notice} kind="warning">
        <p><strong>${t("line.off", { provider: provider.name, count: provider.queued_orders })}</strong></p>
        <p>${t("line.off_hint")}</p>
        <div class="btn-list">
          <${Button} small kind="primary" work=${() => switchOn(provider.id)}>${t("line.switch_on")}<//>
          <a class="btn btn-sm" href=${`/admin/orders?provider_id=${provider.id}&status=pending`}>${t("line.show")}</a>
        </div>
      <//></div>`,
    )}
    ${
      refusing &&
      html`<${Dialog} title=${t("line.refuse")} close=${() => refuse(null)}>
        <p>${t("line.refuse_hint")}</p>
        <${Button} kind="danger" work=${() => release(refusing.id, true)}>${t("line.refuse")}<//>
      <//>`
    }`;
}
