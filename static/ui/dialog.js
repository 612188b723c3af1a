// @ts-check
// The browser's own modal dialog: it keeps the focus inside, and gives it back to what opened it. What was typed into a
// form in it is not thrown away by a slip: Escape, the cross and a press beside it ask first.

import { html, isComposing, useEffect, useId, useRef, useState } from "../lib/dom.js";
import { giveBack } from "../lib/focus.js";
import { t } from "../lib/i18n.js";
import { mayLeave } from "../lib/router.js";
import { surfaces, Toasts } from "./toast.js";

/** Shown while it is in the page. @param {{title: any, close: () => void, children?: any, footer?: any, wide?: boolean,
 *   look?: string, isQuestion?: boolean, isRead?: boolean}} props `look`: a class of its own; `isQuestion`: it is
 *   itself what asks; `isRead`: it begins at its title, though it has fields */
export function Dialog({ title, close, children, footer, wide, look = "", isQuestion, isRead }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [opener] = useState(() => /** @type {HTMLElement | null} */ (document.activeElement));
  const id = useId();
  useEffect(() => {
    const opened = box.current;
    const below = [...document.querySelectorAll("dialog[open]")].at(-1);
    opened?.showModal();
    surfaces.value = [...surfaces.peek(), id];
    if (opened) begin(opened, isQuestion, isRead);
    return () => {
      opened?.close();
      surfaces.value = surfaces.peek().filter((one) => one !== id);
      // After the row of the button was drawn again, or taken away. A dialog below that closes too sees to it itself.
      requestAnimationFrame(() => below?.matches(":not([open])") || giveBack(opener));
    };
  }, []);
  const leave = async () => {
    if (isQuestion || (await mayLeave())) close();
  };
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    leave();
  };
  // A second Escape would close it whatever the page says, and one within a word is the input method's.
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (!isComposing(event)) leave();
  };
  const outside = (/** @type {MouseEvent} */ event) => event.target === box.current && leave();
  return html`
    <dialog ref=${box} class=${`dialog ${wide ? "dialog-wide" : ""} ${look}`} aria-labelledby=${id} onCancel=${cancel}
      onKeyDown=${key} onMouseDown=${outside}>
      <div class="dialog-inner">
        <div class="modal-header">
          <h2 class="modal-title" id=${id} tabindex="-1">${title}</h2>
          <button type="button" class="btn-close" aria-label=${t("common.close")} onClick=${leave}></button>
        </div>
        <div class="modal-body">${children}</div>
        ${footer && html`<div class="modal-footer">${footer}</div>`}
      </div>
      <${Toasts} on=${id} />
    </dialog>`;
}

/** Puts the focus on the first field; without fields on the first button of a question, which says no, or on the title:
 * never on what does something. @param {HTMLDialogElement} dialog @param {boolean} [isQuestion]
 * @param {boolean} [isRead] */
function begin(dialog, isQuestion, isRead) {
  const places = [
    ...(isRead ? [] : [":is(input, select, textarea):enabled"]),
    ...(isQuestion ? [".modal-body button"] : []),
    ".modal-title",
  ];
  const found = places.map((place) => /** @type {HTMLElement | null} */ (dialog.querySelector(place)));
  found.find((one) => one !== null)?.focus();
}
