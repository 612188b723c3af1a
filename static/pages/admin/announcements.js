// @ts-check
// What customers and guests are told, and what the list of services told them by itself.

import { ask } from "../../lib/api.js";
import { clock } from "../../lib/clock.js";
import { confirm } from "../../lib/confirm.js";
import { html, useState } from "../../lib/dom.js";
import { moment, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place, setQuery } from "../../lib/router.js";
import { now } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { Empty } from "../../ui/empty.js";
import { Status, StatusDot } from "../../ui/status.js";
import { toast } from "../../ui/toast.js";
import { Change, ofGroup } from "../announcements.js";
import { Spoken } from "../parts/spoken.js";
import { Desk } from "./desk/desk.js";
import { AnnouncementDialog } from "./parts/announcement-dialog.js";

/** @typedef {import("./desk/fitting.js").DeskColumn} DeskColumn */

/** Of an announcement on a phone's card. */
const PLACES = { head: "title", state: "state", under: ["kind", "audience"], end: "time" };

const KINDS = ["", "news", "warning", "service"];

/** @param {any} told */
function stateOf({ starts_at, ends_at }) {
  if (new Date(starts_at).getTime() > now()) return "waits";
  return ends_at && new Date(ends_at).getTime() <= now() ? "over" : "told";
}

/** @param {any} told */
const titleOf = ({ title, group }) => (group ? ofGroup(group) : title);

/** From when and until when; of a group that holds several times, that it does. @param {any} told */
function timeOf({ starts_at, ends_at, group }) {
  const isMixed = ["starts_at", "ends_at"].some((term) => group?.mixed.includes(term));
  const span = `${moment(starts_at)}${ends_at ? ` – ${moment(ends_at)}` : ""}`;
  return isMixed ? `${span} (${t("announcements.mixed_times")})` : span;
}

/** What is told, in one line. @param {{told: any}} props */
const Line = ({ told }) => html`
  ${
    told.group
      ? html`<a href=${`/admin/announcements?group=${told.id}`}>${ofGroup(told.group)}</a>`
      : html`<bdi>${told.title}</bdi>`
  }
  ${told.service && html` <${Change} service=${told.service} />`}
  ${told.text && html` <bdi class="soft">${told.text}</bdi>`}`;

/** @returns {DeskColumn[]} */
const columns = () => [
  {
    key: "title",
    label: t("announcements.what"),
    least: 220,
    fixed: true,
    cell: (told) => html`<${Line} told=${told} />`,
    whole: (told) => [titleOf(told), told.text].filter(Boolean).join("\n"),
  },
  {
    key: "kind",
    label: t("announcements.sort"),
    width: 92,
    drop: 2,
    cell: (told) => t(`announcements.kind.${told.kind}`),
  },
  {
    key: "audience",
    label: t("announcements.audience"),
    width: 120,
    drop: 3,
    line: (told) => t(`announcements.for_short.${told.audience}`),
    whole: (told) => t(`announcements.for.${told.audience}`),
    cell: (told) => t(`announcements.for.${told.audience}`),
  },
  {
    key: "state",
    label: t("orders.status"),
    width: 120,
    line: (told) => html`<${StatusDot} of="announcement" value=${stateOf(told)} />`,
    cell: (told) => html`<${Status} of="announcement" value=${stateOf(told)} />`,
  },
  {
    key: "time",
    label: t("common.time"),
    width: 84,
    drop: 1,
    line: (told) => html`<time class="soft" datetime=${told.starts_at}>${clock(told.starts_at)}</time>`,
    whole: timeOf,
    cell: timeOf,
  },
];

/** @param {(told: any) => void} open @param {(told: any) => Promise<void>} remove @returns {DeskColumn} */
const actions = (open, remove) => ({
  key: "actions",
  label: t("common.actions"),
  width: 100,
  fixed: true,
  cell: (told) => {
    const title = titleOf(told);
    return html`
      <div class="btn-list flex-nowrap">
        ${
          !told.service &&
          !told.group &&
          html`<${Button} small icon="edit" label=${t("announcements.edit", { title })} work=${() => open(told)} />`
        }
        <${Button} small icon="trash" label=${t("announcements.delete", { title })} work=${() => remove(told)} />
      </div>`;
  },
});

export default () => html`<${Spoken} words="news"><${Announcements} /><//>`;

function Announcements() {
  const { kind = "", group = "" } = place.value.query;
  const list = useList("/api/admin/announcements", { kind, group });
  const [opened, open] = useState(/** @type {any} */ (undefined));
  const done = () => {
    open(undefined);
    list.reload();
  };
  const remove = async (/** @type {any} */ told) => {
    const question = {
      title: t("announcements.delete", { title: titleOf(told) }),
      text: t("announcements.delete_text"),
    };
    if (!(await confirm({ ...question, yes: t("announcements.delete_yes"), no: t("announcements.delete_no") }))) return;
    await ask(`/api/admin/announcements/${told.id}`, { method: "DELETE" });
    toast(t("announcements.deleted"));
    list.reload();
  };
  const tabs = KINDS.map((value) => ({ value, text: value ? t(`announcements.kind.${value}`) : t("common.all") }));
  const choose = (/** @type {string} */ value) => setQuery({ kind: value, group: "" });
  return html`
    <${Desk} name="announcements" title=${t("announcements.title")} lead=${t("announcements.lead")} list=${list}
      actions=${html`<${Button} kind="primary" icon="plus" work=${() => open(null)}>${t("announcements.add")}<//>`}
      tabs=${{ label: t("announcements.sort"), tabs, value: kind, choose }} narrowing=${{ only: { group } }}
      columns=${[...columns(), actions(open, remove)]} places=${PLACES} called=${titleOf}
      empty=${html`<${Empty} icon="bell" title=${t("announcements.none")} />`}>
      ${
        opened !== undefined &&
        html`<${AnnouncementDialog} told=${opened} done=${done} close=${() => open(undefined)} />`
      }
    <//>`;
}
