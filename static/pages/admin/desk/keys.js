// @ts-check
// A list by the keyboard. Letters act only while no field has the focus, and can be switched off: whoever speaks to
// the machine writes letters without meaning to.

import { isComposing, signal, useEffect, useRef } from "../../../lib/dom.js";
import { browser } from "../../../lib/store.js";

const KEPT = "letters";

/** Whether letters do something. */
export const letters = signal(browser.get(KEPT) !== "off");

/** @param {boolean} on */
export function useLetters(on) {
  letters.value = on;
  if (on) browser.remove(KEPT);
  else browser.set(KEPT, "off");
}

/** @typedef {{move: (by: 1 | -1) => void, toggle: () => void, range: () => void, all: () => void, bulk: () => void,
 *   open: () => void, edit?: () => void, own: () => void, close: () => void, search: () => void,
 *   tab: (index: number) => void, help: () => void}} Doing */

/** @type {Record<string, (doing: Doing) => void>} */
const LETTERS = {
  j: ({ move }) => move(1),
  k: ({ move }) => move(-1),
  x: ({ toggle }) => toggle(),
  X: ({ range }) => range(),
  a: ({ all }) => all(),
  b: ({ bulk }) => bulk(),
  o: ({ own }) => own(),
  e: ({ edit }) => edit?.(),
  "/": ({ search }) => search(),
  "?": ({ help }) => help(),
};

const FIELDS = 'input:not([type="checkbox"]), textarea, select, [contenteditable]';

/** Whether something else takes this key. @param {KeyboardEvent} event */
function isTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return true;
  return document.querySelector("dialog[open]") !== null;
}

/** Whether a key is none for the page: somebody types, or something else takes it. @param {KeyboardEvent} event */
export const isTyping = (event) => isTaken(event) || Boolean(/** @type {Element} */ (event.target).matches?.(FIELDS));

/** @param {KeyboardEvent} event @param {Doing} doing */
function press(event, doing) {
  if (isTyping(event)) return;
  const at = /** @type {Element} */ (event.target);
  if (event.key === "Escape") return doing.close();
  if (event.key === "Enter") {
    if (at.closest?.("a, button, summary, .desk-side")) return;
    event.preventDefault();
    return doing.open();
  }
  if (event.key === "F2" && doing.edit) {
    event.preventDefault();
    return doing.edit();
  }
  if (!letters.peek()) return;
  const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
  if (!digit && !(event.key in LETTERS)) return;
  event.preventDefault();
  if (digit) doing.tab(digit - 1);
  else LETTERS[event.key](doing);
}

/** @param {Doing} doing */
export function useKeys(doing) {
  const latest = useRef(doing);
  latest.current = doing;
  useEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => press(event, latest.current);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
