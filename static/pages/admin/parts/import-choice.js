// @ts-check
// What of a provider's list is taken over: the new services, unless more is wanted, each category by one tick.

import { ask, post, withQuery } from "../../../lib/api.js";
import { html, useEffect, useMemo, useRef, useState } from "../../../lib/dom.js";
import { number, t } from "../../../lib/i18n.js";
import { isBelow } from "../../../lib/money.js";
import { plain, searched } from "../../../lib/services.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { Empty } from "../../../ui/empty.js";
import { useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { Search } from "../../../ui/search.js";
import { Tabs } from "../../../ui/tabs.js";
import { columns } from "./import-lines.js";
import { buyersNote, losses, LossQuestion, useBestDiscount } from "./loss.js";

const PATH = "/api/admin/services/import";
const SHOWN = 200;
const ACTIONS = ["created", "updated", "unchanged", "skipped"];

/** How far a running import is. @param {{provider: number}} props */
export function Progress({ provider }) {
  const [state, setState] = useState(/** @type {any} */ (null));
  useEffect(() => {
    const look = () => ask(withQuery(PATH, { provider_id: provider })).then(setState, () => {});
    const timer = setInterval(look, 700);
    return () => clearInterval(timer);
  }, [provider]);
  return html`
    <div class="mt-3" role="status">
      ${state?.total ? t("import.progress", { done: state.checked, all: state.total }) : t("import.fetching")}
      <progress class="progress w-100" max=${state?.total || undefined} value=${
        state?.total ? state.checked : undefined
      }
        aria-label=${t("import.fetching")} />
    </div>`;
}

/** The ids of the lines that can be taken over. @param {any[]} lines @param {string} [action] of these alone
 * @returns {Set<string>} */
const idsOf = (lines, action) =>
  new Set(
    lines
      .filter((line) => (action ? line.action === action : line.action !== "skipped"))
      .map((line) => line.provider_service_id),
  );

/** @param {Set<string>} all @param {Set<string>} some */
const without = (all, some) => new Set([...all].filter((id) => !some.has(id)));

/** What would be sold below its cost, by today's list or by what it cost until now: a wrong exchange rate makes both of
 * them small. @param {any[]} lines @param {number | null} discount percent */
const lost = (lines, discount) =>
  losses(
    lines.map(({ name, rate, cost, cost_before }) => ({
      name: name ?? "–",
      rate,
      cost: cost_before && isBelow(cost, cost_before) ? cost_before : cost,
    })),
    discount,
  );

/** The lines by category, in the provider's order; those that cannot be taken over have none and are the last.
 * @param {any[]} lines @returns {[string, any[]][]} */
function grouped(lines) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  const [taken, skipped] = [lines.filter(({ category }) => category), lines.filter(({ category }) => !category)];
  for (const line of taken) {
    const group = groups.get(line.category);
    if (group) group.push(line);
    else groups.set(line.category, [line]);
  }
  return [...groups, ...(skipped.length ? /** @type {[string, any[]][]} */ ([["", skipped]]) : [])];
}

/** How many of each kind. @param {any[]} lines */
const counts = (lines) =>
  ACTIONS.map((action) => ({ action, count: lines.filter((line) => line.action === action).length }));

/** "3 mới, 1 cập nhật". @param {any[]} lines */
const said = (lines) =>
  counts(lines)
    .filter(({ count }) => count)
    .map(({ action, count }) => t(`import.count.${action}`, { count }))
    .join(", ");

