// @ts-check
// Where the reader is logged in, each to be ended.

import { ask } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { logOut } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { FirstRows } from "../../ui/first-rows.js";
import { toast } from "../../ui/toast.js";
import { Where, program } from "./logins.js";

const SESSIONS = "/api/user/sessions";
/** Seen at once; a phone draws each as a block. */
const FIRST = 4;

/** @param {any} session */
const end = ({ id }) => ask(`${SESSIONS}/${id}`, { method: "DELETE" });

export function Sessions() {
  const answer = useAnswer(SESSIONS);
  /** @type {any[]} */
  const all = answer.data?.items ?? [];
  const others = all.filter((session) => !session.current);
  // The reader's own is among the first.
  const items = [...all.filter((session) => session.current), ...others];
  const endOthers = async () => {
    for (const session of others) await end(session);
    await answer.reload();
    toast(t("account.others_ended"));
  };
  const endAll = async () => {
    const [title, text] = [t("account.everywhere_title"), t("account.everywhere_text")];
    if (await confirm({ title, text, yes: t("account.everywhere"), no: t("common.cancel") })) await logOut(true);
  };
  /** @type {import("../../ui/table.js").Column[]} */
  const columns = [
    { label: t("logins.where"), cell: (session) => html`<${Where} row=${session} />` },
    {
      label: t("account.last_seen"),
      cell: (session) =>
        session.current
          ? html`<span class="badge status-green">${t("account.this_one")}</span>`
          : moment(session.last_seen_at),
    },
    {
      label: t("common.actions"),
      cell: (session) =>
        !session.current &&
        html`<${Button} small icon="logout"
          label=${t("account.end_session", {
            where: program(session),
            address: session.address ?? "–",
            time: moment(session.created_at),
          })}
          work=${() => end(session).then(answer.reload)} />`,
    },
  ];
  return html`
    <${FirstRows} columns=${columns} rows=${items} id=${(/** @type {any} */ row) => row.id}
      label=${t("account.sessions")} first=${FIRST} fewer=${t("account.first", { count: FIRST })}
      whole=${t("account.whole", { count: items.length })} />
    <div class="card-body btn-list">
      ${others.length > 0 && html`<${Button} icon="logout" work=${endOthers}>${t("account.end_others")}<//>`}
      <${Button} icon="logout" work=${endAll}>${t("account.everywhere")}<//>
    </div>`;
}
