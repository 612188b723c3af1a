// @ts-check
import { post } from "../lib/api.js";
import { html } from "../lib/dom.js";
import { place } from "../lib/router.js";
import { t } from "../lib/i18n.js";
import { ended, enter } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { Password } from "../ui/password.js";

/** The log-in, at its own address and in place of any page that needs somebody. */
export default function Login() {
  const form = useForm({ login: "", password: "" }, async (values) => {
    enter((await post("/api/auth/login", values)).user);
  });
  // Who looks for it may not know yet what it is.
  const isReseller = place.value.path === "/reseller";
  return html`
    <div class="narrow">
      <${Page} title=${isReseller ? t("login.reseller.title") : t("login.title")}
        lead=${isReseller && t("login.reseller.lead")}>
        ${isReseller && html`<p>${t("login.reseller.next")} <a href="/docs">${t("frame.reference")}</a></p>`}
        ${ended.value && html`<${Notice} kind="info" live>${t(`login.ended.${ended.value}`)}<//>`}
        <${Card}>
          <${FormBox} form=${form} label=${t("login.title")}>
            <${Field} form=${form} name="login" label=${t("login.login")} autocomplete="username" required />
            <${Password} form=${form} name="password" label=${t("login.password")} autocomplete="current-password" />
            <${Button} submit kind="primary w-100" icon="login" busy=${form.busy}>${t("login.submit")}<//>
          <//>
        <//>
        <p class="text-center">${t("login.no_account")} <a href="/register">${t("login.register")}</a></p>
      <//>
    </div>`;
}
