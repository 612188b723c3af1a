// @ts-check
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Empty, Failed } from "../../../ui/empty.js";
import { Waiting } from "../../../ui/page.js";
import { Table } from "../../../ui/table.js";
import { keyColumns } from "../../parts/key-use.js";

/** The user's keys of the reseller API and how they are used. @param {{user: any}} props */
export function UserKeys({ user }) {
  const answer = useAnswer(`/api/admin/users/${user.id}/api-keys`);
  if (!answer.data)
    return answer.error ? html`<${Failed} error=${answer.error} retry=${answer.reload} />` : html`<${Waiting} />`;
  const keys = answer.data.items;
  if (!keys.length) return html`<${Empty} icon="key" title=${t("user.no_keys")} />`;
  return html`<${Table} columns=${keyColumns()} rows=${keys} label=${t("user.keys")}
    id=${(/** @type {any} */ key) => key.id} />`;
}
