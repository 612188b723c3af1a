// @ts-check
// Where the focus goes when what had it leaves the page.

/** Where it goes when what it should return to is gone. */
const HOME = "page-title";

/** Returns the focus, unless somebody has it already; to the title of an open dialog where what it should return to is
 * gone. @param {HTMLElement | null} [opener] */
export function giveBack(opener) {
  if (document.activeElement !== document.body) return;
  if (opener?.isConnected && opener !== document.body) opener.focus();
  if (document.activeElement !== document.body) return;
  const above = [...document.querySelectorAll("dialog[open]")].at(-1);
  const home = above ? above.querySelector(".modal-title") : document.getElementById(HOME);
  /** @type {HTMLElement | null} */ (home)?.focus({ preventScroll: true });
}
