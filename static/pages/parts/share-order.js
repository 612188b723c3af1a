// @ts-check
import { ask, post } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { CopyRow } from "../../ui/copy.js";

/** A link for whoever is to see how far an order is, and the way to take it back. @param {{id: number}} props */
export function ShareOrder({ id }) {
  const path = `/api/orders/${id}/link`;
  const [url, setUrl] = useState("");
  const share = async () => setUrl((await post(path)).url);
  const end = async () => {
    await ask(path, { method: "DELETE" });
    setUrl("");
  };
  return html`
    <${Card} title=${t("share.title")}>
      <p class="text-secondary">${t("share.lead")}</p>
      ${
        url
          ? html`<div class="mb-3"><${CopyRow} label=${t("share.link")} text=${url} /></div>
            <${Button} icon="x" work=${end}>${t("share.end")}<//>`
          : html`<${Button} icon="link" work=${share}>${t("share.make")}<//>`
      }
    <//>`;
}
