// @ts-check
import { put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";

/**
 * A part of the settings, saved by itself.
 * @param {{title: string, first: Record<string, any>, body: (values: Record<string, any>) => any, locked?: boolean,
 *   saved: (settings: any) => void, fields: (form: import("../../../ui/form.js").Form) => any, children?: any}} props
 * `body` makes the keys of the PUT from the form's values
 */
export function Section({ title, first, body, locked, saved, fields, children }) {
  const form = useForm(first, async (values) => {
    saved(await put("/api/admin/settings", body(values)));
    toast(t("common.saved"));
  });
  return html`
    <${Card} title=${title}>
      ${locked && html`<${Notice} kind="info">${t("settings.locked")}<//>`}
      <${FormBox} form=${form} label=${title}>
        ${fields(form)}
        ${!locked && html`<${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>`}
      <//>
      ${children}
    <//>`;
}
