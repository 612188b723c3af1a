// @ts-check
import { html } from "../lib/dom.js";
import { moment, money, number, percent, t } from "../lib/i18n.js";
import { useAnswer, useList } from "../lib/load.js";
import { Card, Figure } from "../ui/card.js";
import { CopyRow } from "../ui/copy.js";
import { Empty, Failed } from "../ui/empty.js";
import { Page, Waiting } from "../ui/page.js";
import { ListTable } from "../ui/table.js";
import { Spoken } from "./parts/spoken.js";

/** @type {() => import("../ui/table.js").Column[]} */
const columns = () => [
  { label: t("referrals.who"), cell: (row) => html`<bdi>${row.username}</bdi>` },
  { label: t("referrals.joined"), cell: (row) => moment(row.joined_at) },
  { label: t("referrals.earned"), number: true, cell: (row) => money(row.commission) },
];

export default () => html`<${Spoken} words="money"><${Referrals} /><//>`;

function Referrals() {
  const answer = useAnswer("/api/user/referrals?limit=1");
  const list = useList("/api/user/referrals", {});
  const data = answer.data;
  if (!data)
    return answer.error ? html`<${Failed} error=${answer.error} retry=${answer.reload} />` : html`<${Waiting} />`;
  const link = `${location.origin}/?ref=${data.referral_code}`;
  return html`
    <${Page} title=${t("referrals.title")} lead=${t("referrals.lead", { percent: percent(data.commission_percent) })}>
      <div class="figures">
        <${Figure} icon="link" label=${t("referrals.clicks")} value=${number(data.clicks)}
          note=${t("referrals.clicks_note")} />
        <${Figure} icon="user-plus" label=${t("referrals.sign_ups")} value=${number(data.sign_ups)} />
        <${Figure} icon="gift" label=${t("referrals.earned")} value=${money(data.total_commission)} />
        <${Figure} icon="percentage" label=${t("referrals.percent")} value=${percent(data.commission_percent)} />
      </div>
      <${Card}>
        <${CopyRow} label=${t("referrals.link")} text=${link} />
        <${CopyRow} label=${t("referrals.code")} text=${data.referral_code} />
      <//>
      <${Card} title=${t("referrals.list")} flush>
        <${ListTable} list=${list} columns=${columns()} label=${t("referrals.list")}
          id=${(/** @type {any} */ row) => row.username}
            empty=${html`<${Empty} icon="users" title=${t("referrals.none")} />`} />
      <//>
    <//>`;
}
