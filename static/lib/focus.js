// @ts-check
// Where the focus goes when what had it leaves the page.

/** What stood around what had the focus last, the nearest first. @type {Element[]} */
let around = [];

/** The title of what is still there: of an open dialog, of the card that had the focus, of the page. */
function title() {
  const above = [...document.querySelectorAll("dialog[open]")].at(-1);
  const card = around.find((one) => one.isConnected && one.matches(".card"));
  const found = above ? above.querySelector(".modal-title") : card?.querySelector(".card-title");
  return /** @type {HTMLElement | null} */ (found ?? document.getElementById("page-title"));
}

/** Returns the focus, unless somebody has it already; to a title where what it should return to is gone.
 * @param {HTMLElement | null} [opener] */
export function giveBack(opener) {
  if (document.activeElement !== document.body) return;
  if (opener?.isConnected && opener !== document.body) opener.focus();
  if (document.activeElement !== document.body) return;
  const home = title();
  if (!home) return;
  home.tabIndex = -1;
  home.focus({ preventScroll: true });
}

/** What had the focus as the reader came to a page, until its title is drawn. @type {Element | null} */
let before = null;

/** The reader comes to a page: its title, or the part that the address names, takes the focus once it is drawn. */
export function come() {
  before = document.activeElement;
  drawn();
}

/** A title is drawn, or a part that comes after it. Who went elsewhere while it was read stays there. */
export function drawn() {
  const part = document.getElementById(location.hash.slice(1))?.closest("[tabindex]");
  const to = /** @type {HTMLElement | null} */ (part ?? document.getElementById("page-title"));
  const now = document.activeElement;
  if (!before || !to) return;
  part?.scrollIntoView();
  if (now === before || now === document.body) to.focus({ preventScroll: true });
  before = part || !location.hash ? null : to;
}

/** Sees to it that the focus is somewhere, whatever an answer takes off the page: browsers leave it nowhere. */
export function keep() {
  /** @type {any} */
  let last = null;
  document.addEventListener("focusin", ({ target }) => {
    last = target;
    around = [];
    for (let one = last; one; one = one.parentElement) around.push(one);
  });
  new MutationObserver(() => {
    if (!last || last.isConnected) return;
    last = null;
    // A dialog that was closed sees to it itself.
    if (around.some((one) => one.matches("dialog") && !one.isConnected)) return;
    // Whoever took it away may know better, and comes first.
    requestAnimationFrame(() => requestAnimationFrame(() => giveBack()));
  }).observe(document.body, { childList: true, subtree: true });
}
