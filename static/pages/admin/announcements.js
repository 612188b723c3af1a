// @ts-check
// What customers and guests are told, and what the list of services told them by itself.

import { ask } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { now } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { toast } from "../../ui/toast.js";
import { Told } from "../announcements.js";
import { Spoken } from "../parts/spoken.js";
import { AnnouncementDialog } from "./parts/announcement-dialog.js";

/** @param {any} told */
function stateOf({ starts_at, ends_at }) {
  if (new Date(starts_at).getTime() > now()) return "waits";
  return ends_at && new Date(ends_at).getTime() <= now() ? "over" : "told";
}

/** @param {(told: any) => void} open @param {(told: any) => Promise<void>} remove
 * @returns {import("../../ui/table.js").Column[]} */
const columns = (open, remove) => [
  { label: t("announcements.what"), cell: (told) => html`<${Told} told=${told} />` },
  { label: t("announcements.audience"), cell: (told) => t(`announcements.for.${told.audience}`) },
  {
    label: t("orders.status"),
    cell: (told) => html`<${Status} of="announcement" value=${stateOf(told)} />
      <div class="text-secondary small">${moment(told.starts_at)}${told.ends_at && ` – ${moment(told.ends_at)}`}</div>`,
  },
  {
    label: t("common.actions"),
    cell: (told) => html`<div class="btn-list">
      ${
        !told.service &&
        html`<${Button} small icon="edit" label=${t("announcements.edit", { title: told.title })}
        work=${() => open(told)} />`
      }
      <${Button} small kind="danger" work=${() => remove(told)}>${t("announcements.delete")}<//></div>`,
  },
];

export default () => html`<${Spoken} words="news"><${Announcements} /><//>`;

function Announcements() {
  const list = useList("/api/admin/announcements", {});
  const [opened, open] = useState(/** @type {any} */ (undefined));
  const done = () => {
    open(undefined);
    list.reload();
  };
  const remove = async (/** @type {any} */ told) => {
    await ask(`/api/admin/announcements/${told.id}`, { method: "DELETE" });
    toast(t("announcements.deleted"));
    list.reload();
  };
  return html`
    <${Page} title=${t("announcements.title")} lead=${t("announcements.lead")}
      actions=${html`<${Button} kind="primary" icon="plus" work=${() => open(null)}>${t("announcements.add")}<//>`}>
      <${Card} flush>
        <${ListTable} list=${list} columns=${columns(open, remove)} label=${t("announcements.title")}
          empty=${html`<${Empty} icon="bell" title=${t("announcements.none")} />`} />
      <//>
      ${
        opened !== undefined &&
        html`<${AnnouncementDialog} told=${opened} done=${done} close=${() => open(undefined)} />`
      }
    <//>`;
}
