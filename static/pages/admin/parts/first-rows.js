// @ts-check
// A long table of a report, of which only the first rows are seen until somebody asks for all.

import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { FirstRows as First } from "../../../ui/first-rows.js";

const FIRST = 10;

/** @param {{columns: import("../../../ui/table.js").Column[], rows: any[], id: (row: any) => any,
 *   label: string}} props */
export const FirstRows = (props) => html`
  <${First} ...${props} look="lines" first=${FIRST} fewer=${t("reports.first", { count: FIRST })}
    whole=${t("reports.whole", { count: props.rows.length })} />`;
