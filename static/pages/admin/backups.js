// @ts-check
import { ask } from "../../lib/api.js";
import { confirm, mayFollow } from "../../lib/confirm.js";
import { html, useState } from "../../lib/dom.js";
import { ago, exactMoment, fileSize, noted, sentence, t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { CopyRow } from "../../ui/copy.js";
import { Dialog } from "../../ui/dialog.js";
import { Empty, Failed } from "../../ui/empty.js";
import { Icon } from "../../ui/icon.js";
import { Notice } from "../../ui/notice.js";
import { Page, Waiting } from "../../ui/page.js";
import { Table } from "../../ui/table.js";
import { toast } from "../../ui/toast.js";

/** What is known of a file. @param {{row: any}} props */
const Proof = ({ row }) =>
  row.verified
    ? html`<div class="small">
        <${Icon} name="circle-check" /> ${t("backups.verified", { time: ago(row.verified_at) })}
      </div>`
    : html`<div class="small" title=${t("backups.unverified_hint")}>
        <${Icon} name="alert-triangle" /> ${t("backups.unverified")}
      </div>`;

/** Everything about everybody is in it, so it asks first, and for the password. @param {any} row */
async function take({ name, encrypted }) {
  const text = html`
    <p class="text-break">${t("backups.download_text", { name })}</p>
    ${!encrypted && html`<p class="mb-0">${t("backups.download_clear")}</p>`}`;
  const words = { title: t("backups.download_title"), yes: t("backups.download"), no: t("backups.download_no") };
  if (!(await confirm({ ...words, text })) || !(await mayFollow())) return;
  const link = document.createElement("a");
  link.href = `/api/admin/backups/${name}`;
  link.download = name;
  link.click();
}

/** @param {(backup: any) => void} open @param {string | null} storage
 * @returns {import("../../ui/table.js").Column[]} */
const columns = (open, storage) => [
  {
    label: t("common.time"),
    cell: (row) => html`
      <time datetime=${row.created_at}>${exactMoment(row.created_at)}</time>
      <div class="text-secondary small text-break">${row.name}</div>
      <${Proof} row=${row} />
      ${row.encrypted && html`<div class="small"><${Icon} name="lock" /> ${t("backups.encrypted")}</div>`}
      ${
        row.encrypted &&
        storage &&
        html`<div class="small">
          ${row.uploaded_at ? t("backups.uploaded", { time: ago(row.uploaded_at) }) : t("backups.not_uploaded")}
        </div>`
      }`,
  },
  { label: t("backups.size"), number: true, cell: (row) => fileSize(row.size) },
  {
    label: t("common.actions"),
    cell: (row) => html`
      <div class="btn-list">
        <${Button} small icon="download" work=${() => take(row)}
          label=${`${t("backups.download")}: ${row.name}`}>${t("backups.download")}<//>
        <${Button} small icon="history" work=${() => open(row)}>${t("backups.restore")}<//>
      </div>`,
  },
];

/** For a shell, whatever is in it. @param {string} text */
const quoted = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** How a backup is put back: only at the server, for a running panel is refused.
 * @param {{path: string, isEncrypted: boolean, close: () => void}} props */
const Restore = ({ path, isEncrypted, close }) => html`
  <${Dialog} title=${t("backups.restore_title")} close=${close}>
    <p>${t("backups.restore_lead")}</p>
    <p>${t("backups.restore_where")}</p>
    ${isEncrypted && html`<p>${t("backups.restore_encrypted")}</p>`}
    <${CopyRow} label=${t("backups.restore_stop")} text="systemctl stop smm-panel" />
    <${CopyRow} label=${t("backups.restore_do")} text=${`smm-panel restore ${quoted(path)}`} />
    <${CopyRow} label=${t("backups.restore_start")} text="systemctl start smm-panel" />
    <p class="text-secondary small mb-0 mt-3">${t("backups.restore_then")}</p>
  <//>`;

/** Whether the newest one can be restored. @param {{made: any}} props */
function Rehearsal({ made }) {
  if (!made) return html`<${Notice}>${t("backups.rehearsed_none")}<//>`;
  const time = ago(made.at);
  if (made.ok) return html`<${Notice} kind="success">${t("backups.rehearsed", { name: made.name, time })}<//>`;
  return html`
    <${Notice} kind="danger" title=${t("backups.rehearsal_failed", { time })}>
      <bdi class="text-break">${noted(made.error_coded)}</bdi>
    <//>`;
}

/** How the making of them stands. @param {{data: any}} props */
const Standing = ({ data }) => html`
  ${
    data.error_coded &&
    html`<${Notice} kind="danger" title=${t("backups.failed", { time: ago(data.failed_at) })}>
      <bdi class="text-break">${noted(data.error_coded)}</bdi>
    <//>`
  }
  ${
    data.upload_error_coded &&
    html`<${Notice} kind="danger" title=${t("backups.upload_failed", { time: ago(data.upload_failed_at) })}>
      <bdi class="text-break">${noted(data.upload_error_coded)}</bdi>
    <//>`
  }
  ${(data.rehearsal || data.items.length > 0) && html`<${Rehearsal} made=${data.rehearsal} />`}
  ${data.items.some((/** @type {any} */ one) => one.encrypted) && html`<${Notice}>${t("backups.passphrase")}<//>`}
  ${data.every_hours === 0 && html`<${Notice} kind="warning">${t("backups.off")}<//>`}`;

/** The backups that there are, and one more. */
export default function Backups() {
  const answer = useAnswer("/api/admin/backups");
  const [opened, open] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const { data } = answer;
  const make = async () => {
    setProblem(null);
    try {
      const made = await ask("/api/admin/backups", { method: "POST" });
      toast(t("backups.made", { name: made.name }));
    } catch (error) {
      setProblem(error);
    }
    await answer.reload();
  };
  if (!data && !answer.error) return html`<${Waiting} rows=${8} />`;
  let content;
  if (data?.items.length)
    content = html`
      <${Table} columns=${columns(open, data.storage)} rows=${data.items}
        id=${(/** @type {any} */ row) => row.name} label=${t("backups.title")} />`;
  else if (data) content = html`<${Empty} icon="archive" title=${t("backups.none")} />`;
  else content = html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  const lead = html`
    ${t("backups.lead")}
    ${
      data?.every_hours > 0 &&
      html`<div>${t("backups.every", {
        count: data.every_hours,
        next: data.next_run_at,
      })}</div>`
    }`;
  return html`
    <${Page} title=${t("backups.title")} lead=${lead}
      actions=${html`<${Button} kind="primary" icon="plus" work=${make}>${t("backups.make")}<//>`}>
      ${
        problem &&
        html`<${Notice} kind="danger" title=${t("backups.make_failed")} live>
          <bdi class="text-break">${sentence(problem)}</bdi>
        <//>`
      }
      ${data && html`<${Standing} data=${data} />`}
      <${Card} flush>${content}<//>
      ${
        data &&
        html`<p class="text-secondary small text-break mt-2">
          ${t("backups.where", { folder: data.folder })}
          ${data.storage && html`<br />${t("backups.storage", { place: data.storage })}`}
        </p>`
      }
      ${
        opened &&
        html`<${Restore} path=${`${data.folder}/${opened.name}`} isEncrypted=${opened.encrypted}
        close=${() => open(null)} />`
      }
    <//>`;
}
