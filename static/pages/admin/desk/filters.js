// @ts-check
// What narrows a list, in one line: the search, a menu of all fields, and what is applied, each to be taken away.

import { withQuery } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { date, t } from "../../../lib/i18n.js";
import { setQuery } from "../../../lib/router.js";
import { Choice } from "../../../ui/choice.js";
import { DateRange } from "../../../ui/dates.js";
import { Icon } from "../../../ui/icon.js";
import { Search } from "../../../ui/search.js";
import { Menu } from "./menu.js";

/** @typedef {Record<string, string>} Changes of the address */

/** A field of the menu, with a few values.
 * @typedef {{name: string, label: string, value: string, options: {value: string, text: string}[], also?: Changes,
 *   isQuiet?: boolean}} Field `also`: what it changes besides; `isQuiet`: no chip says it, the list does */

/** @typedef {{search?: {name?: string, label: string, value: string, also?: Changes}, fields?: Field[],
 *   days?: {from: string, to: string}, only?: Changes, file?: {list: string, params: Record<string, any>}}} Narrowing
 * `only`: filters that came by a link, with the words of `orders.only_*`; `file`: the list as one */

/** What is applied, and what takes it away.
 * @param {Narrowing} narrowing @returns {{key: string, text: string, value?: string, off: Changes}[]} */
function applied({ fields = [], days, only = {} }) {
  const chosen = fields
    .filter(({ value, isQuiet }) => value && !isQuiet)
    .map(({ name, label, value, options, also }) => ({
      key: name,
      text: label,
      value: options.find((one) => one.value === value)?.text ?? value,
      off: { ...also, [name]: "" },
    }));
  const given = Object.entries(only)
    .filter(([, value]) => value)
    .map(([name, value]) => ({ key: name, text: t(`orders.only_${name}`, { id: value }), off: { [name]: "" } }));
  const bounds = Object.entries(days ?? {})
    .filter(([, value]) => value)
    .map(([name, value]) => ({ key: name, text: t(`common.${name}`), value: date(value), off: { [name]: "" } }));
  return [...given, ...chosen, ...bounds];
}

/** What takes all filters of a list away, and how many there are. @param {Narrowing} narrowing */
export function allOff(narrowing) {
  const { search } = narrowing;
  const chips = applied(narrowing).map(({ off }) => off);
  const all = search?.value ? [...chips, { [search.name ?? "search"]: "" }] : chips;
  return { count: all.length, off: Object.assign({}, ...all) };
}

/** @param {{narrowing: Narrowing, tools?: any}} props `tools`: what stands at its end */
export function FilterBar({ narrowing, tools }) {
  const { search, fields = [], days, file } = narrowing;
  const seek = (/** @type {string} */ text) =>
    setQuery({ ...search?.also, [search?.name ?? "search"]: text }, { replace: true });
  return html`
    <div class="desk-filters">
      ${
        search &&
        html`<div class="desk-search">
        <${Search} label=${search.label} value=${search.value} change=${seek} /><kbd aria-hidden="true">/</kbd></div>`
      }
      ${
        (fields.length > 0 || days) &&
        html`
        <${Menu} icon="filter" label=${t("desk.filter")} text=${t("desk.filter")}>
          ${fields.map(
            ({ name, label, value, options, also }) => html`
            <${Choice} key=${name} label=${label} value=${value} options=${options}
              choose=${(/** @type {string} */ value) => setQuery({ ...also, [name]: value })} />`,
          )}
          ${days && html`<${DateRange} ...${days} change=${setQuery} />`}
        <//>`
      }
      <div class="desk-chips">
        ${applied(narrowing).map(
          ({ key, text, value, off }) => html`
          <button key=${key} type="button" class="desk-chip" title=${t("desk.filter_off")}
            onClick=${() => setQuery(off)}>
            <span>${text}${value && html` <strong><bdi>${value}</bdi></strong>`}</span><${Icon} name="x" />
          </button>`,
        )}
      </div>
      <div class="desk-tools">
        ${tools}
        ${
          file &&
          html`<a class="btn btn-icon" href=${withQuery(`${file.list}.csv`, file.params)} download
            aria-label=${t("common.download")} title=${t("common.download")}><${Icon} name="download" /></a>`
        }
      </div>
    </div>`;
}
