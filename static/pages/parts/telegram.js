// @ts-check
// The customer's own chat with the operator's bot: linked in Telegram, which this page waits for, and what is told
// there.

import { ask, post, put } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Failed } from "../../ui/empty.js";
import { Field, FormBox, useForm } from "../../ui/form.js";
import { Icon } from "../../ui/icon.js";
import { Notice } from "../../ui/notice.js";
import { toast } from "../../ui/toast.js";
import { useWait } from "./wait.js";

const PATH = "/api/user/telegram";
const TOPICS = ["deposits", "orders", "tickets"];

const facts = (/** @type {any} */ chat) => ({ name: chat.name, at: moment(chat.linked_at) });

/** Nothing where the operator has no bot. */
export function Telegram() {
  const answer = useAnswer(PATH);
  const [link, setLink] = useState(/** @type {{url: string} | null} */ (null));
  const shown = answer.data;
  useWait(!!link && !shown?.linked, answer.reload);
  if (!shown && answer.error) {
    return html`<${Card} title=${t("telegram.title")}><${Failed} error=${answer.error} retry=${answer.reload} /><//>`;
  }
  if (!shown || (!shown.available && !shown.linked)) return null;
  const begin = async () => {
    const made = await post(PATH, {});
    setLink(made);
    // Where the browser lets no window open after an answer, the link below does.
    window.open(made.url, "_blank", "noopener");
  };
  const end = async () => {
    await ask(PATH, { method: "DELETE" });
    setLink(null);
    await answer.reload();
    toast(t("telegram.unlinked"));
  };
  return html`
    <${Card} title=${t("telegram.title")}>
      <div aria-live="polite">
        ${
          shown.linked
            ? html`<${Notice} kind="success" title=${t("telegram.linked")}>
                <p class="text-break mb-0">${t("telegram.chat", facts(shown.chat))}</p>
              <//>`
            : html`<p>${t("telegram.lead")}</p>`
        }
        ${link && !shown.linked && html`<${Invitation} url=${link.url} />`}
      </div>
      ${shown.linked && html`<${Choices} key=${shown.chat.linked_at} answer=${answer} />`}
      <div class="mt-3">
        ${
          shown.linked
            ? html`<${Button} icon="x" work=${end}>${t("telegram.unlink")}<//>`
            : !link && html`<${Button} kind="primary" icon="brand-telegram" work=${begin}>${t("telegram.link")}<//>`
        }
      </div>
    <//>`;
}

/** @param {{url: string}} props */
const Invitation = ({ url }) => html`
  <${Notice} kind="info" title=${t("telegram.waits")}>
    <p>${t("telegram.press_start")}</p>
    <a class="btn btn-primary" href=${url} target="_blank" rel="noopener">
      <${Icon} name="brand-telegram" />${t("telegram.open")}
    </a>
  <//>`;

/** @param {{answer: import("../../lib/load.js").Answer}} props */
function Choices({ answer }) {
  const form = useForm(answer.data.choices, async (values) => {
    const changed = await put(PATH, values);
    answer.set(changed);
    form.reset(changed.choices);
    toast(t("telegram.saved"));
  });
  return html`
    <${FormBox} form=${form} label=${t("telegram.choices")}>
      ${TOPICS.map(
        (topic) => html`<${Field} key=${topic} form=${form} name=${topic} type="checkbox"
          label=${t(`telegram.${topic}`)} />`,
      )}
      <${Button} submit busy=${form.busy}>${t("common.save")}<//>
    <//>`;
}
