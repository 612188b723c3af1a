// @ts-check
import { html } from "../lib/dom.js";
import { safeHref } from "../lib/match.js";

/** What somebody gave as a link: clickable when it is http(s), plain text otherwise; cut by the style, never by
 * markup. @param {{text: string, shown?: string}} props `shown`: what is read of it, where that is less */
export function LinkText({ text, shown = text }) {
  const href = safeHref(text);
  return href
    ? html`<a class="link-text" href=${href} target="_blank" rel="noopener noreferrer" title=${text}><bdi>${shown}</bdi>
      </a>`
    : html`<span class="link-text" title=${text}><bdi>${shown}</bdi></span>`;
}
