// @ts-check
// Where the focus goes when what had it leaves the page.

/** Where it goes when what it should return to is gone. */
const HOME = "page-title";

/** Returns the focus, unless somebody has it already. While a dialog is open it stays there: at what it should return
 * to, or else at the title. @param {HTMLElement | null} [opener] */
export function giveBack(opener) {
  if (document.activeElement !== document.body) return;
  // What is behind an open dialog takes none.
  if (opener?.isConnected && opener !== document.body) opener.focus();
  if (document.activeElement !== document.body) return;
  const above = [...document.querySelectorAll("dialog[open]")].at(-1);
  const home = above ? above.querySelector(".modal-title") : document.getElementById(HOME);
  /** @type {HTMLElement | null} */ (home)?.focus({ preventScroll: true });
}
