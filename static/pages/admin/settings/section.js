// @ts-check
import { put } from "../../../lib/api.js";
import { html, useEffect, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { isDesk } from "../../../lib/screen.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { withNumbers, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";

/** @typedef {Record<string, any>} Values */

/** @param {string} id */
const isNamed = (id) => location.hash === `#${id}`;

/** A part of the settings. On a phone only its title is seen until it is touched or the address names it.
 * @param {{id: string, title: string, isOpen?: boolean, children?: any}} props `isOpen`: it has something to say */
export function Part({ id, title, isOpen = false, children }) {
  const [open, setOpen] = useState(isOpen || isNamed(id));
  useEffect(() => {
    const heard = () => isNamed(id) && setOpen(true);
    addEventListener("hashchange", heard);
    return () => removeEventListener("hashchange", heard);
  }, []);
  return html`
    <div id=${id} tabindex="-1">${
      isDesk.value
        ? html`<${Card} title=${title}>${children}<//>`
        : html`
        <details class="card fold" open=${open}
          onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
          <summary class="card-header"><h2 class="card-title">${title}</h2></summary>
          <div class="card-body">${children}</div>
        </details>`
    }</div>`;
}

/**
 * A part of the settings, saved by itself: only what was changed is sent.
 * @param {{id: string, title: string, first: Values, body?: (changed: Values, values: Values) => any, locked?: boolean,
 *   numbers?: Record<string, import("../../../lib/number.js").Kind>, check?: (values: Values) => Promise<Values>,
 *   always?: boolean, isOpen?: boolean,
 *   saved: (settings: any) => void, fields: (form: import("../../../ui/form.js").Form) => any, children?: any}} props
 * `id` is what links to it name; `always`: it is sent whatever was changed; `isOpen`: seen at once on a phone too;
 * `body` makes the keys of the PUT from the values that were changed, and from all; `numbers` are read as such;
 * `check` says what else is wrong
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
  const { saved, fields, children, isOpen = false } = rest;
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
    <${Part} id=${id} title=${title} isOpen=${isOpen || form.restored}>
      ${locked && html`<${Notice} kind="info">${t("settings.locked")}<//>`}
      <${FormBox} form=${form} label=${title}>
        ${fields(form)}
        ${!locked && html`<${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>`}
      <//>
      ${children}
    <//>`;
}
