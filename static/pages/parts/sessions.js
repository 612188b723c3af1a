// @ts-check
// Where the reader is logged in, each to be ended.

import { ask } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { logOut } from "../../lib/session.js";
import { Button } from "../../ui/button.js";
import { Table } from "../../ui/table.js";
import { toast } from "../../ui/toast.js";
import { Where, program } from "./logins.js";

const SESSIONS = "/api/user/sessions";

/** @param {any} session */
const end = ({ id }) => ask(`${SESSIONS}/${id}`, { method: "DELETE" });

export function Sessions() {
  const answer = useAnswer(SESSIONS);
  /** @type {any[]} */
  const items = answer.data?.items ?? [];
  const others = items.filter((session) => !session.current);
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
    <${Table} columns=${columns} rows=${items} id=${(/** @type {any} */ row) => row.id}
      label=${t("account.sessions")} />
    <div class="card-body btn-list">
      ${others.length > 0 && html`<${Button} icon="logout" work=${endOthers}>${t("account.end_others")}<//>`}
      <${Button} icon="logout" work=${endAll}>${t("account.everywhere")}<//>
    </div>`;
}
