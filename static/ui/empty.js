// @ts-check
import { html } from "../lib/dom.js";
import { sentence, t } from "../lib/i18n.js";
import { Icon } from "./icon.js";

/** Nothing to show, and what to do next. @param {{icon?: string, title: string, children?: any, action?: any}} props */
export const Empty = ({ icon = "inbox", title, children, action }) => html`
  <div class="empty">
    <div class="empty-icon"><${Icon} name=${icon} /></div>
    <p class="empty-title text-break">${title}</p>
    ${children && html`<p class="empty-subtitle text-secondary">${children}</p>`}
    ${action && html`<div class="empty-action">${action}</div>`}
  </div>`;

/** Something could not be read. @param {{error: any, retry?: () => void}} props */
export const Failed = ({ error, retry }) => html`
  <${Empty} icon="alert-triangle" title=${sentence(error)}
    action=${
      retry && html`<button type="button" class="btn" onClick=${() => retry()}>${t("common.retry")}</button>`
    } />`;
