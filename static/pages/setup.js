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
import { Empty } from "../ui/empty.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Page } from "../ui/page.js";
import { Password } from "../ui/password.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Setup} /><//>`;

function Setup() {
  const token = useLinkToken();
  const [isMade, setMade] = useState(false);
  const [isOver, setOver] = useState(false);
  const form = useForm({ username: "", email: "", password: "" }, async (values) => {
    const sent = post("/api/setup", { token, ...values });
    const answer = await sent.catch((error) => {
      // No link serves any more.
      if (error.code === "not_found") setOver(true);
      throw error;
    });
    enter(answer.user);
    setMade(true);
  });
  // When the form is done: what is typed into it holds the tab.
  useEffect(() => void (isMade && location.replace("/admin/wizard")), [isMade]);
  return html`
    <div class="narrow">
      <${Page} title=${t("setup.title")} lead=${t("setup.lead")}>
        <${Card}>
          <div aria-live="polite">
            ${
              isOver &&
              html`<${Empty} icon="key" title=${t("setup.over")}
                action=${html`<a class="btn btn-primary" href="/login">${t("login.submit")}</a>`}>
                ${t("setup.over_next")}<//>`
            }
          </div>
          ${
            token
              ? !isOver &&
                html`
            <${FormBox} form=${form} label=${t("setup.title")}>
              <${Field} form=${form} name="username" label=${t("register.username")} autocomplete="username" required
                hint=${t("register.username_hint")} spellcheck=${false} />
              <${Field} form=${form} name="email" type="email" label=${t("register.email")}
                autocomplete="email" required />
              <${Password} form=${form} name="password" label=${t("login.password")} autocomplete="new-password"
                hint=${t("register.password_hint")} />
              <${Button} submit kind="primary w-100" busy=${form.busy}>${t("setup.submit")}<//>
            <//>`
              : html`<${Empty} icon="key" title=${t("setup.no_token")} />`
          }
        <//>
      <//>
    </div>`;
}
