// @ts-check
import { html } from "../lib/dom.js";
import { Icon } from "./icon.js";

const ICONS = { info: "info-circle", success: "circle-check", warning: "alert-triangle", danger: "circle-x" };

/** A remark that stays. @param {{kind?: "info" | "success" | "warning" | "danger", title?: any, children?: any,
 * live?: boolean}} props
 * `live` reads it out when it appears */
export const Notice = ({ kind = "info", title, children, live }) => html`
  <div class=${`alert alert-${kind}`} role=${live ? "alert" : undefined}>
    <div class="alert-icon"><${Icon} name=${ICONS[kind]} /></div>
    <div>
      ${title && html`<div class="alert-title">${title}</div>`}
      ${children && html`<div>${children}</div>`}
    </div>
  </div>`;
