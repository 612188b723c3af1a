// @ts-check
// What a customer and the support have said to each other, and what is said next.

import { post } from "../../lib/api.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { styled } from "../../lib/style.js";
import { Button } from "../../ui/button.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";

await styled("css/talk.css");

const MOST_CHARS = 10_000;

/** Oldest first. @param {{messages: any[], own: "customer" | "support"}} props `own`: whose side the reader is on */
export function Conversation({ messages, own }) {
  return html`
    <ol class="talk" aria-label=${t("ticket.talk")}>
      ${messages.map(
        (message, index) => html`
        <li key=${index} class=${message.from === own ? "talk-own" : ""}>
          <div class="d-flex flex-wrap gap-2">
            <strong><bdi>${message.author}</bdi></strong>
            <time class="small ms-auto" datetime=${message.created_at}>${moment(message.created_at)}</time>
          </div>
          <bdi class="lines">${message.text}</bdi>
        </li>`,
      )}
    </ol>`;
}

/** @param {{path: string, done: (ticket: any) => void, extra?: (form: import("../../ui/form.js").Form) => any}} props
 * `path` of the ticket; `extra` stands above the field */
export function ReplyForm({ path, done, extra }) {
  const form = useForm(
    { message: "" },
    async ({ message }) => {
      const ticket = await post(`${path}/replies`, { message });
      form.reset({ message: "" });
      done(ticket);
    },
    (values) => missing(values, ["message"]),
    { draft: `reply ${path}` },
  );
  return html`
    <${FormBox} form=${form} label=${t("ticket.reply")}>
      ${extra?.(form)}
      <${Field} form=${form} name="message" label=${t("ticket.reply_label")} rows=${4} most=${MOST_CHARS} required />
      <${Button} submit kind="primary" icon="send" busy=${form.busy}>${t("ticket.send")}<//>
    <//>`;
}
