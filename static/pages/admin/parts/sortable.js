// @ts-check
// A list that is put in order: by dragging a handle, or by keys. Alt with an arrow moves the row that has the focus;
// space on its handle lifts it, arrows move it, space drops it, and Escape puts it back. Each move is announced.

import { html, useLayoutEffect, useRef, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Icon } from "../../../ui/icon.js";
import { toastError } from "../../../ui/toast.js";

/** @typedef {{id: number, name: string}} Item */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity });

/** With this one at that place. @template {Item} T @param {T[]} items @param {number} id @param {number} place */
export function moved(items, id, place) {
  const [one, rest] = [items.find((item) => item.id === id), items.filter((item) => item.id !== id)];
  const at = Math.min(Math.max(place, 0), rest.length);
  return one ? [...rest.slice(0, at), one, ...rest.slice(at)] : items;
}

/** What a row is dragged by; in a `Sortable`. @param {{item: Item}} props */
export const Handle = ({ item }) => html`
  <button type="button" class="btn btn-icon btn-sm sorting-handle" data-handle=${item.id}
    aria-label=${t("categories.move", { name: item.name })} title=${t("categories.move_keys")}>
    <${Icon} name="menu-2" /></button>`;

/** Sends orders one after another, of several that wait the last alone; `held` is what was not sent yet, or null.
 * @param {(items: Item[]) => Promise<any>} send */
function useSender(send) {
  const [held, hold] = useState(/** @type {Item[] | null} */ (null));
  const [latest, waits, isSending] = [useRef(send), useRef(/** @type {Item[] | null} */ (null)), useRef(false)];
  latest.current = send;
  const put = async (/** @type {Item[]} */ items) => {
    hold(items);
    waits.current = items;
    if (isSending.current) return;
    isSending.current = true;
    while (waits.current) {
      const next = waits.current;
      waits.current = null;
      await latest.current(next).catch((error) => {
        waits.current = null;
        toastError(error);
      });
    }
    isSending.current = false;
    hold(null);
  };
  return { held, put };
}

/** @param {{items: Item[], label: string, row: (item: any) => any, reorder: (items: any[]) => Promise<any>}} props
 * `reorder` takes them in their new order, and brings `items` into it */
export function Sortable({ items, label, row, reorder }) {
  /** While a row is lifted, all of them as they would be: until it is dropped they only look so. */
  const [lifted, lift] = useState(/** @type {{id: number, order: Item[]} | null} */ (null));
  const [said, say] = useState("");
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const { held, put } = useSender(reorder);
  const shown = held ?? items;
  const placed = (/** @type {Item[]} */ order, /** @type {number} */ one, /** @type {string} */ word) => {
    const place = order.findIndex((item) => item.id === one);
    say(t(`categories.${word}`, { name: order[place]?.name, place: place + 1, count: order.length }));
  };
  const settle = (/** @type {Item[]} */ order) => {
    if (order.some((item, at) => item.id !== shown[at]?.id)) put(order);
  };
  const drop = () => {
    if (!lifted) return;
    settle(lifted.order);
    placed(lifted.order, lifted.id, "dropped");
    lift(null);
  };
  const putBack = () => {
    if (!lifted) return;
    placed(shown, lifted.id, "put_back");
    lift(null);
  };
  const step = (/** @type {number} */ one, /** @type {number} */ by) => {
    const before = lifted?.order ?? shown;
    const order = moved(before, one, before.findIndex((item) => item.id === one) + by);
    placed(order, one, "at");
    if (lifted) lift({ ...lifted, order });
    else settle(order);
  };
  const key = (/** @type {any} */ event) => {
    // Alt with an arrow opens a choice.
    if (event.target.matches("input, select")) return;
    const one = Number(event.target.closest("[data-row]")?.dataset.row);
    const isHandle = event.target.closest("[data-handle]") !== null;
    const by = STEPS[event.key];
    if (by && one && (lifted ? lifted.id === one : event.altKey)) step(one, by);
    else if (isHandle && [" ", "Enter"].includes(event.key)) {
      if (lifted) drop();
      else {
        lift({ id: one, order: shown });
        placed(shown, one, "lifted");
      }
    } else if (event.key === "Escape" && lifted) putBack();
    else return;
    event.preventDefault();
  };
  // A row that is moved in the page loses the focus in some browsers.
  const focused = useRef(/** @type {HTMLElement | null} */ (null));
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  focused.current = box.current?.contains(active) ? active : null;
  useLayoutEffect(() => {
    if (focused.current?.isConnected && document.activeElement === document.body) focused.current.focus();
  });
  /** The place under a pointer. @param {number} y */
  const placeAt = (y) => {
    const rows = [...(box.current?.querySelectorAll("[data-row]") ?? [])];
    const above = rows.filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return Number(/** @type {HTMLElement} */ (one).dataset.row) !== lifted?.id && y > (top + bottom) / 2;
    });
    return above.length;
  };
  const leave = (/** @type {any} */ { relatedTarget: to }) => void (!to || box.current?.contains(to) || putBack());
  const down = (/** @type {any} */ event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    lift({ id: Number(handle.dataset.handle), order: shown });
  };
  const drag = (/** @type {PointerEvent} */ event) => {
    if (!lifted || !event.buttons) return;
    lift({ ...lifted, order: moved(lifted.order, lifted.id, placeAt(event.clientY)) });
  };
  const line = (/** @type {Item} */ item) => html`
    <li key=${item.id} data-row=${item.id} class=${lifted?.id === item.id ? "sorting-lifted" : ""}
      style=${lifted ? { order: lifted.order.findIndex((one) => one.id === item.id) } : undefined}>${row(item)}</li>`;
  return html`
    <ol class="sorting" ref=${box} aria-label=${label} onKeyDown=${key} onPointerDown=${down} onPointerMove=${drag}
      onPointerUp=${drop} onPointerCancel=${putBack} onFocusOut=${leave}>
      ${shown.map(line)}
    </ol>
    <p class="visually-hidden" aria-live="polite">${said}</p>`;
}
