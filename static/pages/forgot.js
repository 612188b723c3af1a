// @ts-check
// For whoever has lost the password: a link by e-mail, or the way to the support.

import { post } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { site } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Field, FormBox, missing, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { SupportWays } from "./frame.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Forgot} /><//>`;

const Forgot = () => html`
  <div class="narrow">
    <${Page} title=${t("forgot.title")} lead=${site.value.mail && t("forgot.lead")}>
      <${Card}>${site.value.mail ? html`<${Ask} />` : html`<${Support} text="no_mail" otherwise="no_way" />`}<//>
      <p class="text-center"><a href="/login">${t("forgot.back")}</a></p>
    <//>
  </div>`;

/** What to ask the support for, and how; `otherwise` says where to turn when the shop names no way to it.
 * @param {{text: string, otherwise: string}} props */
function Support({ text, otherwise }) {
  const ways = SupportWays();
  if (!ways.length) return html`<p class="mb-0">${t(`forgot.${otherwise}`)}</p>`;
  return html`<p>${t(`forgot.${text}`)}</p><p class="btn-list">${ways}</p>`;
}

function Ask() {
  // Blank where another address is to be given: that may be the same one, mended.
  const [sentTo, setSentTo] = useState(/** @type {string | null} */ (null));
  useEffect(() => {
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[name=email]"));
    if (sentTo !== "" || !field) return;
    field.focus();
    field.select();
  }, [sentTo]);
  const form = useForm(
    { email: "" },
    async ({ email }) => {
      await post("/api/auth/forgot", { email });
      setSentTo(email.trim());
    },
    (values) => missing(values, ["email"]),
  );
  if (sentTo) {
    return html`
      <${Notice} kind="success" title=${t("forgot.sent")} live>
        <p class="text-break">${t("forgot.sent_to", { email: sentTo })}</p>
        <p>${t("forgot.look")}</p>
      <//>
      <${Support} text="nothing_came" otherwise="nothing_came_no_way" />
      <p class="mt-3 mb-0"><${Button} work=${() => setSentTo("")}>${t("forgot.another")}<//></p>`;
  }
  return html`
    <${FormBox} form=${form} label=${t("forgot.title")}>
      <${Field} form=${form} name="email" type="email" label=${t("register.email")} autocomplete="email" required />
      <${Button} submit kind="primary w-100" busy=${form.busy}>${t("forgot.submit")}<//>
    <//>`;
}
