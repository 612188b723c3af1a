// @ts-check
// The operator's chat, found by a link into Telegram instead of typed.

import { post } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Icon } from "../../../ui/icon.js";
import { Notice } from "../../../ui/notice.js";
import { toast } from "../../../ui/toast.js";
import { useWait } from "../../parts/wait.js";

/** @param {{notices: import("../../../lib/load.js").Answer, hasToken: boolean, take: (chat: string) => void}} props
 * `take` fills the chat in */
export function FindChat({ notices, hasToken, take }) {
  const [links, setLinks] = useState(/** @type {{url: string, group_url: string} | null} */ (null));
  const shown = notices.data;
  const found = links && shown?.found;
  useWait(hasToken && (!shown?.bot || (!!links && !found)), notices.reload);
  if (!hasToken) return html`<p class="text-secondary">${t("settings.telegram_bot_first")}</p>`;
  const isReady = !!shown?.bot;
  const begin = async () => setLinks(await post("/api/admin/telegram/link", {}));
  const use = () => {
    take(found.chat_id);
    setLinks(null);
    toast(t("settings.telegram_taken"), "info");
  };
  return html`
    ${
      shown?.reading_trouble &&
      html`<${Notice} kind="danger">${t("settings.telegram_unread", { why: shown.reading_trouble })}<//>`
    }
    <div class="mb-3" aria-live="polite">
      ${!links && html`<${Button} icon="search" disabled=${!isReady} work=${begin}>${t("settings.telegram_find")}<//>`}
      ${
        links &&
        !found &&
        html`<${Notice} kind="info" title=${t("settings.telegram_waits")}>
          <p>${t("settings.telegram_find_lead")}</p>
          <div class="btn-list">
            <a class="btn btn-primary" href=${links.url} target="_blank" rel="noopener">
              <${Icon} name="brand-telegram" />${t("settings.telegram_open")}</a>
            <a class="btn" href=${links.group_url} target="_blank" rel="noopener">
              <${Icon} name="users" />${t("settings.telegram_group")}</a>
          </div>
        <//>`
      }
      ${
        found &&
        html`<${Notice} kind="success">
          <p class="text-break">${t("settings.telegram_found", found)}</p>
          <${Button} kind="primary" work=${use}>${t("settings.telegram_take")}<//>
        <//>`
      }
    </div>`;
}
