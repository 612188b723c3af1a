// @ts-check
// The page behind the first-run link: makes the first administrator with the one-time token. The token stands after
// the `#`, so that it reaches neither a proxy's log nor a Referer header.

import { post } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useLinkToken } from "../lib/link-token.js";
import { enter } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Empty, Failed } from "../ui/empty.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Page, Waiting } from "../ui/page.js";
import { Password } from "../ui/password.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Setup} /><//>`;

/** @param {any} error Whether the link does not serve: there is an admin, or it is another one's. */
const isOfLink = ({ code, reason }) => code === "not_found" || reason === "wrong_setup_token";

function Setup() {
  const token = useLinkToken();
  const [state, setState] = useState(/** @type {"unknown" | "open" | "over"} */ ("unknown"));
  const [error, setError] = useState(/** @type {any} */ (null));
  const [isMade, setMade] = useState(false);
  // Before anything is typed for nothing.
  const look = () => {
    setError(null);
    return post("/api/setup/check", { token }).then(
      () => setState("open"),
      (error) => (isOfLink(error) ? setState("over") : setError(error)),
    );
  };
  useEffect(() => void (token && look()), []);
  const form = useForm({ username: "", email: "", password: "" }, async (values) => {
    const sent = post("/api/setup", { token, ...values });
    const answer = await sent.catch((error) => {
      if (isOfLink(error)) setState("over");
      throw error;
    });
    enter(answer.user);
    setMade(true);
  });
  // When the form is done: what is typed into it holds the tab.
  useEffect(() => void (isMade && location.replace("/admin/wizard")), [isMade]);
  let outcome;
  if (!token) outcome = html`<${Empty} icon="key" title=${t("setup.no_token")} />`;
  else if (state === "over")
    outcome = html`
      <${Empty} icon="key" title=${t("setup.over")}
        action=${html`<a class="btn btn-primary" href="/login">${t("login.submit")}</a>`}>${t("setup.over_next")}<//>`;
  else if (error) outcome = html`<${Failed} error=${error} retry=${look} />`;
  else if (state === "unknown") outcome = html`<${Waiting} rows=${3} />`;
  const fields = html`
    <${FormBox} form=${form} label=${t("setup.title")}>
      <${Field} form=${form} name="username" label=${t("register.username")} autocomplete="username" required
        hint=${t("register.username_hint")} spellcheck=${false} />
      <${Field} form=${form} name="email" type="email" label=${t("register.email")} autocomplete="email" required />
      <${Password} form=${form} name="password" label=${t("login.password")} autocomplete="new-password"
        hint=${t("register.password_hint")} />
      <${Button} submit kind="primary w-100" busy=${form.busy}>${t("setup.submit")}<//>
    <//>`;
  return html`
    <div class="narrow">
      <${Page} title=${t("setup.title")} lead=${!outcome && t("setup.lead")}>
        <${Card}><div aria-live="polite">${outcome}</div>${!outcome && fields}<//>
      <//>
    </div>`;
}
