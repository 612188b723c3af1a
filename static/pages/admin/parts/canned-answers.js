// @ts-check
// What the support answers again and again, kept by admins.

import { ask, post, put } from "../../../lib/api.js";
import { confirm } from "../../../lib/confirm.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { Dialog } from "../../../ui/dialog.js";
import { Failed } from "../../../ui/empty.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { Table } from "../../../ui/table.js";
import { toastSaved } from "../../../ui/toast.js";

const PATH = "/api/admin/canned-answers";

/** @param {(canned: any) => void} open @param {(canned: any) => Promise<void>} drop
 * @returns {import("../../../ui/table.js").Column[]} */
const columns = (open, drop) => [
  { label: t("tickets.canned_title"), cell: (canned) => html`<bdi class="text-break">${canned.title}</bdi>` },
  {
    label: t("ticket.message"),
    wide: true,
    cell: (canned) => html`<bdi class="lines text-break">${canned.text}</bdi>`,
  },
  {
    label: t("common.actions"),
    cell: (canned) => html`<div class="btn-list">
      <${Button} small icon="edit" label=${t("tickets.canned_edit", { title: canned.title })}
        work=${() => open(canned)} />
      <${Button} small icon="trash" label=${t("tickets.canned_drop", { title: canned.title })}
        work=${() => drop(canned)} /></div>`,
  },
];

export function CannedAnswers() {
  const answer = useAnswer(PATH);
  const [opened, open] = useState(/** @type {any} */ (undefined));
  const done = () => {
    open(undefined);
    answer.reload();
  };
  const drop = async (/** @type {any} */ { id, title }) => {
    const question = { title: t("tickets.canned_drop", { title }), text: t("tickets.canned_drop_text") };
    if (!(await confirm({ ...question, yes: t("tickets.drop"), no: t("tickets.keep") }))) return;
    await ask(`${PATH}/${id}`, { method: "DELETE" });
    answer.reload();
  };
  const add = html`<${Button} small icon="plus" work=${() => open(null)}>${t("tickets.canned_add")}<//>`;
  const rows = answer.data?.items ?? [];
  return html`
    <${Card} title=${t("tickets.canned")} actions=${add} flush>
      ${answer.error && !answer.data && html`<${Failed} error=${answer.error} retry=${answer.reload} />`}
      ${
        rows.length
          ? html`<${Table} rows=${rows} columns=${columns(open, drop)} label=${t("tickets.canned")}
              id=${(/** @type {any} */ one) => one.id} />`
          : html`<p class="text-secondary card-body mb-0">${t("tickets.canned_none")}</p>`
      }
    <//>
    ${opened !== undefined && html`<${CannedDialog} canned=${opened} done=${done} close=${() => open(undefined)} />`}`;
}

/** @param {{canned: any, done: () => void, close: () => void}} props `canned`: null makes a new one */
function CannedDialog({ canned, done, close }) {
  const form = useForm(
    { title: canned?.title ?? "", text: canned?.text ?? "" },
    async ({ title, text }) => {
      const wish = { title, text };
      await (canned ? put(`${PATH}/${canned.id}`, wish) : post(PATH, wish));
      toastSaved(wish);
      done();
    },
    (values) => missing(values, ["title", "text"]),
    { draft: `canned ${canned?.id ?? ""}`, asks: true },
  );
  const title = canned ? t("tickets.canned_edit", { title: canned.title }) : t("tickets.canned_add");
  return html`
    <${Dialog} title=${title} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="title" label=${t("tickets.canned_title")} most=${200} required />
        <${Field} form=${form} name="text" label=${t("ticket.message")} rows=${6} most=${10_000} required />
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
      <//>
    <//>`;
}
