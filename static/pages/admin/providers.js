// @ts-check
import { html, useEffect, useState } from "../../lib/dom.js";
import { ago, foreignMoney, noted, t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place } from "../../lib/router.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Dialog } from "../../ui/dialog.js";
import { Page } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { ProviderForm } from "./parts/provider-form.js";
import { ProviderTest } from "./parts/provider-test.js";
import { StoppedLines } from "./parts/stopped-lines.js";

/** A provider without address or key is there to be set up. @param {any} row */
function standing({ active, api_url, api_key_set }) {
  if (!api_url || !api_key_set) return "unset";
  return active ? "active" : "inactive";
}

/** @param {(provider: any) => void} open @returns {import("../../ui/table.js").Column[]} */
const columns = (open) => [
  { label: "ID", cell: (row) => row.id },
  {
    label: t("providers.name"),
    cell: (row) =>
      html`<bdi>${row.name}</bdi>${
        row.practice && html` <span class="badge status-yellow">${t("providers.practice")}</span>`
      }<div class="text-secondary small text-break"><bdi>
        ${row.api_url ?? t("providers.none")}</bdi></div>`,
  },
  {
    label: t("providers.balance"),
    number: true,
    cell: (row) => (row.balance ? foreignMoney(row.balance, row.currency) : "–"),
  },
  { label: t("providers.synced"), cell: (row) => (row.last_sync_at ? ago(row.last_sync_at) : "–") },
  {
    label: t("orders.status"),
    cell: (row) => html`<${Status} of="active" value=${standing(row)} />
      ${
        standing(row) === "unset" &&
        html`<div class="mt-1">
          <${Button} small kind="primary" work=${() => open(row)}>${t("providers.set_up")}<//></div>`
      }
      ${
        row.trouble_coded && html`<div class="amount-out small text-break"><bdi>${noted(row.trouble_coded)}</bdi></div>`
      }`,
  },
  {
    label: t("common.actions"),
    cell: (row) => html`
      <${ProviderTest} id=${row.id}>
        <${Button} small icon="edit" label=${t("providers.edit")} work=${() => open(row)} />
        <a class="btn btn-sm" href=${`/admin/import?provider=${row.id}`}>${t("services.import")}</a>
      <//>`,
  },
];

export default function Providers() {
  const list = useList("/api/admin/providers", {});
  const [opened, open] = useState(/** @type {any} */ (undefined));
  const asked = list.items.find((/** @type {any} */ one) => String(one.id) === place.value.query.edit);
  useEffect(() => {
    if (asked) open(asked);
  }, [asked?.id]);
  const done = () => {
    open(undefined);
    list.reload();
  };
  return html`
    <${Page} title=${t("providers.title")}
      actions=${html`<${Button} kind="primary" icon="plus" work=${() => open(null)}>${t("providers.add")}<//>`}>
      <${StoppedLines} providers=${list.items ?? []} done=${list.reload} />
      <${Card} flush>
        <${ListTable} list=${list} columns=${columns(open)} label=${t("providers.title")} empty=${null} />
      <//>
      ${
        opened !== undefined &&
        html`<${Dialog} title=${t(opened ? "providers.edit" : "providers.add")} close=${() => open(undefined)}>
          <${ProviderForm} provider=${opened} done=${done} />
        <//>`
      }
    <//>`;
}
