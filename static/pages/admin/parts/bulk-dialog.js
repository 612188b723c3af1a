// @ts-check
// The same change for many rows: one call a row, with progress; what is refused is named and the rest goes on.

import { html, useLayoutEffect, useState } from "../../../lib/dom.js";
import { sentence, t } from "../../../lib/i18n.js";
import { holdTab } from "../../../lib/router.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";

/** @typedef {{total: number, done: number, refused: {id: number, text: string}[]}} Progress */

/** Says what will happen (`children`), does it when told to, and stays open until it is through: what is half done
 * cannot be seen once the dialog is gone.
 * @param {{title: string, items: {id: number}[], call: (item: any) => Promise<void>, kind?: string, why?: string,
 *   begun?: () => void, close: (finished: boolean) => void, children?: any}} props `items` as they are when the run
 * begins; `why` it cannot begin yet, if so */
export function BulkDialog({ title, items, call, kind = "primary", why = "", begun, close, children }) {
  const [progress, setProgress] = useState(/** @type {Progress | null} */ (null));
  const finished = progress !== null && progress.done === progress.total;
  // With the tab the rest of the run would be gone.
  useLayoutEffect(() => (progress && !finished ? holdTab() : undefined), [progress !== null, finished]);
  const run = async () => {
    begun?.();
    let state = { total: items.length, done: 0, refused: /** @type {Progress["refused"]} */ ([]) };
    setProgress(state);
    for (const item of items) {
      const refused = await call(item).then(
        () => [],
        (error) => [{ id: item.id, text: sentence(error) }],
      );
      state = { ...state, done: state.done + 1, refused: [...state.refused, ...refused] };
      setProgress(state);
    }
  };
  const leave = () => {
    if (finished || !progress) close(finished);
  };
  const total = progress?.total ?? items.length;
  return html`
    <${Dialog} title=${title} close=${leave}>
      ${children}
      <progress class="progress w-100 mb-3" max=${total || 1} value=${progress?.done ?? 0}
        aria-label=${t("bulk.progress")} />
      ${progress?.refused.map((one) => html`<p key=${one.id} class="amount-out">${one.id}: ${one.text}</p>`)}
      ${
        finished
          ? html`
            <p role="status">${t("bulk.finished", { done: total - progress.refused.length, all: total })}</p>
            <${Button} kind="primary" work=${leave}>${t("common.close")}<//>`
          : html`
            <${Confirm} kind=${kind} work=${run} why=${items.length ? why : t("bulk.wait.nothing")} />`
      }
    <//>`;
}

/** The button that does it, and beside it why it cannot be pressed yet. @param {{work: () => any, why: string,
 *   kind?: string}} props */
export const Confirm = ({ work, why, kind = "primary" }) => html`
  <div class="btn-list">
    <${Button} kind=${kind} work=${work} disabled=${why !== ""}>${t("order_actions.confirm")}<//>
    <span class="text-secondary" role="status">${why}</span>
  </div>`;
