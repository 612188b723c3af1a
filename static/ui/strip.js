// @ts-check
import { html, useEffect, useRef } from "../lib/dom.js";

/** Buttons that are one stop of the keyboard: arrows go from one to the next. It is at the one that was pressed.
 * @param {{label: string, look: string, children?: any}} props */
export function Strip({ label, look, children }) {
  const box = useRef(/** @type {any} */ (null));
  const all = () => /** @type {HTMLElement[]} */ ([...box.current.children]);
  const stop = (/** @type {Element | undefined} */ at) => {
    for (const one of all()) one.tabIndex = one === at ? 0 : -1;
  };
  useEffect(() => {
    const pressed = all().find((one) => one.getAttribute("aria-pressed") === "true");
    stop(all().find((one) => one === document.activeElement) ?? pressed ?? all()[0]);
  });
  const walk = (/** @type {KeyboardEvent} */ event) => {
    const at = all().indexOf(/** @type {any} */ (document.activeElement));
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all()
      .at(to % all().length)
      ?.focus();
  };
  return html`<div class=${look} role="toolbar" aria-label=${label} ref=${box} onKeyDown=${walk}
    onFocusIn=${(/** @type {any} */ { target }) => stop(target)}>${children}</div>`;
}
