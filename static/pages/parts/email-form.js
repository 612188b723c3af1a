// @ts-check
// The account's e-mail address, and another one in its place. The password is asked for by the question that all share.

import { post } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { me, refresh } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Failed } from "../../ui/empty.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { Notice } from "../../ui/notice.js";
import { toast } from "../../ui/toast.js";

const PATH = "/api/user/email";

export function EmailForm() {
  const answer = useAnswer(PATH);
  const [shown, setShown] = useState(me.value?.email);
  useEffect(() => {
    if (shown !== me.value?.email) answer.reload();
    setShown(me.value?.email);
  }, [me.value?.email]);
  const form = useForm(
    { email: "" },
    async ({ email }) => {
      const asked = await post(PATH, { email });
      form.reset({ email: "" });
      if (asked.in_force) {
        toast(t("email.changed", { email: asked.email }));
        await refresh();
      }
      answer.reload();
    },
    (values) => missing(values, ["email"]),
  );
  if (answer.error) return html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  const pending = answer.data?.pending;
  const take = async () => {
    await post(PATH, { email: me.value?.email });
    answer.reload();
  };
  return html`
    ${
      pending &&
      html`<${Notice} kind="info" title=${t("email.waits")} live>
        <p class="text-break">${t("email.waits_for", { email: pending.email, at: moment(pending.expires_at) })}</p>
        <${Button} work=${take}>${t("email.take_back")}<//>
      <//>`
    }
    <${FormBox} form=${form} label=${t("email.title")}>
      <${Field} form=${form} name="email" type="email" label=${t("email.new")} autocomplete="email" required />
      <${Button} submit kind="primary" busy=${form.busy}>${t("email.change")}<//>
    <//>`;
}
