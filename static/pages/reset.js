// @ts-check
// The page behind a link that sets another password. The token stands after the `#`, so that it reaches neither a
// proxy's log nor a Referer header.

import { post } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { enter, home, me } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Empty } from "../ui/empty.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Page } from "../ui/page.js";
import { Password } from "../ui/password.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Reset} /><//>`;

function Reset() {
  const [token] = useState(location.hash.slice(1));
  const [isSet, set] = useState(false);
  const [second, setSecond] = useState(false);
  // Said where it is seen: the token is no field.
  const [isOver, setOver] = useState(!token);
  const form = useForm({ new_password: "", totp: "" }, async ({ new_password, totp }) => {
    const sent = post("/api/auth/reset", { token, new_password, ...(second ? { totp } : {}) });
    const answer = await sent.catch((error) => {
      if (error.code === "totp_required" && !second) return null;
      if (error.fields?.some((/** @type {any} */ one) => one.field === "token")) setOver(true);
      throw error;
    });
    if (!answer) return setSecond(true);
    enter(answer.user);
    set(true);
  });
  // When the form is done: what is typed into it holds the tab.
  useEffect(() => void (isSet && location.replace(home())), [isSet]);
  useEffect(() => {
    if (second) /** @type {HTMLElement | null} */ (document.querySelector("[name=totp]"))?.focus();
  }, [second]);
  return html`
    <div class="narrow">
      <${Page} title=${t("reset.title")} lead=${!isOver && t("reset.lead")}>
        <${Card}>
          ${
            isOver
              ? html`<${Empty} icon="key" title=${t("reset.over")}
                  action=${
                    me.value
                      ? html`<a class="btn" href="/account">${t("menu.account")}</a>`
                      : html`<a class="btn" href="/forgot">${t("login.forgot")}</a>`
                  } />`
              : html`
            <${FormBox} form=${form} label=${t("reset.title")}>
              <${Password} form=${form} name="new_password" label=${t("account.new")} autocomplete="new-password"
                hint=${t("register.password_hint")} />
              ${
                second &&
                html`<${Field} form=${form} name="totp" label=${t("factor.code")} hint=${t("factor.code_hint")} required
                  autocomplete="one-time-code" spellcheck=${false} />`
              }
              <${Button} submit kind="primary w-100" busy=${form.busy}>${t("reset.submit")}<//>
            <//>`
          }
        <//>
      <//>
    </div>`;
}
