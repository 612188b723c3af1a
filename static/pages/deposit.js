// @ts-check
import { ask, newKey, post, session } from "../lib/api.js";
import { html, useEffect, useState } from "../lib/dom.js";
import { moment, money, t } from "../lib/i18n.js";
import { useNews } from "../lib/live.js";
import { useAnswer, useList } from "../lib/load.js";
import { AMOUNT, whole } from "../lib/number.js";
import { go, place } from "../lib/router.js";
import { refresh, site, toPay } from "../lib/session.js";
import { countdown, now } from "../lib/time.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { CopyRow } from "../ui/copy.js";
import { Download } from "../ui/download.js";
import { Empty, Failed } from "../ui/empty.js";
import { Field, FormBox, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { NumberField, wrongNumbers } from "../ui/number-field.js";
import { Page, Waiting } from "../ui/page.js";
import { Status } from "../ui/status.js";
import { Strip } from "../ui/strip.js";
import { ListTable } from "../ui/table.js";
import { toast } from "../ui/toast.js";
import { BonusSteps, CameOf, CouponField, Expected, Gift } from "./parts/bonus.js";
import { SaveQr } from "./parts/save-qr.js";
import { Spoken } from "./parts/spoken.js";

const QUICK = [50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000];

/** @param {{id?: string}} props */
export default (props) => html`<${Spoken} words="money"><${Deposits} ...${props} /><//>`;

/** Add funds; with an id, one deposit that waits for its transfer. @param {{id?: string}} props */
function Deposits({ id }) {
  const { amount: asked = "" } = place.value.query;
  // Less than the panel takes is no way to begin.
  const amount = asked && String(toPay(Number(asked)));
  return html`
    <${Page} title=${t("deposit.title")}>
      ${id ? html`<${Pay} key=${id} id=${id} />` : html`<${Ask} key=${amount} first=${amount} /><${Gift} />`}
      <${History} />
    <//>`;
}

/** @param {{first: string}} props the amount that is there at first */
function Ask({ first }) {
  const [key, setKey] = useState(newKey);
  const banks = useAnswer("/api/payment/banks").data?.items ?? [];
  const draft = `deposit ${first}`.trim();
  const form = useForm(
    { amount: first, coupon: "", account_number: "" },
    async ({ amount, coupon, account_number }) => {
      const body = {
        amount: whole(amount),
        ...(coupon.trim() && { coupon: coupon.trim() }),
        ...(account_number && { account_number }),
      };
      const deposit = await ask("/api/payment/deposit", { body, once: key });
      setKey(newKey());
      go(`/deposit/${deposit.id}`);
    },
    (values) => wrongNumbers(values, { amount: AMOUNT }),
    { draft },
  );
  return html`
    <${Card}>
      <${FormBox} form=${form} label=${t("deposit.title")}>
        <${NumberField} form=${form} name="amount" label=${t("deposit.amount")} kind=${AMOUNT} hint=${bounds()}
          shown=${(/** @type {string} */ text) => t("number.amount", { amount: money(Number(text)) })} required />
        <${Strip} look="btn-list mb-3" label=${t("deposit.quick")}>
          ${QUICK.map(
            (amount) => html`<button key=${amount} type="button" class="btn btn-sm tabular"
              onClick=${() => form.set("amount", String(amount))}>${money(amount)}</button>`,
          )}
        <//>
        ${
          // One account is no choice.
          banks.length > 1 &&
          html`<${Field} form=${form} name="account_number" label=${t("deposit.to")} options=${choices(banks)} />`
        }
        <${BonusSteps} amount=${whole(form.values.amount, AMOUNT)} />
        <${CouponField} form=${form} amount=${whole(form.values.amount, AMOUNT)} draft=${draft} />
        <${Button} submit kind="primary" icon="qrcode" busy=${form.busy}>${t("deposit.submit")}<//>
      <//>
    <//>`;
}

/** What a deposit may ask for. */
function bounds() {
  const { deposit_min: min, deposit_max: max } = site.value;
  return min && max && t("deposit.bounds", { min, max });
}

/** The accounts by their names; the first is the one by default, which the panel takes where none is named.
 * @param {{name: string, account_number: string}[]} banks */
const choices = (banks) =>
  banks.map(({ name, account_number }, at) => ({
    value: at ? account_number : "",
    text: `${name} · ${account_number}`,
  }));

/** How to pay one deposit; turns green by itself. @param {{id: string}} props */
function Pay({ id }) {
  const answer = useAnswer(`/api/payment/deposits/${encodeURIComponent(id)}`);
  useNews(["deposit"], (_, news) => {
    if (String(news.id) !== id) return;
    answer.set(news);
    refresh();
  });
  const deposit = answer.data;
  if (!deposit)
    return answer.error ? html`<${Failed} error=${answer.error} retry=${answer.reload} />` : html`<${Waiting} />`;
  const again = html`<a class="btn" href="/deposit">${t("deposit.another")}</a>`;
  if (deposit.status === "completed") {
    return html`
      <${Card}>
        <div class="paid" role="status">
          <${Notice} kind="success" title=${t("deposit.received", { amount: money(deposit.credited) })}>
            ${t("deposit.received_lead")}
            <${CameOf} deposit=${deposit} />
          <//>
        </div>
        <div class="btn-list"><a class="btn btn-primary" href="/">${t("menu.new_order")}</a>${again}</div>
      <//>`;
  }
  if (deposit.status === "rejected") {
    return html`<${Card}><${Notice} kind="danger">${t("deposit.rejected")}<//>${again}<//>`;
  }
  return html`<${Instructions} deposit=${deposit} again=${again} />`;
}

/** @param {{deposit: any, again: any}} props */
const Instructions = ({ deposit, again }) => html`
  <${Card}>
    <div class="row g-4">
      <div class="col-md-5 text-center">
        ${
          // A picture is asked for with the cookie, and so as somebody else than an admin sees the panel as.
          !session.headers.Authorization &&
          html`<img class="qr" src=${deposit.qr_url} width="260" height="260"
              alt=${t("deposit.qr", { code: deposit.code })} />
            <div class="mb-2"><${SaveQr} deposit=${deposit} /></div>`
        }
        <p class="text-secondary">${t("deposit.scan")}</p>
      </div>
      <div class="col-md-7">
        <${CopyRow} label=${t("deposit.bank")} text=${deposit.bank.name} />
        <${CopyRow} label=${t("deposit.account")} text=${deposit.bank.account_number} />
        <${CopyRow} label=${t("deposit.holder")} text=${deposit.bank.account_name} />
        <${CopyRow} label=${t("deposit.content")} text=${deposit.transfer_content} />
        <${CopyRow} label=${t("deposit.amount")} text=${String(deposit.amount)} shown=${money(deposit.amount)} />
        ${deposit.coupon && html`<${CopyRow} label=${t("coupon.code")} text=${deposit.coupon.code} />`}
        <${Expected} deposit=${deposit} />
        <div class="my-3" role="status">
          <${Notice} kind="warning"><${Left} until=${deposit.expires_at} status=${deposit.status} /><//>
        </div>
        <div class="btn-list">${again}${site.value.demo && html`<${DemoBank} deposit=${deposit} />`}</div>
      </div>
    </div>
  <//>`;

/** @param {{until: string, status: string}} props */
function Left({ until, status }) {
  const left = () => new Date(until).getTime() - now();
  const [milliseconds, setLeft] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setLeft(left()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  if (status === "expired" || milliseconds <= 0) return t("deposit.expired");
  return html`${t("deposit.waiting")} <span class="tabular" aria-hidden="true">${countdown(milliseconds)}</span>`;
}

/** Only in the demo: plays the customer's bank. @param {{deposit: any}} props */
const DemoBank = ({ deposit }) => {
  const pay = async () => {
    await post("/api/demo/transfer", { deposit_id: deposit.id });
    toast(t("deposit.demo_sent"), "info");
  };
  return html`<${Button} kind="warning" icon="building-bank" work=${pay}>${t("deposit.demo")}<//>`;
};

/** @param {number | null} amount null while nothing was credited */
const balance = (amount) => (amount === null ? "–" : money(amount));

/** @type {() => import("../ui/table.js").Column[]} */
const columns = () => [
  { label: t("deposit.code"), cell: (row) => html`<a href=${`/deposit/${row.id}`}>${row.code}</a>` },
  { label: t("deposit.amount"), number: true, cell: (row) => money(row.amount) },
  {
    label: t("deposit.credited"),
    number: true,
    cell: (row) => html`${money(row.credited)}
      ${row.bonus > 0 && html`<div class="small amount-in">${t("coupon.bonus", { amount: money(row.bonus) })}</div>`}`,
  },
  { label: t("deposit.before"), number: true, cell: (row) => balance(row.balance_before) },
  { label: t("deposit.after"), number: true, cell: (row) => balance(row.balance_after) },
  { label: t("orders.status"), cell: (row) => html`<${Status} of="deposit" value=${row.status} />` },
  { label: t("common.time"), cell: (row) => moment(row.created_at) },
];

function History() {
  const list = useList("/api/payment/deposits", {});
  useNews(["deposit"], () => list.reload());
  return html`
    <${Card} title=${t("deposit.history")} actions=${html`<${Download} list="/api/payment/deposits" />`} flush>
      <${ListTable} list=${list} columns=${columns()} label=${t("deposit.history")}
        empty=${html`<${Empty} icon="wallet" title=${t("deposit.none")} />`} />
    <//>`;
}
