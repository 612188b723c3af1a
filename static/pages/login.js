// @ts-check
import { post } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
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
  // Whether the password was right, and a code is needed beside it.
  const [second, setSecond] = useState(false);
  const form = useForm({ login: "", password: "", totp: "" }, async ({ login, password, totp }) => {
    const sent = post("/api/auth/login", second ? { login, password, totp } : { login, password });
    const answer = await sent.catch((error) => {
      if (error.code !== "totp_required") throw error;
      return null;
    });
    if (answer) enter(answer.user);
    else if (second) form.complain("totp", t("factor.code_needed"));
    else setSecond(true);
  });
  useEffect(() => {
    if (second) /** @type {HTMLElement | null} */ (document.querySelector("[name=totp]"))?.focus();
  }, [second]);
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
            ${
              second &&
              html`<${Notice} kind="info" live>${t("factor.asked")}<//>
                <${Field} form=${form} name="totp" label=${t("factor.code")} hint=${t("factor.code_hint")} required
                  autocomplete="one-time-code" spellcheck=${false} />`
            }
            <${Button} submit kind="primary w-100" icon="login" busy=${form.busy}>${t("login.submit")}<//>
          <//>
        <//>
        <p class="text-center"><a href="/forgot">${t("login.forgot")}</a></p>
        <p class="text-center">${t("login.no_account")} <a
          href=${`/register${location.search}`}>${t("login.register")}</a></p>
      <//>
    </div>`;
}
