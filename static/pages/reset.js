// @ts-check
// The page behind a link that sets another password. The token stands after the `#`, so that it reaches neither a
// proxy's log nor a Referer header.

import { post } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useLinkToken } from "../lib/link-token.js";
import { enter, home, me } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Empty, Failed } from "../ui/empty.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page, Waiting } from "../ui/page.js";
import { Password } from "../ui/password.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Reset} /><//>`;

/** @param {any} error Whether the link serves no more: the token is no field, and it is said where it is seen. */
const isOfLink = (error) => error.fields?.some((/** @type {any} */ one) => one.field === "token");

function Reset() {
  const token = useLinkToken();
  const [state, setState] = useState(/** @type {"unknown" | "open" | "over" | "done"} */ (token ? "unknown" : "over"));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [second, setSecond] = useState(false);
  // Before a password is made up for nothing.
  const look = () => {
    setError(null);
    return post("/api/auth/reset/check", { token }).then(
      () => setState("open"),
      (error) => (isOfLink(error) ? setState("over") : setError(error)),
    );
  };
  useEffect(() => void (token && look()), []);
  const form = useForm({ new_password: "", totp: "" }, async ({ new_password, totp }) => {
    const sent = post("/api/auth/reset", { token, new_password, ...(second ? { totp } : {}) });
    const answer = await sent.catch((error) => {
      if (error.code === "totp_required" && !second) return null;
      if (isOfLink(error)) setState("over");
      throw error;
    });
    if (!answer) return setSecond(true);
    enter(answer.user);
    setState("done");
  });
  useEffect(() => {
    if (second) /** @type {HTMLElement | null} */ (document.querySelector("[name=totp]"))?.focus();
  }, [second]);
  let outcome;
  if (state === "done")
    outcome = html`
      <${Empty} icon="circle-check" title=${t("reset.done")}
        action=${html`<a class="btn btn-primary" href=${home()}>${t("reset.go_on")}</a>`}>${t("reset.done_next")}<//>`;
  else if (state === "over")
    outcome = html`
      <${Empty} icon="key" title=${t("reset.over")}
        action=${
          me.value
            ? html`<a class="btn" href="/account">${t("menu.account")}</a>`
            : html`<a class="btn" href="/forgot">${t("login.forgot")}</a>`
        } />`;
  else if (error) outcome = html`<${Failed} error=${error} retry=${look} />`;
  else if (state === "unknown") outcome = html`<${Waiting} rows=${2} />`;
  const fields = html`
    <${FormBox} form=${form} label=${t("reset.title")}>
      <${Password} form=${form} name="new_password" label=${t("account.new")} autocomplete="new-password"
        hint=${t("register.password_hint")} />
      ${
        second &&
        html`<${Notice} kind="info" live>${t("reset.code")}<//>
          <${Field} form=${form} name="totp" label=${t("factor.code")} hint=${t("factor.code_hint")} required
            autocomplete="one-time-code" spellcheck=${false} />`
      }
      <${Button} submit kind="primary w-100" busy=${form.busy}>${t("reset.submit")}<//>
    <//>`;
  return html`
    <div class="narrow">
      <${Page} title=${t("reset.title")} lead=${state === "open" && t("reset.lead")}>
        <${Card}><div aria-live="polite">${outcome}</div>${!outcome && fields}<//>
      <//>
    </div>`;
}
