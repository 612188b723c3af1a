// @ts-check
// Where the reader is: links that do not reload, filters that live in the query, and the way back, which finds a page
// as it was left.

import { signal } from "./dom.js";

/** @typedef {{path: string, query: Record<string, string>}} Place */

/** How long a page that is found again may take to be as long as it was. */
const SCROLL_WITHIN_MS = 2000;
/** Of so many entries of the history it is known how they were left. */
const MOST_KNOWN = 10;

/** Where the reader is. */
export const place = signal(here());

/** @returns {Place} */
function here() {
  return { path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

/** An entry of the history: its name, which no other visit has, and its position. @typedef {{name: string, at: number}}
 * Entry */
/** @type {Entry} */
let entry = history.state?.name ? history.state : fresh(0);
history.replaceState(entry, "");

/** @param {number} at @returns {Entry} */
function fresh(at) {
  return { name: Math.random().toString(36).slice(2), at };
}

/** How an entry was left: what its page had read, and how far it was scrolled. @typedef {{scrolled: number, read:
 * Map<string, any>}} Left */
/** @type {Map<string, Left>} */
const known = new Map();

/** @returns {Left} of the entry that is shown */
function left() {
  let found = known.get(entry.name);
  if (!found) known.set(entry.name, (found = { scrolled: 0, read: new Map() }));
  for (const name of known.keys()) if (known.size > MOST_KNOWN) known.delete(name);
  return found;
}

/** Keeps what the page at hand has read, for whoever comes back to it. @param {string} key @param {any} value */
export const remember = (key, value) => void left().read.set(key, value);
/** What was kept for this entry of the history. @param {string} key @returns {any} */
export const recall = (key) => known.get(entry.name)?.read.get(key);
/** Forgets it all: it belongs to somebody who has left. */
export const forgetAll = () => known.clear();

/** Whether a page may be left; asked where something holds it, by what would be lost. */
export const leaving = { ask: async (/** @type {string} */ _what) => true };
/** What holds the page, the latest at the end. @type {{what: string}[]} */
let holds = [];
let tabHolds = 0;

/** Holds the page until `leaving` agrees, and the tab with it. @param {string} [what] would be lost
 * @returns {() => void} lets it go */
export function hold(what = "typed") {
  const held = { what };
  holds.push(held);
  const release = holdTab();
  return () => {
    holds = holds.filter((one) => one !== held);
    release();
  };
}

const askToLeave = () => leaving.ask(holds.at(-1)?.what ?? "");

/** Holds the tab only: the browser asks before it is closed or loaded anew. @returns {() => void} lets it go */
export function holdTab() {
  // Only while it is needed: with it a browser keeps no page for the way back.
  if (!tabHolds++) addEventListener("beforeunload", askFirst);
  return () => void (--tabHolds || removeEventListener("beforeunload", askFirst));
}

/** @param {BeforeUnloadEvent} event */
function askFirst(event) {
  event.preventDefault();
  // Older browsers go by this alone.
  event.returnValue = true;
}

/** Loads the page anew without a question: what is shown must not stay. */
export function reload() {
  removeEventListener("beforeunload", askFirst);
  location.reload();
}

/** Whether what is shown may be replaced. */
export const mayLeave = async () => !holds.length || askToLeave();

/** Goes to an address of this entry point. @param {string} to @param {{replace?: boolean}} [how] */
export async function go(to, { replace = false } = {}) {
  const before = place.peek().path;
  const isOther = new URL(to, location.href).pathname !== before;
  if (isOther && !(await mayLeave())) return;
  if (!replace) entry = fresh(entry.at + 1);
  history[replace ? "replaceState" : "pushState"](entry, "", to);
  place.value = here();
  if (isOther) scrollTo(0, 0);
  else if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
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

/** Whether the next step in the history is this module's own, or was agreed to. */
let isAgreed = false;

/** The reader went back or forth. @param {PopStateEvent} event */
async function step({ state }) {
  const to = state?.name ? /** @type {Entry} */ (state) : fresh(entry.at + 1);
  // A place within the page, gone to by the browser itself.
  if (to !== state) history.replaceState(to, "");
  const [steps, agreed] = [to.at - entry.at, isAgreed];
  isAgreed = false;
  if (holds.length && !agreed && location.pathname !== place.peek().path && steps) {
    // The browser is there already. It comes back until the reader has said so.
    isAgreed = true;
    history.go(-steps);
    if (!(await askToLeave())) return;
    isAgreed = true;
    history.go(steps);
    return;
  }
  entry = to;
  const isOther = location.pathname !== place.peek().path;
  place.value = here();
  if (isOther) scrollBack(known.get(to.name)?.scrolled ?? 0);
}

/** Scrolls to where the page was left as soon as it is long enough, unless the reader scrolls first.
 * @param {number} to */
function scrollBack(to) {
  const begun = performance.now();
  const over = new AbortController();
  for (const hand of ["wheel", "touchmove", "keydown", "mousedown"]) {
    addEventListener(hand, () => over.abort(), { signal: over.signal, passive: true });
  }
  const tried = () => {
    if (over.signal.aborted) return;
    scrollTo(0, to);
    if (Math.abs(scrollY - to) < 2 || performance.now() - begun > SCROLL_WITHIN_MS) over.abort();
    else requestAnimationFrame(tried);
  };
  requestAnimationFrame(() => requestAnimationFrame(tried));
}

/** Follows plain clicks on links of this entry point without a reload. @param {(path: string) => boolean} owns */
export function start(owns) {
  addEventListener("popstate", step);
  addEventListener("scroll", () => (left().scrolled = scrollY), { passive: true });
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !owns(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
