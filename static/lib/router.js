// @ts-check
// Where the reader is: links that do not reload, filters that live in the query.

import { signal } from "./dom.js";

/** @typedef {{path: string, query: Record<string, string>}} Place */

/** Where the reader is. */
export const place = signal(here());

/** @returns {Place} */
function here() {
  return { path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** Goes to an address of this entry. @param {string} to @param {{replace?: boolean}} [how] */
export function go(to, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  const before = place.peek().path;
  place.value = here();
  if (place.peek().path !== before) scrollTo(0, 0);
}

/** Changes some of the query and leaves the rest; an empty value takes its name away.
 * @param {Record<string, string | null | undefined>} changes @param {{replace?: boolean}} [how] */
export function setQuery(changes, how = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  go(text ? `${location.pathname}?${text}` : location.pathname, how);
}

/** Follows plain clicks on links of this entry without a reload. @param {(path: string) => boolean} owns */
export function start(owns) {
  addEventListener("popstate", () => (place.value = here()));
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !owns(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
