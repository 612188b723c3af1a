// @ts-check
import { html } from "../lib/dom.js";
import { Icon } from "./icon.js";

/** A framed part of a page. @param {{title?: any, actions?: any, children?: any, class?: string, flush?: boolean}}
 * props
 * `flush` leaves out the padding, for tables and lists */
export const Card = ({ title, actions, children, flush, class: className = "" }) => html`
  <section class=${`card ${className}`}>
    ${
      (title || actions) &&
      html`<div class="card-header">
      <h2 class="card-title">${title}</h2>
      ${actions && html`<div class="card-actions">${actions}</div>`}
    </div>`
    }
    ${flush ? children : html`<div class="card-body">${children}</div>`}
  </section>`;

/** One figure with its name. @param {{label: any, value: any, icon?: string, note?: any, href?: string, tone?:
 * string}} props */
export const Figure = ({ label, value, icon, note, href, tone = "primary" }) => {
  const inner = html`
    ${icon && html`<span class=${`avatar bg-${tone}-lt`}><${Icon} name=${icon} /></span>`}
    <div class="figure-text">
      <div class="text-secondary small">${label}</div>
      <div class="h3 mb-0 tabular">${value}</div>
      ${note && html`<div class="text-secondary small">${note}</div>`}
    </div>`;
  return href
    ? html`<a class="card card-link figure" href=${href}>${inner}</a>`
    : html`<div class="card figure">${inner}</div>`;
};
