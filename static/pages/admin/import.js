// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { place } from "../../lib/router.js";
import { Page } from "../../ui/page.js";
import { ImportList } from "./parts/import-list.js";

export default function Import() {
  return html`
    <${Page} title=${t("import.title")} lead=${t("import.lead")}>
      <${ImportList} provider=${Number(place.value.query.provider) || 1} />
    <//>`;
}
