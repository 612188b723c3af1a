// @ts-check
// Who logged in, and who tried to.

import { agent } from "../../lib/agent.js";
import { html } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { Empty } from "../../ui/empty.js";
import { ListTable } from "../../ui/table.js";

/** The program, in words where it is a known one. @param {{user_agent: string | null}} row @returns {string} */
export function program({ user_agent }) {
  const { browser, system } = agent(user_agent);
  if (browser && system) return t("logins.program", { browser, system });
  return browser ?? system ?? user_agent ?? t("logins.unknown");
}

/** From where, as far as it is known. @param {{row: {address: string | null, user_agent: string | null}}} props */
export const Where = ({ row }) => html`
  <bdi class="text-break" title=${row.user_agent ?? ""}>${program(row)}</bdi>
  <div class="text-secondary small"><bdi>${row.address ?? "–"}</bdi></div>`;

/** @param {{ok: boolean, wrong: string | null}} row */
const outcome = ({ ok, wrong }) => t(ok ? "logins.ok" : `logins.wrong_${wrong}`);

/** @returns {import("../../ui/table.js").Column[]} */
const columns = () => [
  { label: t("common.time"), cell: (row) => moment(row.at) },
  { label: t("logins.where"), cell: (row) => html`<${Where} row=${row} />` },
  {
    label: t("logins.outcome"),
    cell: (row) => html`<span class=${`badge wraps ${row.ok ? "status-green" : "status-red"}`}>${outcome(row)}</span>`,
  },
];

/** @param {{path: string}} props */
export const Logins = ({ path }) => html`
  <${ListTable} list=${useList(path, { limit: 10 })} columns=${columns()} label=${t("logins.title")}
    id=${(/** @type {any} */ row) => `${row.at} ${row.address} ${row.user_agent} ${row.ok}`}
    empty=${html`<${Empty} icon="user" title=${t("logins.none")} />`} />`;
