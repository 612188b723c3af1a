// @ts-check
import { html, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { withQuery } from "../../lib/api.js";
import { place, setQuery } from "../../lib/router.js";
import { isAdmin } from "../../lib/session.js";
import { Card } from "../../ui/card.js";
import { Empty } from "../../ui/empty.js";
import { Page } from "../../ui/page.js";
import { Search } from "../../ui/search.js";
import { useSelection } from "../../ui/selection.js";
import { ListTable } from "../../ui/table.js";
import { Tabs } from "../../ui/tabs.js";
import { Choice } from "../../ui/choice.js";
import { DateRange } from "../../ui/dates.js";
import { Download } from "../../ui/download.js";
import { Narrowed } from "./parts/narrowed.js";
import { BulkBar } from "./parts/order-bulk.js";
import { orderColumns } from "./parts/order-columns.js";

const STATUSES = ["pending", "processing", "in_progress", "completed", "partial", "canceled"];

export default function Orders() {
  const query = place.value.query;
  const {
    status = "",
    search = "",
    user_id = "",
    provider_id = "",
    service_id = "",
    from = "",
    to = "",
    cancel = "",
    slow = "",
  } = query;
  const narrowed = { user_id, provider_id, service_id };
  const list = useList("/api/admin/orders", { ...narrowed, status, search, from, to, cancel, slow });
  // They are counted for everybody or for one user; what another filter leaves is not counted.
  const isCounted = !(provider_id || service_id || search || from || to || cancel || slow);
  const counts = useAnswer(isCounted ? withQuery("/api/admin/orders/counts", { user_id }) : null);
  const providers = useAnswer(isAdmin() ? "/api/admin/providers" : null);
  const [opened, open] = useState(/** @type {{dialog: any, order: any} | null} */ (null));
  const replace = (/** @type {any} */ after) => {
    list.change((orders) => orders.map((order) => (order.id === after.id ? after : order)));
    counts.reload();
  };
  const selection = useSelection(list.items);
  const columns = [...(isAdmin() ? [selection.column] : []), ...orderColumns(open)];
  const tabs = [{ value: "", text: t("common.all"), count: counts.data?.all }].concat(
    STATUSES.map((value) => ({ value, text: t(`status.order.${value}`), count: counts.data?.[value] })),
  );
  const names = (providers.data?.items ?? []).map((/** @type {any} */ one) => ({ value: `${one.id}`, text: one.name }));
  return html`
    <${Page} title=${t("orders.title")}>
      <${Card} flush>
        <${Tabs} label=${t("orders.status")} tabs=${tabs} value=${status}
          choose=${(/** @type {string} */ value) => setQuery({ status: value })} />
        <div class="filters">
          <${Search} label=${t("orders.search")} value=${search}
            change=${(/** @type {string} */ text) => setQuery({ search: text }, { replace: true })} />
          ${
            isAdmin() &&
            html`<${Choice} label=${t("orders.provider")} value=${provider_id}
              options=${[{ value: "", text: t("common.all") }, ...names]}
              choose=${(/** @type {string} */ value) => setQuery({ provider_id: value })} />`
          }
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          ${
            isAdmin() &&
            html`<${Download} list="/api/admin/orders"
              params=${{ ...narrowed, status, search, from, to, cancel, slow }} />`
          }
        </div>
        <${Narrowed} query=${{ user_id, service_id, cancel, slow }} />
        <${BulkBar} selection=${selection} replace=${replace} />
        <${ListTable} list=${list} columns=${columns} label=${t("orders.title")}
          empty=${html`<${Empty} icon="list-check" title=${t("orders.none")} />`} />
      <//>
      ${
        opened &&
        html`<${opened.dialog} order=${opened.order} close=${() => open(null)} done=${(/** @type {any} */ after) => {
          replace(after);
          open(null);
        }} />`
      }
    <//>`;
}
