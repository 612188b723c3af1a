// @ts-check
import { html } from "../../../lib/dom.js";
import { moment, rate, t } from "../../../lib/i18n.js";
import { useList } from "../../../lib/load.js";
import { Dialog } from "../../../ui/dialog.js";
import { Empty } from "../../../ui/empty.js";
import { ListTable } from "../../../ui/table.js";

/** What a service was sold at and what it cost. @param {{service: any, close: () => void}} props */
export function PriceHistory({ service, close }) {
  const list = useList(`/api/admin/services/${service.id}/prices`, {});
  const columns = [
    { label: t("services.since"), cell: (/** @type {any} */ row) => moment(row.at) },
    { label: t("services.rate"), number: true, cell: (/** @type {any} */ row) => rate(row.rate) },
    {
      label: t("services.cost"),
      number: true,
      cell: (/** @type {any} */ row) => (row.cost === null ? "–" : rate(row.cost)),
    },
  ];
  return html`
    <${Dialog} title=${t("services.history_of", { id: service.id })} close=${close}>
      <p><bdi>${service.name}</bdi></p>
      <${ListTable} list=${list} columns=${columns} label=${t("services.history")}
        id=${(/** @type {any} */ row) => `${row.at} ${row.rate} ${row.cost}`}
        empty=${html`<${Empty} icon="history" title=${t("common.nothing")} />`} />
    <//>`;
}
