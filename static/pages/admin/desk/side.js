// @ts-check
// One row with all that is known of it, beside the list.

import { html, useEffect, useRef } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { CopyButton } from "../../../ui/copy.js";
import { Icon } from "../../../ui/icon.js";

/** @typedef {{row: any, id: string, own?: string, close: () => void, step: (by: 1 | -1) => void,
 *   replace: (row: any) => void}} SideProps `row`: as the list has it, if it does */

/** The frame of a side panel. @param {{title: string, copied?: string, side: SideProps, foot?: any, children?: any}}
 *   props `copied`: what its copy button takes */
export function Side({ title, copied, side, foot, children }) {
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    // Where it lies over the list nothing below can be used.
    if (getComputedStyle(/** @type {Element} */ (head.current?.parentElement?.parentElement)).position === "fixed")
      head.current?.focus();
  }, []);
  return html`
    <section class="desk-side" aria-label=${title}>
      <div class="desk-side-head">
        <h2 class="desk-side-title" tabindex="-1" ref=${head}>${title}</h2>
        ${copied && html`<${CopyButton} text=${copied} what=${title} />`}
        <span class="desk-side-ways">
          <${Button} icon="chevron-up" label=${t("desk.previous")} work=${() => side.step(-1)} />
          <${Button} icon="chevron-down" label=${t("desk.next")} work=${() => side.step(1)} />
          ${
            side.own &&
            html`<a class="btn btn-icon" href=${side.own} aria-label=${t("desk.own_page")}
              title=${t("desk.own_page")}><${Icon} name="arrows-maximize" /></a>`
          }
          <${Button} icon="x" label=${t("common.close")} work=${side.close} />
        </span>
      </div>
      <div class="desk-side-body">${children}</div>
      ${foot && html`<div class="desk-side-foot">${foot}</div>`}
    </section>`;
}

/** What a list has of a row, each column with its name. @param {{columns: import("../../../ui/table.js").Column[],
 *   title: string, side: SideProps}} props */
export const Details = ({ columns, title, side }) => html`
  <${Side} title=${title} side=${side}>
    <dl class="facts">
      ${columns
        .map(({ label, cell }) => ({ label, said: cell(side.row) }))
        // What has nothing to say or to do is no line.
        .filter(({ said }) => said !== false)
        .map(({ label, said }) => html`<dt key=${`${label} name`}>${label}</dt><dd key=${label}>${said}</dd>`)}
    </dl>
  <//>`;
