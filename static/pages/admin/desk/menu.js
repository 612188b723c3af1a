// @ts-check
import { html, useEffect, useId, useRef, useState } from "../../../lib/dom.js";
import { Icon } from "../../../ui/icon.js";

/** A button with what opens below it: fields, not commands. It closes by Escape, and by a press beside it.
 * @param {{label: string, icon: string, text?: string, end?: boolean, children?: any}} props `label` names it where
 * it has no `text`; `end`: it opens to the left */
export function Menu({ label, icon, text, end, children }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    if (!isOpen) return;
    const beside = (/** @type {Event} */ event) => {
      const at = /** @type {Element} */ (event.target);
      if (!box.current?.contains(at) && !at.closest("dialog")) setOpen(false);
    };
    addEventListener("pointerdown", beside);
    return () => removeEventListener("pointerdown", beside);
  }, [isOpen]);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.preventDefault();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return html`
    <div class="desk-menu" ref=${box} onKeyDown=${key}>
      <button type="button" class=${`btn ${text ? "" : "btn-icon"}`} aria-expanded=${isOpen} aria-controls=${id}
        aria-label=${text ? undefined : label} title=${text ? undefined : label} onClick=${() => setOpen(!isOpen)}>
        <${Icon} name=${icon} />${text}
      </button>
      <div class=${`desk-drop ${end ? "desk-drop-end" : ""}`} id=${id} role="group" aria-label=${label}
        hidden=${!isOpen}>${isOpen && children}</div>
    </div>`;
}
