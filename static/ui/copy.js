// @ts-check
import { html, useEffect, useId, useRef, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Icon } from "./icon.js";

/** Puts text on the clipboard. `navigator.clipboard` is missing on plain http, and refuses where the browser's settings
 * or an enclosing application say so. @param {string} text @returns {Promise<boolean>} whether it is there */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromField(text);
  }
}

/** The old way. @param {string} text */
function copyFromField(text) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  let done = false;
  try {
    done = document.execCommand("copy");
  } catch {
    // As good as a refusal.
  }
  area.remove();
  before?.focus();
  return done;
}

/** @param {{text: string, what: string, copied?: () => void}} props `what` names it for a screen reader */
export function CopyButton({ text, what, copied }) {
  const [state, setState] = useState(/** @type {"" | "done" | "refused"} */ (""));
  const timer = useRef(0);
  const press = async () => {
    clearTimeout(timer.current);
    setState("");
    const done = await copy(text);
    setState(done ? "done" : "refused");
    if (!done) return;
    copied?.();
    timer.current = setTimeout(() => setState(""), 2000);
  };
  const done = state === "done";
  return html`
    <button type="button" class=${`btn btn-icon ${done ? "btn-success" : ""}`} onClick=${press}
      aria-label=${`${t("common.copy")}: ${what}`} title=${done ? t("common.copied") : t("common.copy")}>
      <${Icon} name=${done ? "check" : "copy"} />
      <span class="visually-hidden" aria-live="polite">${done ? t("common.copied") : ""}</span>
    </button>
    ${state === "refused" && html`<${ByHand} text=${text} what=${what} />`}`;
}

/** The text, selected, where no way to the clipboard is open. @param {{text: string, what: string}} props */
function ByHand({ text, what }) {
  const id = useId();
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => field.current?.focus(), [text]);
  return html`
    <div class="copy-by-hand" role="status">
      <input class="form-control" ref=${field} value=${text} readonly aria-label=${what} aria-describedby=${id}
        onFocus=${() => field.current?.select()} />
      <div class="form-hint" id=${id}>${t("common.copy_by_hand")}</div>
    </div>`;
}

/** A value to be copied, under its name. @param {{label: string, text: string, shown?: any, copied?: () => void}}
 * props */
export const CopyRow = ({ label, text, shown, copied }) => html`
  <div class="copy-row">
    <div class="copy-text"><div class="text-secondary small">${label}</div><div class="fw-bold tabular text-break">
      ${shown ?? text}</div></div>
    <${CopyButton} text=${text} what=${label} copied=${copied} />
  </div>`;
