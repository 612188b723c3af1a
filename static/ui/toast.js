// @ts-check
import { html, signal } from "../lib/dom.js";
import { sentence, t } from "../lib/i18n.js";
import { Icon } from "./icon.js";

const SHOWN_MS = 5000;
let numbered = 0;
const shown = signal(/** @type {{id: number, kind: string, text: string}[]} */ ([]));
/** The open dialogs, the topmost at the end. */
export const surfaces = signal(/** @type {string[]} */ ([]));

/** Says something in passing. @param {string} text @param {"success" | "danger" | "info"} [kind] */
export function toast(text, kind = "success") {
  const id = ++numbered;
  shown.value = [...shown.value, { id, kind, text }];
  setTimeout(() => drop(id), kind === "danger" ? SHOWN_MS * 2 : SHOWN_MS);
}

/** Says that it was saved, or that there was nothing to save. @param {Record<string, any>} wish what was sent */
export const toastSaved = (wish) =>
  Object.keys(wish).length ? toast(t("common.saved")) : toast(t("common.unchanged"), "info");

/** Says what a refusal means. @param {any} error */
export const toastError = (error) => error?.isDeclined || toast(sentence(error), "danger");

/** @param {number} id */
const drop = (id) => (shown.value = shown.value.filter((one) => one.id !== id));

/** Where they appear: in the page or the topmost dialog. @param {{on?: string}} props */
export const Toasts = ({ on }) => html`
  <div class="toasts" aria-live="polite">
    ${(surfaces.value.at(-1) === on ? shown.value : []).map(
      ({ id, kind, text }) => html`
      <div key=${id} class=${`toast show toast-${kind}`}>
        <div class="toast-body">
          <${Icon} name=${kind === "danger" ? "alert-triangle" : kind === "info" ? "info-circle" : "circle-check"} />
          <span class="toast-text">${text}</span>
          <button type="button" class="btn-close" aria-label=${t("common.dismiss")}
            onClick=${() => drop(id)}></button>
        </div>
      </div>`,
    )}
  </div>`;
