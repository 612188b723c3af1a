// @ts-check
// What customers are given beside what they pay: the bonus on deposits, and coupons.

import { put } from "../../lib/api.js";
import { html, useState } from "../../lib/dom.js";
import { date, money, number, percent, t } from "../../lib/i18n.js";
import { useAnswer, useList } from "../../lib/load.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/card.js";
import { Empty, Failed } from "../../ui/empty.js";
import { Page, Waiting } from "../../ui/page.js";
import { Status } from "../../ui/status.js";
import { ListTable } from "../../ui/table.js";
import { toastSaved } from "../../ui/toast.js";
import { BonusForm } from "./parts/bonus-form.js";
import { CouponDialog, isOver } from "./parts/coupon-dialog.js";

/** What it brings, in words. @param {any} coupon */
function brings({ kind, value, max_bonus }) {
  if (kind !== "percent") return money(value);
  const most = max_bonus === null ? "" : ` · ${t("coupons.at_most", { amount: money(max_bonus) })}`;
  return `${percent(value)}${most}`;
}

/** @param {(coupon: any) => void} open @param {(coupon: any) => Promise<void>} turn
 * @returns {import("../../ui/table.js").Column[]} */
const columns = (open, turn) => [
  { label: t("coupon.code"), cell: (coupon) => html`<bdi class="fw-bold">${coupon.code}</bdi>` },
  { label: t("coupons.kind"), cell: (coupon) => t(`coupons.kinds.${coupon.kind}`) },
  { label: t("coupons.brings"), number: true, cell: brings },
  {
    label: t("coupons.min_deposit"),
    number: true,
    cell: (coupon) => (coupon.min_deposit ? money(coupon.min_deposit) : "–"),
  },
  {
    label: t("coupons.used"),
    number: true,
    cell: (coupon) => `${number(coupon.used)} / ${coupon.limit === null ? "∞" : number(coupon.limit)}`,
  },
  { label: t("coupons.ends_at"), cell: (coupon) => (coupon.ends_at ? date(coupon.ends_at.slice(0, 10)) : "–") },
  {
    label: t("orders.status"),
    cell: (coupon) =>
      html`<${Status} of="coupon" value=${isOver(coupon) ? "ended" : coupon.active ? "active" : "off"} />`,
  },
  {
    label: t("common.actions"),
    cell: (coupon) => html`<div class="btn-list">
      <${Button} small icon="edit" label=${t("coupons.edit", { code: coupon.code })} work=${() => open(coupon)} />
      <${Button} small work=${() => turn(coupon)}>
        ${t(coupon.active ? "coupons.turn_off" : "coupons.turn_on")}<//></div>`,
  },
];

export default function Coupons() {
  const settings = useAnswer("/api/admin/settings");
  const list = useList("/api/admin/coupons", {});
  const [opened, open] = useState(/** @type {any} */ (undefined));
  const done = () => {
    open(undefined);
    list.reload();
  };
  const turn = async (/** @type {any} */ coupon) => {
    const wish = { active: !coupon.active };
    await put(`/api/admin/coupons/${coupon.id}`, wish);
    toastSaved(wish);
    list.reload();
  };
  if (settings.error) return html`<${Failed} error=${settings.error} retry=${settings.reload} />`;
  return html`
    <${Page} title=${t("coupons.title")}
      actions=${html`<${Button} kind="primary" icon="plus" work=${() => open(null)}>${t("coupons.add")}<//>`}>
      <${Card} title=${t("coupons.list")} flush>
        <${ListTable} list=${list} columns=${columns(open, turn)} label=${t("coupons.list")}
          empty=${html`<${Empty} icon="gift" title=${t("coupons.none")} lead=${t("coupons.none_lead")} />`} />
      <//>
      ${
        settings.data
          ? html`<${BonusForm} settings=${settings.data} saved=${settings.set} />`
          : html`<${Waiting} rows=${3} />`
      }
      ${opened !== undefined && html`<${CouponDialog} coupon=${opened} done=${done} close=${() => open(undefined)} />`}
    <//>`;
}
