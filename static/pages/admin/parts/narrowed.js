// @ts-check
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { setQuery } from "../../../lib/router.js";

/** Filters that came by a link, each to be taken away. @param {{query: Record<string, string>}} props */
export const Narrowed = ({ query }) => {
  const given = Object.entries(query).filter(([, value]) => value);
  if (!given.length) return null;
  return html`
    <div class="filters">
      ${given.map(
        ([name, value]) => html`
        <button key=${name} type="button" class="btn btn-sm" onClick=${() => setQuery({ [name]: "" })}>
          ${t(`orders.only_${name}`, { id: value })} ✕
        </button>`,
      )}
    </div>`;
};
