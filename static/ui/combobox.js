// @ts-check
// A choice among thousands: typing narrows it, arrows walk it, only what fits on the screen is drawn.

import { html, isComposing, useEffect, useId, useRef, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @param {{label: string, options: {value: string, text: string, detail?: string}[], value: string,
 *   find: (typed: string) => {value: string, text: string, detail?: string}[], choose: (value: string) => void,
 *   placeholder?: string, invalid?: string, chosen?: string, note?: string}} props `find` gives the options for what
 *   was typed; both lists may be cut after what anybody would scroll through, so the text of the `chosen` one is given
 *   beside, with a `note` that a long text does not push out of sight
 */
export function Combobox({ label, options, value, find, choose, placeholder, invalid, chosen, note }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const found = open && typed ? find(typed) : options;
  const listId = `${id}-list`;
  const optionId = (/** @type {number} */ index) => `${id}-${index}`;
  useEffect(() => {
    // The whole list first, above what stands at the foot.
    if (open)
      for (const id of [listId, optionId(at)]) document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  }, [at, open]);
  const take = (/** @type {number} */ index) => {
    const option = found[index];
    if (!option) return;
    choose(option.value);
    setOpen(false);
    setTyped("");
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (isComposing(event)) return;
    const moves = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 });
    if (event.key in moves) {
      event.preventDefault();
      if (!open) return setOpen(true);
      setAt((old) => Math.min(Math.max(old + moves[event.key], 0), found.length - 1));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      setOpen(false);
      setTyped("");
    }
  };
  const leave = (/** @type {FocusEvent} */ event) => {
    if (box.current?.contains(/** @type {Node} */ (event.relatedTarget))) return;
    setOpen(false);
    setTyped("");
  };
  return html`
    <div class="mb-3 combobox" ref=${box} onFocusOut=${leave}>
      <label class="form-label" for=${id}>${label}</label>
      <div class="combobox-field"><input id=${id} class=${`form-select ${invalid ? "is-invalid" : ""}`}
        role="combobox" autocomplete="off"
        aria-expanded=${open} aria-controls=${listId} aria-autocomplete="list" spellcheck=${false}
        aria-activedescendant=${open && found.length ? optionId(at) : undefined} aria-required="true"
        aria-invalid=${invalid ? "true" : undefined}
        aria-describedby=${invalid ? `${id}-error` : note ? `${id}-note` : undefined}
        placeholder=${chosen ?? placeholder} value=${open ? typed : (chosen ?? "")}
        onInput=${(/** @type {any} */ event) => {
          setTyped(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onClick=${() => setOpen(true)} onKeyDown=${key} />
        ${note && !open && html`<span class="text-secondary tabular" id=${`${id}-note`}>${note}</span>`}
      </div>
      <ul id=${listId} class="combobox-list" role="listbox" aria-label=${label} hidden=${!open}>
        ${
          open &&
          found.map(
            (option, index) => html`
          <li key=${option.value} id=${optionId(index)} role="option" aria-selected=${option.value === value}
            class=${index === at ? "at" : ""} onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
            onClick=${() => take(index)}>
            <bdi>${option.text}</bdi>
              ${option.detail && html`<span class="text-secondary ms-auto">${option.detail}</span>`}
          </li>`,
          )
        }
        ${open && !found.length && html`<li class="text-secondary">${t("common.nothing_found")}</li>`}
      </ul>
      ${invalid && html`<div class="invalid-feedback d-block" id=${`${id}-error`}>${invalid}</div>`}
    </div>`;
}
