// @ts-check
import { html } from "../lib/dom.js";
import { number } from "../lib/i18n.js";

/** A row of filters, one in force. @param {{label: string, tabs: {value: string, text: string, count?: number}[],
 *   value: string, choose: (value: string) => void}} props */
export const Tabs = ({ label, tabs, value, choose }) => html`
  <div class="nav nav-underline tabs" role="group" aria-label=${label}>
    ${tabs.map(
      (tab) => html`
      <button key=${tab.value} type="button" class=${`nav-link ${tab.value === value ? "active" : ""}`}
        aria-pressed=${tab.value === value} onClick=${() => choose(tab.value)}>
        ${tab.text}${
          tab.count !== undefined && html` <span class="badge bg-secondary-lt ms-1 tabular">${number(tab.count)}</span>`
        }
      </button>`,
    )}
  </div>`;
