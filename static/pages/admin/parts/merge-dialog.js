// @ts-check
import { post } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";

/** Moves everything of a category into another one. @param {{from: any, all: any[], done: () => void,
 *   close: () => void}} props */
export function MergeDialog({ from, all, done, close }) {
  const { name, services: count } = from;
  const others = all.filter((one) => one.id !== from.id).map((one) => ({ value: `${one.id}`, text: one.name }));
  const form = useForm(
    { into: "" },
    async ({ into }) => {
      const after = await post(`/api/admin/categories/${from.id}/merge`, { into: Number(into) });
      toast(t("categories.merged", { name: after.name }));
      done();
    },
    (values) => missing(values, ["into"]),
  );
  const other = all.find((one) => `${one.id}` === form.values.into);
  return html`
    <${Dialog} title=${t("categories.merge_title", { name })} close=${close}>
      <${FormBox} form=${form}>
        <p>${t("categories.merge_text", { count })}</p>
        <${Field} form=${form} name="into" label=${t("categories.merge_into")} required
          options=${[{ value: "", text: t("categories.choose") }, ...others]} />
        ${other?.hidden && !from.hidden && html`<${Notice} kind="warning">${t("categories.merge_hidden")}<//>`}
        <${Button} submit kind="primary" busy=${form.busy}>${t("categories.merge_yes", { count })}<//>
      <//>
    <//>`;
}
