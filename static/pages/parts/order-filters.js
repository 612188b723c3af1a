// @ts-check
// What narrows the list of orders, on a phone: nothing changes behind the sheet until its button, which says what
// comes.

import { withQuery } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { useAnswer } from "../../lib/load.js";
import { setQuery } from "../../lib/router.js";
import { day, daysBefore, today } from "../../lib/time.js";
import { Button } from "../../ui/button.js";
import { DateRange } from "../../ui/dates.js";
import { Dialog } from "../../ui/dialog.js";

/** Asked for at once, to count; of more it is said that they are more. */
const MOST_COUNTED = 100;
/** Days back, with today. */
const SPANS = [1, 7, 30];

/** @param {{text: string, chosen: boolean, choose: () => void}} props */
const Chip = ({ text, chosen, choose }) => html`
  <button type="button" class=${`chip ${chosen ? "at" : ""}`} aria-pressed=${chosen} onClick=${choose}>
    ${text}</button>`;

/** @param {{statuses: string[], query: Record<string, string>, close: () => void}} props */
export default function OrderFilters({ statuses, query, close }) {
  const [wish, setWish] = useState({ ...query });
  const { status, from, to, service_id } = wish;
  const change = (/** @type {Record<string, string>} */ some) => setWish((old) => ({ ...old, ...some }));
  const isTurned = from !== "" && to !== "" && from > to;
  const found = useAnswer(isTurned ? null : withQuery("/api/orders", { ...wish, limit: MOST_COUNTED }));
  const count = found.data?.items.length;
  const isMore = Boolean(found.data?.next_cursor);
  const coming = isMore ? t("orders.show_more", { count }) : t("orders.show", { count });
  const since = (/** @type {number} */ days) => daysBefore(today(), days - 1);
  const isSpan = (/** @type {number} */ days) => from === since(days) && (!to || to === day(today()));
  const show = () => {
    setQuery(wish);
    close();
  };
  return html`
    <${Dialog} title=${t("orders.filter")} close=${close} look="sheet" isRead
      footer=${html`
        <${Button} work=${() => change({ status: "", from: "", to: "", service_id: "" })}>${t("orders.clear")}<//>
        <${Button} kind="primary" disabled=${isTurned} work=${show}>
          ${found.data && !isTurned ? coming : t("orders.show_any")}<//>`}>
      <fieldset class="chips"><legend>${t("orders.status")}</legend>
        <${Chip} text=${t("common.all")} chosen=${!status} choose=${() => change({ status: "" })} />
        ${statuses.map(
          (value) => html`<${Chip} key=${value} text=${t(`status.order.${value}`)} chosen=${status === value}
            choose=${() => change({ status: value })} />`,
        )}
      </fieldset>
      <fieldset class="chips"><legend>${t("common.time")}</legend>
        <${Chip} text=${t("common.all")} chosen=${!from && !to} choose=${() => change({ from: "", to: "" })} />
        ${SPANS.map(
          (days) => html`<${Chip} key=${days} chosen=${isSpan(days)}
            text=${days === 1 ? t("orders.today") : t("orders.days", { days })}
            choose=${() => change({ from: since(days), to: "" })} />`,
        )}
        <div class="dates"><${DateRange} from=${from} to=${to} change=${change} /></div>
      </fieldset>
      ${
        service_id &&
        html`<fieldset class="chips"><legend>${t("orders.service")}</legend>
          <${Chip} text=${service_id} chosen choose=${() => change({ service_id: "" })} /></fieldset>`
      }
    <//>`;
}
