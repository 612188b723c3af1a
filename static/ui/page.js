// @ts-check
import { html, useEffect } from "../lib/dom.js";
import { drawn } from "../lib/focus.js";
import { t } from "../lib/i18n.js";
import { site } from "../lib/session.js";
import { Empty, Failed } from "./empty.js";

/** How a panel lays out the heads of its pages; said before the first is drawn. */
export const head = { lay: (/** @type {any} */ words) => words };

/** A page with its title, also that of the window.
 * @param {{title: string, lead?: any, actions?: any, children?: any}} props */
export function Page({ title, lead, actions, children }) {
  useEffect(() => {
    document.title = `${title} · ${site.value.site_name}`;
  }, [title]);
  useEffect(drawn, []);
  return html`
    <div class="page-header">
      ${head.lay(html`
      <div>
        <h1 class="page-title" tabindex="-1" id="page-title">${title}</h1>
        ${lead && html`<div class="text-secondary mt-1">${lead}</div>`}
      </div>
      ${actions && html`<div class="btn-list">${actions}</div>`}`)}
    </div>
    ${children}`;
}

/** No such thing, or no name of one. */
const ABSENT = [400, 404];

/** A page of one thing that could not be read, with the way back to its list.
 * @param {{title: string, absent: string, answer: import("../lib/load.js").Answer,
 *   list: {href: string, text: string}}} props `absent` says that there is no such thing */
export function Unread({ title, absent, answer, list }) {
  const back = html`<a class="btn" href=${list.href}>${list.text}</a>`;
  if (ABSENT.includes(answer.error.status))
    return html`<${Page} title=${title}><${Empty} icon="search" title=${absent} action=${back} /><//>`;
  return html`
    <${Page} title=${title} actions=${back}><${Failed} error=${answer.error} retry=${answer.reload} /><//>`;
}

/** While a page or a list is read. @param {{rows?: number}} props */
export const Waiting = ({ rows = 4 }) => html`
  <div class="waiting" role="status" aria-label=${t("common.loading")}>
    ${Array.from(
      { length: rows },
      () => html`<div class="placeholder-glow"><span class="placeholder w-100"></span>
      </div>`,
    )}
  </div>`;
