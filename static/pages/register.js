// @ts-check
import { post } from "../lib/api.js";
import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useAnswer } from "../lib/load.js";
import { forget, remembered } from "../lib/referral.js";
import { enter } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { Password } from "../ui/password.js";

/** The service that was chosen before the sign-up. */
function Chosen() {
  const id = new URLSearchParams(location.search).get("service");
  const { data: service } = useAnswer(id && /^\d+$/.test(id) ? `/api/services/${id}` : null);
  return service && html`<${Notice} kind="info">${t("register.chosen", { name: service.name })}<//>`;
}

export default function Register() {
  const first = { username: "", email: "", password: "", referral_code: remembered() };
  const form = useForm(first, async ({ referral_code, ...account }) => {
    const code = referral_code.trim();
    const { user } = await post("/api/auth/register", code ? { ...account, referral_code: code } : account);
    forget();
    enter(user);
  });
  return html`
    <div class="narrow">
      <${Page} title=${t("register.title")}>
        <${Chosen} />
        <${Card}>
          <${FormBox} form=${form} label=${t("register.title")}>
            <${Field} form=${form} name="username" label=${t("register.username")} autocomplete="username" required
              hint=${t("register.username_hint")} spellcheck=${false} />
            <${Field} form=${form} name="email" type="email" label=${t("register.email")}
              autocomplete="email" required />
            <${Password} form=${form} name="password" label=${t("login.password")} autocomplete="new-password"
              hint=${t("register.password_hint")} />
            <${Field} form=${form} name="referral_code" label=${t("register.referral_code")} autocomplete="off" />
            <${Button} submit kind="primary w-100" icon="user-plus" busy=${form.busy}>${t("register.submit")}<//>
          <//>
        <//>
        <p class="text-center">${t("register.known")} <a href=${`/login${location.search}`}>${t("login.submit")}</a></p>
      <//>
    </div>`;
}
