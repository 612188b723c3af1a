// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useList } from "../../lib/load.js";
import { place } from "../../lib/router.js";
import { Empty } from "../../ui/empty.js";
import { Desk } from "./desk/desk.js";
import { ledgerColumns } from "./parts/ledger-table.js";

const TYPES = ["deposit", "order", "refund", "commission", "commission_reversal", "bonus", "adjustment"];

/** Of an entry on a phone's card. */
const PLACES = { head: "type", state: "amount", under: ["user", "cause", "time"], end: "after" };

/** Every movement of every user's money. */
export default function Ledger() {
  const { type = "", from = "", to = "", user_id = "" } = place.value.query;
  const options = [
    { value: "", text: t("common.all") },
    ...TYPES.map((value) => ({ value, text: t(`transaction.${value}`) })),
  ];
  const params = { type, from, to, user_id };
  const list = useList("/api/admin/transactions", params);
  const narrowing = {
    fields: [{ name: "type", label: t("ledger.type"), value: type, options }],
    days: { from, to },
    only: { user_id },
    file: { list: "/api/admin/transactions", params },
  };
  return html`
    <${Desk} name="ledger" title=${t("ledger.title")} lead=${t("ledger.lead")} list=${list} narrowing=${narrowing}
      columns=${ledgerColumns()} places=${PLACES}
      empty=${html`<${Empty} icon="receipt" title=${t("ledger.none")} />`} />`;
}
