// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { place, setQuery } from "../../lib/router.js";
import { Card } from "../../ui/card.js";
import { DateRange } from "../../ui/dates.js";
import { Download } from "../../ui/download.js";
import { Page } from "../../ui/page.js";
import { Choice } from "../../ui/choice.js";
import { LedgerTable } from "./parts/ledger-table.js";

const TYPES = ["deposit", "order", "refund", "commission", "commission_reversal", "bonus", "adjustment"];

/** Every movement of every user's money. */
export default function Ledger() {
  const { type = "", from = "", to = "", user_id = "" } = place.value.query;
  const options = [
    { value: "", text: t("common.all") },
    ...TYPES.map((value) => ({ value, text: t(`transaction.${value}`) })),
  ];
  return html`
    <${Page} title=${t("ledger.title")} lead=${t("ledger.lead")}>
      <${Card} flush>
        <div class="filters">
          <${Choice} label=${t("ledger.type")} value=${type} options=${options}
            choose=${(/** @type {string} */ value) => setQuery({ type: value })} />
          <${DateRange} from=${from} to=${to} change=${setQuery} />
          <${Download} list="/api/admin/transactions" params=${{ type, from, to, user_id }} />
        </div>
        <${LedgerTable} params=${{ type, from, to, user_id }} />
      <//>
    <//>`;
}
