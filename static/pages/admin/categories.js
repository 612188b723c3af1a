// @ts-check
// The categories of services: in which order customers see them, their names and pictures, and what is hidden.

import { ask, put } from "../../lib/api.js";
import { confirm } from "../../lib/confirm.js";
import { html, useLayoutEffect, useRef, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Empty, Failed } from "../../ui/empty.js";
import { Icon } from "../../ui/icon.js";
import { Page, Waiting } from "../../ui/page.js";
import { toast, toastSaved } from "../../ui/toast.js";
import { CategoryForm, iconOf } from "./parts/category-form.js";
import { MergeDialog } from "./parts/merge-dialog.js";
import { Handle, Sortable } from "./parts/sortable.js";

const PATH = "/api/admin/categories";

export default function Categories() {
  const answer = useAnswer(PATH);
  const [edited, edit] = useState(/** @type {any} */ (undefined));
  const [merged, merge] = useState(/** @type {any} */ (null));
  const rows = answer.data?.items ?? [];
  // Where the form was, its row takes the focus again.
  const left = useRef(/** @type {number | undefined} */ (undefined));
  useLayoutEffect(() => {
    const row = document.querySelector(`[data-row="${left.current}"]`);
    if (!edited) /** @type {HTMLElement | null} */ (row?.querySelector(".btn-list button"))?.focus();
    left.current = edited?.id;
  }, [edited]);
  const reorder = async (/** @type {any[]} */ items) => {
    try {
      answer.set(await put(`${PATH}/order`, { ids: items.map(({ id }) => id) }));
    } catch (error) {
      await answer.reload();
      throw error;
    }
  };
  const done = () => {
    edit(undefined);
    merge(null);
    return answer.reload();
  };
  const hide = async (/** @type {any} */ { id, name, hidden, active_services: count }) => {
    const question = { title: t("categories.hide", { name }), text: t("categories.hide_text", { count }) };
    const words = { yes: t("categories.hide_yes"), no: t("categories.hide_no") };
    if (!hidden && count > 0 && !(await confirm({ ...question, ...words }))) return;
    toastSaved(await put(`${PATH}/${id}`, { hidden: !hidden }));
    await answer.reload();
  };
  const drop = async (/** @type {any} */ { id, name }) => {
    await ask(`${PATH}/${id}`, { method: "DELETE" });
    toast(t("categories.dropped_one", { name }));
    await answer.reload();
  };
  const row = (/** @type {any} */ category) =>
    edited?.id === category.id
      ? html`<${CategoryForm} category=${category} done=${done} close=${() => edit(undefined)} />`
      : html`<${Row} category=${category} several=${rows.length > 1} tools=${{ edit, merge, hide, drop }} />`;
  const add = html`<${Button} kind="primary" icon="plus" work=${() => edit(null)}>${t("categories.add")}<//>`;
  if (answer.error && !answer.data) return html`<${Failed} error=${answer.error} retry=${answer.reload} />`;
  return html`
    <${Page} title=${t("categories.title")} lead=${t("categories.lead")} actions=${add}>
      <${Card} title=${t("categories.list")} flush>
        ${
          edited === null &&
          html`<div class="sorting-new"><${CategoryForm} done=${done} close=${() => edit(undefined)} /></div>`
        }
        ${!answer.data && html`<${Waiting} />`}
        ${
          answer.data && !rows.length
            ? html`<${Empty} icon="list" title=${t("categories.none")} lead=${t("categories.none_lead")} />`
            : html`<${Sortable} items=${rows} label=${t("categories.list")} reorder=${reorder} row=${row} />`
        }
      <//>
      ${merged && html`<${MergeDialog} from=${merged} all=${rows} done=${done} close=${() => merge(null)} />`}
    <//>`;
}

/** @param {{category: any, several: boolean, tools: Record<string, (category: any) => any>}} props */
function Row({ category, several, tools }) {
  const { name, hidden, services, active_services: active } = category;
  const counts = services
    ? `${t("categories.services", { count: services })} · ${t("categories.active", { count: active })}`
    : t("categories.empty");
  const shown = `/admin/services?category=${encodeURIComponent(name)}`;
  return html`
    <${Handle} item=${category} />
    <${Icon} name=${iconOf(category)} />
    <a class=${`sorting-name ${hidden ? "text-secondary" : ""}`} href=${shown}><bdi>${name}</bdi></a>
    <span class="sorting-counts text-secondary small tabular">
      ${hidden && html`<span class="badge status-secondary">${t("categories.hidden")}</span> `}${counts}
    </span>
    <div class="btn-list">
      <${Button} small icon="edit" label=${t("categories.edit", { name })} work=${() => tools.edit(category)} />
      <${Button} small icon=${hidden ? "eye" : "eye-off"} work=${() => tools.hide(category)}
        label=${t(hidden ? "categories.show" : "categories.hide", { name })} />
      ${
        services
          ? html`<${Button} small label=${t("categories.merge", { name })} disabled=${!several}
              work=${() => tools.merge(category)}>${t("categories.merge_short")}<//>`
          : html`<${Button} small icon="trash" label=${t("categories.drop", { name })}
              work=${() => tools.drop(category)} />`
      }
    </div>`;
}
