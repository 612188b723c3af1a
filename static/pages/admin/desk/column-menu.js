// @ts-check
import { html, useId } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { keepHidden } from "./columns.js";
import { Menu } from "./menu.js";

/** Which columns a reader wants. @param {{list: string, columns: import("./fitting.js").DeskColumn[],
 *   hidden: string[], change: (hidden: string[]) => void}} props */
export function ColumnMenu({ list, columns, hidden, change }) {
  const id = useId();
  const flip = (/** @type {string} */ key) => {
    const next = hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key];
    keepHidden(list, next);
    change(next);
  };
  return html`
    <${Menu} icon="columns-3" label=${t("desk.columns")} end>
      ${columns
        .filter(({ fixed }) => !fixed)
        .map(
          ({ key, label }) => html`
          <label key=${key} class="form-check" for=${`${id}-${key}`}>
            <input type="checkbox" class="form-check-input" id=${`${id}-${key}`} checked=${!hidden.includes(key)}
              onChange=${() => flip(key)} />
            <span class="form-check-label">${label}</span>
          </label>`,
        )}
    <//>`;
}
