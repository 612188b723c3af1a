// @ts-check
// The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back.

import { html, useEffect, useId, useRef } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** Shown while it is in the page. @param {{title: any, close: () => void, children?: any, footer?: any, wide?:
 * boolean}} props */
export function Dialog({ title, close, children, footer, wide }) {
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const opened = box.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  const outside = (/** @type {MouseEvent} */ event) => event.target === box.current && close();
  return html`
    <dialog ref=${box} class=${`dialog ${wide ? "dialog-wide" : ""}`} aria-labelledby=${id} onCancel=${(
      /** @type {Event} */ event,
    ) => {
      event.preventDefault();
      close();
    }} onMouseDown=${outside}>
      <div class="dialog-inner">
        <div class="modal-header">
          <h2 class="modal-title" id=${id}>${title}</h2>
          <button type="button" class="btn-close" aria-label=${t("common.close")} onClick=${close}></button>
        </div>
        <div class="modal-body">${children}</div>
        ${footer && html`<div class="modal-footer">${footer}</div>`}
      </div>
    </dialog>`;
}
