// @ts-check
import { html } from "../../../lib/dom.js";
import { number, t } from "../../../lib/i18n.js";
import { Icon } from "../../../ui/icon.js";

/** Deposits whose transfer may still come, as a way to them; nothing while there are none.
 * @param {{count: number | undefined}} props */
export const PendingDeposits = ({ count }) =>
  count
    ? html`<p>
        <a class="btn" href="/admin/deposits?status=pending">
          <${Icon} name="wallet" /> ${t("review.pending_deposits", { count: number(count) })}
        </a>
      </p>`
    : null;
