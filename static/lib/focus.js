// @ts-check
// Where the focus goes when what had it leaves the page.

/** Where it goes when what it should return to is gone. */
const HOME = "page-title";

/** Returns the focus, unless a dialog or somebody else has it already. @param {HTMLElement | null} [opener] */
export function giveBack(opener) {
  if (document.querySelector("dialog[open]") || document.activeElement !== document.body) return;
  if (opener?.isConnected && opener !== document.body) opener.focus();
  if (document.activeElement === document.body) document.getElementById(HOME)?.focus({ preventScroll: true });
}
