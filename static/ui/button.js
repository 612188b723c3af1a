// @ts-check
import { asked } from "../lib/confirm.js";
import { html, useState } from "../lib/dom.js";
import { giveBack } from "../lib/focus.js";
import { Icon } from "./icon.js";
import { toastError } from "./toast.js";

/** A button that does one thing at a time: while its work runs it turns and takes no second press, but is not switched
 * off, for that would take the focus away. What the work throws is shown. A button that its work took off the page
 * leaves the focus at the title of what is still there.
 * @param {{work?: () => any, submit?: boolean, busy?: boolean, kind?: string, icon?: string,
 *   small?: boolean, disabled?: boolean, label?: string, children?: any}} props `label` names a button without text */
export function Button({ work, submit, busy = false, kind = "", icon, small, disabled, label, children }) {
  const [running, setRunning] = useState(false);
  const press = async (/** @type {any} */ event) => {
    if (running || !work) return;
    const button = event.currentTarget;
    const isInDialog = button.closest("dialog");
    setRunning(true);
    try {
      await work();
    } catch (error) {
      toastError(error);
    }
    setRunning(false);
    // A dialog that was closed sees to it itself.
    requestAnimationFrame(() => void (isInDialog?.isConnected === false || giveBack(button)));
  };
  // While a question of the work is open it is the reader that is waited for.
  const busyNow = busy || (running && !asked.value);
  const looks = { "btn-sm": small, "btn-loading": busyNow, "btn-icon": !children };
  const extra = Object.entries(looks).filter(([, on]) => on);
  const look = ["btn", kind && `btn-${kind}`, ...extra.map(([name]) => name)].join(" ");
  return html`
    <button type=${submit ? "submit" : "button"} class=${look} disabled=${disabled} aria-busy=${busyNow}
      aria-disabled=${busyNow}
      aria-label=${label} title=${label} onClick=${submit ? undefined : press}>
      ${icon && html`<${Icon} name=${icon} />`}${children}
    </button>`;
}
