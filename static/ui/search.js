// @ts-check
import { html, useEffect, useRef, useState } from "../lib/dom.js";
import { Icon } from "./icon.js";

const PAUSE_MS = 300;

/** A search box that waits until typing pauses. @param {{value: string, label: string, change: (value: string) =>
 * void}} props */
export function Search({ value, label, change }) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  const type = (/** @type {any} */ event) => {
    const typed = event.target.value;
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => change(typed.trim()), PAUSE_MS);
  };
  return html`
    <div class="input-icon search">
      <span class="input-icon-addon"><${Icon} name="search" /></span>
      <input type="search" class="form-control" value=${text} onInput=${type} placeholder=${label}
        aria-label=${label} />
    </div>`;
}
