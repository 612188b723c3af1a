// @ts-check
// Addresses: which page a path names, links that do not reload, filters that live in the query.

import { signal } from "./dom.js";

/** @typedef {{path: string, query: Record<string, string>}} Place */
/** @typedef {{pattern: string, load: () => Promise<any>, needs?: "user" | "admin" | "guest"}} Route */

/** Where the reader is. */
export const place = signal(here());

/** @returns {Place} */
function here() {
  return { path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** The parts of `path` that `:name` stands for in `pattern`; null when it does not fit.
 * @param {string} pattern @param {string} path @returns {Record<string, string> | null} */
export function match(pattern, path) {
  const asked = path.replace(/\/+$/, "").split("/");
  const parts = pattern.replace(/\/+$/, "").split("/");
  if (asked.length !== parts.length) return null;
  /** @type {Record<string, string>} */
  const found = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(":")) found[part.slice(1)] = decoded(asked[index]);
    else if (part !== asked[index]) return null;
  }
  return found;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first route that fits, with what its `:names` stand for. @param {Route[]} routes @param {string} path */
export function find(routes, path) {
  for (const route of routes) {
    const params = match(route.pattern, path);
    if (params) return { route, params };
  }
  return null;
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