/** @param {{looked: any, done?: () => void}} props */
export function ImportChoice({ looked, done }) {
  const lines = looked.answer.items;
  const [chosen, setChosen] = useState(() => idsOf(lines, "created"));
  const [search, setSearch] = useState("");
  const [action, setAction] = useState("");
  const [result, setResult] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const found = useMemo(
    () =>
      searched(
        lines.filter((/** @type {any} */ line) => !action || line.action === action),
        search,
        (/** @type {any} */ line) => line.provider_service_id ?? "",
        (/** @type {any} */ line) =>
          plain(`${line.provider_service_id ?? ""} ${line.name ?? ""} ${line.category ?? ""}`),
      ),
    [lines, action, search],
  );
  const question = useForm({ allow_loss: false }, async () => {});
  const discount = useBestDiscount();
  const picked = useMemo(
    () => lines.filter((/** @type {any} */ line) => chosen.has(line.provider_service_id)),
    [lines, chosen],
  );
  const lossy = useMemo(() => lost(picked, discount), [picked, discount]);
  const flip = (/** @type {Set<string>} */ ids, /** @type {boolean} */ on) =>
    setChosen((old) => (on ? new Set([...old, ...ids]) : without(old, ids)));
  const take = async () => {
    setBusy(true);
    await post(PATH, { ...looked.body, service_ids: [...chosen] })
      .then(setResult)
      .finally(() => setBusy(false));
    done?.();
  };
  if (result) {
    return html`<${Card}><${Notice} kind="success" title=${t("import.done")} live>
      ${t("import.result", {
        created: result.created,
        updated: result.updated,
        skipped: result.skipped,
      })}
    <//><a class="btn btn-primary" href="/admin/services">${t("menu.services")}</a><//>`;
  }
  const tabs = [
    { value: "", text: t("common.all"), count: lines.length },
    ...counts(lines).map(({ action, count }) => ({ value: action, text: t(`import.action.${action}`), count })),
  ];
  const more = without(idsOf(lines, "updated"), chosen);
  return html`
    <${Card} flush>
      <${Tabs} label=${t("import.what")} tabs=${tabs} value=${action} choose=${setAction} />
      <div class="filters">
        <${Search} label=${t("services.search")} value=${search} change=${setSearch} />
        <${Button} work=${() => flip(idsOf(found), true)}>${t("import.choose_found")}<//>
        <${Button} work=${() => flip(idsOf(found), false)}>${t("import.choose_none")}<//>
      </div>
      ${
        found.length
          ? html`<${Lines} found=${found} chosen=${chosen} flip=${flip} />`
          : html`<${Empty} title=${t("common.nothing_found")} />`
      }
      <div class="card-body">
        <${LossQuestion} form=${question} found=${lossy} note=${buyersNote(discount)} />
        ${busy && html`<${Progress} provider=${looked.body.provider_id} />`}
      </div>
      <div class="import-bar" role="region" aria-label=${t("import.chosen_label")}>
        <span role="status">${chosen.size ? said(picked) : t("import.none_chosen")}</span>
        ${
          more.size > 0 &&
          html`<${Button} work=${() => flip(more, true)}>${t("import.choose_changed", { count: more.size })}<//>`
        }
        <${Button} kind="primary" icon="download" busy=${busy} work=${take}
          disabled=${discount === null || !chosen.size || (lossy.count > 0 && !question.values.allow_loss)}>
          ${t("import.take", { count: chosen.size })}
        <//>
      </div>
    <//>`;
}

/** @param {{found: any[], chosen: Set<string>, flip: (ids: Set<string>, on: boolean) => void}} props */
function Lines({ found, chosen, flip }) {
  const shown = columns(chosen, flip);
  const groups = useMemo(() => grouped(found), [found]);
  let room = SHOWN;
  const parts = groups.map(([category, lines]) => {
    const part = lines.slice(0, Math.max(room, 0));
    room -= part.length;
    return { category, lines, part };
  });
  return html`
    <div class="table-responsive">
      <table class="table table-vcenter card-table table-mobile-md import-table" aria-label=${t("import.title")}>
        <thead>
          <tr>${shown.map(
            ({ label, number }) => html`<th key=${label} scope="col" class=${number ? "text-end" : ""}>${label}</th>`,
          )}</tr>
        </thead>
        ${parts
          .filter(({ part }) => part.length)
          .map(
            ({ category, lines, part }) => html`
            <tbody key=${category}>
              <tr class="import-group"><th scope="rowgroup" colspan=${shown.length}>
                <${Group} category=${category} lines=${lines} chosen=${chosen} flip=${flip} /></th></tr>
              ${part.map(
                (line, at) => html`
                <tr key=${`${line.provider_service_id} ${at}`}>
                  ${shown.map(
                    ({ label, number, class: look = "", cell }) => html`
                    <td key=${label} data-label=${label} class=${`${number ? "text-end tabular" : ""} ${look}`}>
                      <div class="cell">${cell(line)}</div></td>`,
                  )}
                </tr>`,
              )}
            </tbody>`,
          )}
      </table>
    </div>
    ${
      found.length > SHOWN &&
      html`<p class="text-secondary import-more">${t("import.more", { count: found.length - SHOWN })}</p>`
    }`;
}

/** @param {{category: string, lines: any[], chosen: Set<string>, flip: (ids: Set<string>, on: boolean) => void}}
 *   props */
function Group({ category, lines, chosen, flip }) {
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const ids = idsOf(lines);
  const count = [...ids].filter((id) => chosen.has(id)).length;
  const isAll = ids.size > 0 && count === ids.size;
  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && !isAll;
  });
  if (!category) return html`${t("import.not_taken")} <span class="soft">${number(lines.length)}</span>`;
  return html`
    <label class="form-check">
      <input type="checkbox" class="form-check-input" ref=${box} checked=${isAll}
        onChange=${() => flip(ids, !isAll)} />
      <span class="form-check-label"><bdi>${category}</bdi> <span class="soft">${said(lines)}</span></span>
    </label>`;
}
