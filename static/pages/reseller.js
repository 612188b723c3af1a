// @ts-check
// For customers whose own panel or program orders here.

import { html, useState } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { useAnswer, useServices } from "../lib/load.js";
import { Card } from "../ui/card.js";
import { CopyRow } from "../ui/copy.js";
import { Failed } from "../ui/empty.js";
import { Page, Waiting } from "../ui/page.js";
import { Keys, Repeats } from "./parts/api-keys.js";
import { Try } from "./parts/api-try.js";
import { Spoken } from "./parts/spoken.js";

export default () => html`<${Spoken} words="reseller"><${Reseller} /><//>`;

function Reseller() {
  const answer = useAnswer("/api/user/api-keys");
  const orders = useAnswer("/api/orders?limit=2");
  const { services } = useServices();
  const [last, show] = useState(/** @type {any} */ (null));
  const { data, reload } = answer;
  if (!data) return answer.error ? html`<${Failed} error=${answer.error} retry=${reload} />` : html`<${Waiting} />`;
  // A key that was deleted is of no use any more.
  const kept = data.items.find((/** @type {any} */ key) => key.id === last?.id);
  const made = kept && { name: kept.name, api_key: last.api_key };
  const address = `${location.origin}/api/v2`;
  const ids = (orders.data?.items ?? []).map((/** @type {any} */ order) => order.id);
  return html`
    <${Page} title=${t("reseller.title")} lead=${t("reseller.lead")}>
      <div class="row">
        <div class="col-lg-6">
          <${Card}><${CopyRow} label=${t("reseller.address")} text=${address} /><//>
          <${Card} title=${t("reseller.keys")} flush>
            <${Keys} keys=${data.items} made=${made} show=${show} reload=${reload} />
          <//>
          <${Card} title=${t("reseller.repeats")}><${Repeats} seconds=${data.repeat_seconds} reload=${reload} /><//>
        </div>
        <div class="col-lg-6">
          <${Try} address=${address} made=${made?.api_key ?? ""} services=${services} orders=${ids} />
        </div>
      </div>
    <//>`;
}
