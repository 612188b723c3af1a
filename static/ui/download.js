// @ts-check
import { session, withQuery } from "../lib/api.js";
import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Icon } from "./icon.js";

/** A list as a file, with its filters; whoever sees the panel as somebody else gets none.
 * @param {{list: string, params?: Record<string, any>}} props `list`: its address */
export const Download = ({ list, params = {} }) =>
  !session.headers.Authorization &&
  html`
  <a class="btn btn-sm" href=${withQuery(`${list}.csv`, params)} download>
    <${Icon} name="download" />${t("common.download")}
  </a>`;
