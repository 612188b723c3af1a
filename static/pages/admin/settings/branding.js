// @ts-check
import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { lang, t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Fields, bodyOf } from "./fields.js";

/** What the landing page says and looks like, with a look at it before it is saved.
 * @param {{settings: any, saved: (settings: any) => void}} props */
export function BrandingSection({ settings, saved }) {
  const [page, setPage] = useState("");
  const look = async (/** @type {any} */ form, /** @type {any} */ fields) => {
    const made = await post(`/api/admin/branding/preview?lang=${lang.value}`, bodyOf(form.values, fields));
    // Nothing runs in the frame, and the browser would complain of what may not.
    setPage(made.html.replace(/<script[^>]*><\/script>/g, ""));
  };
  return html`
    <${Fields} section="branding" settings=${settings} saved=${saved}
      after=${(/** @type {any} */ form, /** @type {any} */ fields) => html`
        <div class="mb-3">
          <${Button} icon="eye" work=${() => look(form, fields)}>${t("settings.preview")}<//>
        </div>
        ${
          page &&
          html`<iframe class="preview mb-3" sandbox="allow-same-origin" srcdoc=${page} tabindex="-1"
            title=${t("settings.preview_title")}></iframe>`
        }`} />`;
}
