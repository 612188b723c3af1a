// @ts-check
// The second factor of the account: set up with an app, its recovery codes, and turned off. The password is asked for
// by the question that all share.

import { ask, post } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { hold } from "../../lib/router.js";
import { me, refresh } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { CopyButton } from "../../ui/copy.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { Notice } from "../../ui/notice.js";
import { toast } from "../../ui/toast.js";

const FACTOR = "/api/user/totp";
/** So few codes left are soon none. */
const FEW = 3;

/** @typedef {{secret: string, otpauth_url: string, qr_svg: string}} Begun */
/** Where the reader is; "" is how the account stands, "done" the same after a step.
 * @typedef {{step: "" | "done" | "scan" | "codes", begun?: Begun, codes?: string[]}} State */

export function SecondFactor() {
  const [state, go] = useState(/** @type {State} */ ({ step: "" }));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  // What had the focus is gone with each step.
  useEffect(() => void (state.step && box.current?.focus()), [state]);
  const done = () => go({ step: "done" });
  const show = async (/** @type {string[]} */ codes) => {
    go({ step: "codes", codes });
    await refresh();
  };
  let content;
  if (state.begun) content = html`<${Scan} begun=${state.begun} show=${show} cancel=${done} />`;
  else if (state.codes) content = html`<${Codes} codes=${state.codes} done=${done} />`;
  else if (me.value?.totp) content = html`<${On} show=${show} done=${done} />`;
  else content = html`<${Off} go=${go} />`;
  return html`<div ref=${box} tabindex="-1" role="group" aria-label=${t("second_factor.title")}>${content}</div>`;
}

/** @param {{go: (state: State) => void}} props */
function Off({ go }) {
  const begin = async () => go({ step: "scan", begun: await post(FACTOR) });
  return html`
    <p>${t("second_factor.lead")}</p>
    <${Button} work=${begin}>${t("second_factor.begin")}<//>`;
}

/** @param {{begun: Begun, show: (codes: string[]) => any, cancel: () => void}} props */
function Scan({ begun, show, cancel }) {
  const form = useForm(
    { code: "" },
    async (values) => show((await post(`${FACTOR}/confirm`, values)).recovery_codes),
    (values) => missing(values, ["code"]),
  );
  return html`
    <p>${t("second_factor.scan")}</p>
    <p class="text-center">
      <img class="qr" alt=${t("second_factor.qr")} width="220" height="220"
        src=${`data:image/svg+xml,${encodeURIComponent(begun.qr_svg)}`} />
    </p>
    <p>${t("second_factor.or_type")} <code class="text-break">${begun.secret}</code>
      <${CopyButton} text=${begun.secret} what=${t("second_factor.key")} /></p>
    <${FormBox} form=${form} label=${t("second_factor.turn_on")}>
      <${Field} form=${form} name="code" label=${t("factor.code")} required autocomplete="one-time-code"
        inputmode="numeric" />
      <div class="btn-list">
        <${Button} submit kind="primary" busy=${form.busy}>${t("second_factor.turn_on")}<//>
        <${Button} work=${cancel}>${t("common.cancel")}<//>
      </div>
    <//>`;
}

/** Shown this once: the page is held until the reader says that they are kept.
 * @param {{codes: string[], done: () => void}} props */
function Codes({ codes, done }) {
  useLayoutEffect(() => hold("codes"), []);
  const form = useForm(
    { kept: false },
    async () => done(),
    ({ kept }) => /** @type {Record<string, string>} */ (kept ? {} : { kept: t("second_factor.keep_first") }),
  );
  return html`
    <${Notice} kind="warning" title=${t("second_factor.is_on")} live>${t("second_factor.codes_lead")}<//>
    <ul class="list-unstyled">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ul>
    <p><${CopyButton} text=${codes.join("\n")} what=${t("second_factor.codes")} /></p>
    <${FormBox} form=${form} label=${t("second_factor.codes")}>
      <${Field} form=${form} name="kept" type="checkbox" label=${t("second_factor.kept")} />
      <${Button} submit kind="primary">${t("second_factor.done")}<//>
    <//>`;
}

/** @param {{show: (codes: string[]) => any, done: () => void}} props */
function On({ show, done }) {
  const left = useAnswer(FACTOR).data?.recovery_codes_left;
  const renew = async () => {
    const [title, text] = [t("second_factor.renew"), t("second_factor.renew_text")];
    if (!(await confirm({ title, text, yes: t("second_factor.renew_yes"), no: t("common.cancel") }))) return;
    await show((await post(`${FACTOR}/recovery-codes`)).recovery_codes);
  };
  const end = async () => {
    const [title, text] = [t("second_factor.turn_off"), t("second_factor.turn_off_text")];
    if (!(await confirm({ title, text, yes: t("second_factor.turn_off"), no: t("common.cancel") }))) return;
    await ask(FACTOR, { method: "DELETE", body: {} });
    await refresh();
    done();
    toast(t("second_factor.is_off"));
  };
  return html`
    <p><span class="badge status-green">${t("second_factor.on")}</span> ${t("second_factor.on_lead")}</p>
    ${
      left !== undefined &&
      html`<p class=${left <= FEW ? "text-danger" : ""}>${t("second_factor.left", { count: left })}</p>`
    }
    <div class="btn-list">
      <${Button} icon="refresh" work=${renew}>${t("second_factor.renew")}<//>
      <${Button} work=${end}>${t("second_factor.turn_off")}<//>
    </div>`;
}
