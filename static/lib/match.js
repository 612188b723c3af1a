// @ts-check
// Which page an address names, and which text is an address. Pure.

/** A page: its address, its module, who may see it, its picture and word in the menu if it stands there, and whether
 * it does so for guests too, whom the log-in in its place tells what it is.
 * @typedef {{pattern: string, load: () => Promise<any>, needs?: "user" | "staff" | "admin" | "guest",
 * menu?: [icon: string, word: string], tellsGuests?: boolean}} Route */

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

/** What people typed may become a link only when it is plain http(s): the address, else null. @param {string} text */
export function safeHref(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
