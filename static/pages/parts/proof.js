// @ts-check
// The question for the password, over whatever is shown.

import { post } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { me } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { Password } from "../../ui/password.js";

/** @param {{answer: (given: boolean) => void}} props */
export default function Question({ answer }) {
  // It may have been turned on in another tab.
  const [needsCode, setNeedsCode] = useState(me.value?.totp ?? false);
  const form = useForm(
    { password: "", totp: "" },
    async ({ password, totp }) => {
      const given = post("/api/auth/confirm", needsCode ? { password, totp } : { password });
      await given.catch((error) => {
        if (error.code === "totp_required") setNeedsCode(true);
        throw error;
      });
      answer(true);
    },
    (values) => missing(values, needsCode ? ["password", "totp"] : ["password"]),
  );
  // Nobody is left who could answer.
  useEffect(() => void (me.value || answer(false)), [me.value]);
  return html`
    <${Dialog} title=${t("proof.title")} close=${() => answer(false)} isQuestion>
      <p>${t("proof.lead")}</p>
      <${FormBox} form=${form} label=${t("proof.title")}>
        <${Password} form=${form} name="password" label=${t("login.password")} autocomplete="current-password" />
        ${
          needsCode &&
          html`<${Field} form=${form} name="totp" label=${t("factor.code")} hint=${t("factor.code_hint")} required
            autocomplete="one-time-code" spellcheck=${false} />`
        }
        <${Button} submit kind="primary" busy=${form.busy}>${t("proof.go_on")}<//>
      <//>
    <//>`;
}
