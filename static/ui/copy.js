// @ts-check
import { html, useRef, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { Icon } from "./icon.js";

/** Puts text on the clipboard, also on plain http, where `navigator.clipboard` is missing. @param {string} text */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** @param {{text: string, what: string}} props `what` names it for a screen reader */
export function CopyButton({ text, what }) {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  const press = async () => {
    await copy(text);
    setDone(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), 2000);
  };
  return html`
    <button type="button" class=${`btn btn-icon ${done ? "btn-success" : ""}`} onClick=${press}
      aria-label=${`${t("common.copy")}: ${what}`} title=${done ? t("common.copied") : t("common.copy")}>
      <${Icon} name=${done ? "check" : "copy"} />
      <span class="visually-hidden" aria-live="polite">${done ? t("common.copied") : ""}</span>
    </button>`;
}

/** A value to be copied, under its name. @param {{label: string, text: string, shown?: any}} props */
export const CopyRow = ({ label, text, shown }) => html`
  <div class="copy-row">
    <div class="copy-text"><div class="text-secondary small">${label}</div><div class="fw-bold tabular text-break">
      ${shown ?? text}</div></div>
    <${CopyButton} text=${text} what=${label} />
  </div>`;
