// @ts-check
// A list of the desk: title, tabs, filters, rows of one line, and beside them the one that is open. The address says
// all of it, so that it is found again and can be handed on. On a phone the rows are cards.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { go, place, recall, remember, setQuery } from "../../../lib/router.js";
import { isDesk } from "../../../lib/screen.js";
import { Button } from "../../../ui/button.js";
import { Failed } from "../../../ui/empty.js";
import { Page } from "../../../ui/page.js";
import { Tabs } from "../../../ui/tabs.js";
import { Cards } from "./cards.js";
import { hiddenColumns } from "./columns.js";
import { ColumnMenu } from "./column-menu.js";
import { allOff, FilterBar } from "./filters.js";
import { fitting } from "./fitting.js";
import { KeysHelp } from "./keys-help.js";
import { useKeys } from "./keys.js";
import { Rows, WaitingRows } from "./rows.js";
import { Details } from "./side.js";

/** @typedef {import("./fitting.js").DeskColumn} DeskColumn */

/** @typedef {object} Props
 * @property {string} name under which the choice of columns is kept
 * @property {string} title
 * @property {any} [lead]
 * @property {any} [actions]
 * @property {any} [tabs] the props of `Tabs`
 * @property {import("./filters.js").Narrowing} narrowing
 * @property {import("../../../lib/load.js").Listing} list
 * @property {DeskColumn[]} columns
 * @property {import("./cards.js").Places} [places] where the columns stand on a phone's card; needed without `draw`
 * @property {any} empty what stands there when nothing is narrowed
 * @property {import("../../../ui/selection.js").Selection} [selection]
 * @property {any} [bulk] what can be done with the chosen rows; it takes the foot's place
 * @property {(row: any) => any} [over] what can be done with a row, over the end of its link
 * @property {(row: any) => string | undefined} [own] the address of a row's own page
 * @property {(side: import("./side.js").SideProps) => any} [side] beside the list; else all columns
 * @property {(row: any) => string} [called] the name of a row
 * @property {any} [edited] id of the row that is edited in its place
 * @property {(row: any) => void} [edit] begins that
 * @property {boolean} [isPlain] a row opens its own page
 * @property {(rows: any[]) => any} [draw] what stands there instead of a table
 * @property {any} [children] dialogs, and what stands below the list */

/** The width of what holds the list, and the height of what stays above its rows, in px.
 * @param {{current: HTMLElement | null}} box */
