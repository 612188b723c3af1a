// @ts-check
import { put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { withNumbers, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";

/** @typedef {Record<string, any>} Values */

/**
 * A part of the settings, saved by itself: only what was changed is sent.
 * @param {{id: string, title: string, first: Values, body?: (changed: Values, values: Values) => any, locked?: boolean,
 *   numbers?: Record<string, import("../../../lib/number.js").Kind>, check?: (values: Values) => Promise<Values>,
 *   always?: boolean,
 *   saved: (settings: any) => void, fields: (form: import("../../../ui/form.js").Form) => any, children?: any}} props
 * `id` is what links to it name; `always`: it is sent whatever was changed; `body` makes the keys of the PUT from the
 * values that were changed, and from all; `numbers` are read as such; `check` says what else is wrong
 */
export function Section({
  id,
  title,
  first,
  body = (changed) => changed,
  numbers = {},
  check,
  locked,
  always,
  ...rest
}) {
  const { saved, fields, children } = rest;
  const form = useForm(
    first,
    async (values, changed) => {
      const wish = always || Object.keys(changed).length ? body(withNumbers(changed, numbers), values) : {};
      saved(await put("/api/admin/settings", wish));
      toastSaved(wish);
    },
    async (values) => ({ ...wrongNumbers(values, numbers), ...(await check?.(values)) }),
    { draft: `settings ${title}`, asks: true },
  );
  return html`
    <div id=${id} tabindex="-1"><${Card} title=${title}>
      ${locked && html`<${Notice} kind="info">${t("settings.locked")}<//>`}
      <${FormBox} form=${form} label=${title}>
        ${fields(form)}
        ${!locked && html`<${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>`}
      <//>
      ${children}
    <//></div>`;
}
