// @ts-check
// The caller's keys of the reseller API, and how long an equal order counts as a repetition.

import { ask, post, put } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { Button } from "../../ui/button.js";
import { CopyRow } from "../../ui/copy.js";
import { Empty } from "../../ui/empty.js";
import { Field, FormBox, missing, useForm } from "../../ui/form.js";
import { Notice } from "../../ui/notice.js";
import { NumberField, withNumbers, wrongNumbers } from "../../ui/number-field.js";
import { Table } from "../../ui/table.js";
import { toast } from "../../ui/toast.js";
import { keyColumns } from "./key-use.js";

const KEYS = "/api/user/api-keys";
const NAME_CHARS = 50;
const SECONDS = { repeat_seconds: { max: 600 } };

/** @param {{keys: any[], made: any, show: (key: any) => void, reload: () => Promise<void>}} props `made`: the
 *   key that was made last, which is shown this once */
export function Keys({ keys, made, show, reload }) {
  const form = useForm(
    { name: "" },
    async ({ name }) => {
      show(await post(KEYS, { name }));
      form.reset({ name: "" });
      await reload();
    },
    (values) => missing(values, ["name"]),
  );
  return html`
    ${
      made &&
      html`<div class="card-body"><${Notice} kind="success" title=${t("reseller.key_made")} live>
        <p><bdi class="text-break">${made.name}</bdi></p>
        <${CopyRow} label=${t("reseller.key")} text=${made.api_key} />
      <//></div>`
    }
    ${
      keys.length
        ? html`<${Table} columns=${columns(reload)} rows=${keys} label=${t("reseller.keys")}
            id=${(/** @type {any} */ key) => key.id} />`
        : html`<${Empty} icon="key" title=${t("reseller.no_keys")} />`
    }
    <div class="card-body">
      <${FormBox} form=${form} label=${t("reseller.new_key")}>
        <${Field} form=${form} name="name" label=${t("reseller.key_name")} hint=${t("reseller.key_name_hint")}
          most=${NAME_CHARS} autocomplete="off" required />
        <${Button} submit kind="primary" icon="plus" busy=${form.busy}>${t("reseller.make_key")}<//>
      <//>
    </div>`;
}

/** @param {() => Promise<void>} reload @returns {import("../../ui/table.js").Column[]} */
const columns = (reload) => [
  ...keyColumns(),
  {
    label: t("reseller.delete"),
    cell: (key) => html`
      <${Button} small icon="trash" work=${() => remove(key, reload)}
        label=${t("reseller.delete_one", { name: key.name })}>${t("reseller.delete")}<//>`,
  },
];

/** @param {any} key @param {() => Promise<void>} reload */
async function remove(key, reload) {
  const title = t("reseller.delete_key", { name: key.name });
  const [text, yes, no] = [t("reseller.delete_text"), t("reseller.delete"), t("reseller.keep")];
  if (!(await confirm({ title, text, yes, no }))) return;
  await ask(`${KEYS}/${key.id}`, { method: "DELETE" });
  toast(t("reseller.deleted"));
  await reload();
}

/** @param {{seconds: number, reload: () => Promise<void>}} props */
export function Repeats({ seconds, reload }) {
  const form = useForm(
    { repeat_seconds: String(seconds) },
    async (values) => {
      await put("/api/user/api-key", withNumbers(values, SECONDS));
      toast(t("common.saved"));
      await reload();
    },
    (values) => wrongNumbers(values, SECONDS),
  );
  return html`
    <p>${t("reseller.repeat_lead")}</p>
    <${FormBox} form=${form} label=${t("reseller.repeats")}>
      <${NumberField} form=${form} name="repeat_seconds" label=${t("reseller.repeat_seconds")}
        kind=${SECONDS.repeat_seconds} hint=${t("reseller.repeat_hint")} required />
      <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
    <//>`;
}