function useRoom(box) {
  const [room, setRoom] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const measured = /** @type {HTMLElement} */ (box.current);
    const head = /** @type {HTMLElement} */ (measured.firstElementChild);
    const measure = () => setRoom({ width: measured.clientWidth, top: head.offsetHeight });
    measure();
    const observer = new ResizeObserver(measure);
    for (const one of [measured, head]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  return room;
}

/** Where the cursor is. Who comes back finds it there. */
function useCursor() {
  const [at, setAt] = useState(/** @type {any} */ (recall("cursor") ?? null));
  const put = (/** @type {any} */ id) => {
    remember("cursor", id);
    setAt(id);
  };
  return [at, put];
}

/** The row of an id. @param {any} id */
export const rowOf = (id) =>
  /** @type {HTMLElement | null} */ (document.querySelector(`.desk-main tr[data-id="${id}"]`));

/** The title of what is open beside the list. */
const sideTitle = () => /** @type {HTMLElement | null} */ (document.querySelector(".desk-side h2"));

/** @param {Props} props */
export function Desk(props) {
  const { name, title, lead, actions, tabs, narrowing, list, columns, selection, bulk, over, children } = props;
  const { edited, edit } = props;
  const { own = () => undefined, isPlain, called = (row) => `${title} ${row.id}` } = props;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const room = useRoom(box);
  const [at, put] = useCursor();
  const [hidden, hide] = useState(() => hiddenColumns(name));
  const [helped, help] = useState(false);
  const { open: opened = "" } = place.value.query;
  const rows = list.items;
  const openedRow = rows.find(({ id }) => String(id) === opened);
  const hasTable = isDesk.value && !props.draw;
  const wanted = columns.filter(({ key, fixed }) => fixed || !hidden.includes(key));
  // The same while a row is edited: what is typed is compared with the rows around it.
  const shown = fitting(wanted, room.width - (selection ? 44 : 0));

  const whole = columns.filter(({ isRowOnly }) => !isRowOnly);

  const show = (/** @type {any} */ row) => {
    if (isPlain) return void go(own(row) ?? "");
    if (String(row.id) === opened) return sideTitle()?.focus();
    // Walking on from one row to the next is one step in the history.
    setQuery({ open: String(row.id) }, { replace: opened !== "" });
  };
  const move = async (/** @type {1 | -1} */ by) => {
    const index = rows.findIndex(({ id }) => id === at);
    const next = rows[index + by] ?? (index < 0 ? rows[0] : undefined);
    if (!next) return by > 0 && list.more ? list.next() : undefined;
    put(next.id);
    rowOf(next.id)?.focus({ preventScroll: true });
    rowOf(next.id)?.scrollIntoView({ block: "nearest" });
    if (opened && !isPlain) setQuery({ open: String(next.id) }, { replace: true });
  };
  const close = () => {
    setQuery({ open: "" });
    requestAnimationFrame(() => rowOf(opened)?.focus({ preventScroll: true }));
  };
  const current = () => rows.find(({ id }) => id === at);
  const last = useRef(/** @type {any} */ (null));
  useKeys({
    move,
    toggle: () => {
      if (current()) selection?.toggle(at);
      last.current = at;
    },
    range: () => {
      const ends = [last.current ?? at, at].map((id) => rows.findIndex((row) => row.id === id)).sort((a, b) => a - b);
      if (ends[0] >= 0) selection?.choose(rows.slice(ends[0], ends[1] + 1).map(({ id }) => id));
    },
    all: () => selection?.choose(rows.map(({ id }) => id)),
    bulk: () =>
      /** @type {HTMLElement | null} */ (box.current?.querySelector(".desk-bulk-actions button:enabled"))?.focus(),
    open: () => current() && show(current()),
    edit: edit && (() => hasTable && current() && edit(current())),
    own: () => {
      const to = current() && own(current());
      if (to) go(to);
    },
    close: () => {
      if (opened) close();
      else if (selection?.chosen.length) selection.clear();
    },
    search: () => /** @type {HTMLElement | null} */ (box.current?.querySelector(".desk-search input"))?.focus(),
    tab: (index) => tabs?.tabs[index] && tabs.choose(tabs.tabs[index].value),
    help: () => help(true),
  });
  useEffect(() => {
    if (!opened) return;
    put(openedRow?.id ?? at);
  }, [opened]);

  const side = {
    row: openedRow,
    id: opened,
    own: openedRow && own(openedRow),
    close,
    step: move,
    replace: (/** @type {any} */ after) => list.change((all) => all.map((row) => (row.id === after.id ? after : row))),
  };
  const beside = opened && !isPlain && (props.side ? props.side(side) : openedRow && generic(whole, called, side));
  const tools =
    hasTable &&
    html`<${ColumnMenu} list=${name} columns=${columns} hidden=${hidden} change=${hide} />
      <${Button} icon="keyboard" label=${t("desk.keys")} work=${() => help(true)} />`;
  const cards = () =>
    html`<${Cards} columns=${columns} places=${props.places} rows=${rows} label=${title} selection=${selection}
      open=${show} own=${own} called=${called} />`;
  return html`
    <div class=${`desk ${beside ? "has-side" : ""}`} style=${{ "--desk-top": `${room.top}px` }}>
      <div class="desk-main" ref=${box}>
        <div class="desk-head">
          <${Page} title=${title} lead=${lead} actions=${actions} />
          ${tabs && html`<${Tabs} ...${tabs} />`}
          <${FilterBar} narrowing=${narrowing} tools=${tools} />
        </div>
        ${
          rows.length > 0 &&
          (hasTable
            ? html`<${Rows} columns=${shown} rows=${rows} label=${title} selection=${selection} at=${at}
                opened=${openedRow?.id} edited=${edited} edit=${edit} over=${over} open=${show} own=${own} go=${put} />`
            : (props.draw?.(rows) ?? cards()))
        }
        ${!rows.length && html`<${Nothing} list=${list} narrowing=${narrowing} empty=${props.empty} />`}
        ${bulk}${!selection?.chosen.length && html`<${Foot} list=${list} />`}
      </div>
      ${beside}
    </div>
    ${children}
    ${helped && html`<${KeysHelp} canEdit=${edit !== undefined} close=${() => help(false)} />`}`;
}

/** @param {import("../../../ui/table.js").Column[]} columns @param {(row: any) => string} called
 * @param {import("./side.js").SideProps} side */
const generic = (columns, called, side) =>
  html`<${Details} key=${side.id} columns=${columns} title=${called(side.row)} side=${side} />`;

/** @param {{list: Props["list"], narrowing: Props["narrowing"], empty: any}} props */
function Nothing({ list, narrowing, empty }) {
  if (list.error) return html`<${Failed} error=${list.error} retry=${list.reload} />`;
  if (list.loading) return html`<${WaitingRows} />`;
  const { count, off } = allOff(narrowing);
  const clear = html`<${Button} work=${() => setQuery(off)}>${t("desk.all_off", { count })}<//>`;
  return html`${empty}${count > 0 && html`<div class="desk-none">${clear}</div>`}`;
}

/** How much of the list is there, and the rest. @param {{list: Props["list"]}} props */
const Foot = ({ list }) =>
  list.items.length > 0 &&
  html`
    <div class="desk-foot">
      <span>${t(list.more ? "desk.loaded" : "desk.all_loaded", { count: list.items.length })}</span>
      ${list.more && html`<${Button} work=${list.next} busy=${list.loading}>${t("common.more")}<//>`}
    </div>`;
