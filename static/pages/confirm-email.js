// @ts-check
// The page behind a link that was sent to a new e-mail address. Programs that look at mail follow links too, so it
// takes a button; and the token stands after the `#`, where it reaches neither a proxy's log nor a Referer header.

import { post } from "../lib/api.js";
import { html, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useLinkToken } from "../lib/link-token.js";
import { me, refresh, tellOthers } from "../lib/session.js";
import { Card } from "../ui/card.js";
import { Button } from "../ui/button.js";
import { Empty } from "../ui/empty.js";
import { FormBox, useForm } from "../ui/form.js";
import { Page } from "../ui/page.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="account"><${Confirm} /><//>`;

function Confirm() {
  const token = useLinkToken();
  const [done, setDone] = useState("");
  const [isOver, setOver] = useState(!token);
  const form = useForm({}, async () => {
    const { email } = await post("/api/auth/email", { token }).catch((error) => {
      if (error.fields?.length) setOver(true);
      throw error;
    });
    setDone(email);
    await refresh();
    tellOthers();
  });
  const on = me.value
    ? html`<a class="btn" href="/account">${t("factor.to_account")}</a>`
    : html`<a class="btn" href="/login">${t("login.title")}</a>`;
  let content;
  if (done)
    content = html`<${Empty} icon="circle-check" title=${t("email.confirmed", { email: done })} action=${on} />`;
  else if (isOver)
    content = html`<${Empty} icon="mail" title=${t("email.over")} action=${on}>${t("email.over_next")}<//>`;
  else
    content = html`
      <p>${t("email.confirm_lead")}</p>
      <${FormBox} form=${form} label=${t("email.confirm_title")}>
        <${Button} submit kind="primary w-100" busy=${form.busy}>${t("email.confirm")}<//>
      <//>`;
  return html`
    <div class="narrow">
      <${Page} title=${t("email.confirm_title")}><${Card}><div aria-live="polite">${content}</div><//><//>
    </div>`;
}
