// @ts-check
// What an admin can do to an order: move its status, cancel with a refund, decide a parked one. Each dialog says what
// happens to the money before it does.

import { post, put } from "../../../lib/api.js";
import { html, useEffect, useState } from "../../../lib/dom.js";
import { money, noted, sentence, t } from "../../../lib/i18n.js";
import { refund } from "../../../lib/money.js";
import { whole } from "../../../lib/number.js";
import { isAdmin } from "../../../lib/session.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { toast } from "../../../ui/toast.js";
import { inCurrency, useCurrency } from "./provider-currency.js";

/** @typedef {{order: any, done: (order: any) => void, close: () => void}} Props */

const STEPS_BY_HAND = ["processing", "in_progress", "completed"];

/** Statuses that the reader can set an order to. @param {any} order */
export function nextStatuses(order) {
  const all = possible(order);
  if (isAdmin()) return all;
  return order.dispatch === "manual" ? all.filter((status) => STEPS_BY_HAND.includes(status)) : [];
}

/** @param {any} order */
function possible(order) {
  if (order.parent_id || order.status === "canceled" || ["sending", "review"].includes(order.dispatch)) return [];
  if (["completed", "partial"].includes(order.status)) return ["canceled"];
  // How far a drip-feed is, its runs say.
  const all = [...(order.runs ? [] : ["processing", "in_progress"]), "completed", "partial", "canceled"];
  return all.filter((status) => status !== "partial" || order.has_parts);
}

/** Whether a decision of this status ends what the provider goes on with: it is not told, and takes its price.
 * @param {any} order @param {string} status */
export const goesOn = (order, status) =>
  order.dispatch === "sent" && ["completed", "partial", "canceled"].includes(status);

/** All units of an order, those of all runs too. @param {any} order */
const unitsOf = (order) => order.quantity * (order.runs ?? 1);

const OPTIONAL = { optional: true };
const PAUSE_MS = 300;

/** The numbers that belong to a status. @param {any} order @param {string} status
 * @returns {Record<string, import("../../../lib/number.js").Kind>} */
function numbersOf(order, status) {
  if (status === "canceled") return {};
  return { start_count: OPTIONAL, ...(status === "partial" ? { remains: { max: unitsOf(order) } } : {}) };
}

/** @param {Props} props */
export function StatusDialog({ order, done, close }) {
  const options = nextStatuses(order).map((value) => ({ value, text: t(`status.order.${value}`) }));
  const first = { status: options[0]?.value ?? "", start_count: "", remains: "" };
  const form = useForm(
    first,
    async ({ status, ...typed }) => {
      done(await put(`/api/admin/orders/${order.id}/status`, bodyOf(order, status, typed)));
      toast(t("order_actions.moved", { id: order.id, status: t(`status.order.${status}`) }));
    },
    ({ status, ...typed }) => wrongNumbers(typed, numbersOf(order, status)),
    { draft: `status ${order.id}`, asks: true },
  );
  const { status, ...typed } = form.values;
  const preview = usePreview(order, bodyOf(order, status, typed), form);
  const isRefused = form.failure || Object.keys(form.errors).length > 0;
  return html`
    <${Dialog} title=${t("order_actions.status_title", { id: order.id })} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="status" label=${t("orders.status")} options=${options} required />
        ${
          status === "partial" &&
          html`<${NumberField} form=${form} name="remains" label=${t("orders.remains")} required
            kind=${{ max: unitsOf(order) }} hint=${t("order_actions.remains_hint", { quantity: unitsOf(order) })} />`
        }
        ${
          status !== "canceled" &&
          html`<${NumberField} form=${form} name="start_count" label=${t("orders.start")} kind=${OPTIONAL} />`
        }
        ${preview.refund !== null && !isRefused && html`<${Money} order=${order} ...${preview} />`}
        ${preview.refusal && !isRefused && html`<${Notice} kind="danger">${sentence(preview.refusal)}<//>`}
        ${goesOn(order, status) && html`<${Notice} kind="warning">${t("order_actions.goes_on")}<//>`}
        <${Button} submit kind=${status === "canceled" ? "danger" : "primary"} busy=${form.busy}>
          ${t("order_actions.set")}
        <//>
      <//>
    <//>`;
}

/** What a status is set with, without what is blank. @param {any} order @param {string} status
 * @param {Record<string, string>} typed */
function bodyOf(order, status, typed) {
  const read = Object.entries(numbersOf(order, status)).map(([name, kind]) => [name, whole(typed[name], kind)]);
  return { status, ...Object.fromEntries(read.filter(([, value]) => value !== null)) };
}

/** @typedef {{refund: number | null, said: any, refusal: any}} Preview `said`: the panel's answer, once it is there */

/** What goes back with a status, in VND, as the panel says it, or why it is refused; estimated until it has answered.
 * Not asked about while it is being done.
 * @param {any} order @param {{status: string, remains?: number}} body
 * @param {{failure: any, busy: boolean}} form a failure asks again @returns {Preview} */
export function usePreview(order, body, { failure, busy }) {
  const isWhole = body.status !== "partial" || body.remains !== undefined;
  const asked = isWhole && !busy ? JSON.stringify(body) : null;
  const [heard, hear] = useState({ asked: "", ...NOTHING });
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(async () => {
      const wish = put(`/api/admin/orders/${order.id}/status`, { ...body, dry_run: true });
      hear(
        await wish.then(
          (said) => ({ asked, refund: said.refunded - order.refunded, said, refusal: null }),
          (refusal) => ({ ...NOTHING, asked, refusal }),
        ),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked, failure]);
  if (heard.asked === asked) return heard;
  // Of a drip-feed only the panel knows what its runs leave.
  const isKnown = isWhole && !order.runs;
  return { ...NOTHING, refund: isKnown ? refund(order, body.status, body.remains ?? null) : null };
}

/** @type {Preview} */
const NOTHING = { refund: null, said: null, refusal: null };

/** What will happen to the money. @param {{order: any, refund: number | null, said: any}} props */
export const Money = ({ order, refund, said }) => html`
  <${Notice} kind=${refund ? "warning" : "info"}>
    ${
      refund
        ? t("order_actions.refund", { name: order.username, amount: money(refund), charge: money(order.charge) })
        : t("order_actions.no_refund", { charge: money(order.charge) })
    }
    ${alsoMoved(said).map((/** @type {string} */ text) => html`<div key=${text}>${text}</div>`)}
  <//>`;

/** What moves beside the refund, a sentence each; the support is not told of it. @param {any} said */
function alsoMoved(said) {
  if (!said) return [];
  const moved = (said.moved ?? []).filter((/** @type {any} */ one) => one.type !== "refund");
  const sentences = moved.map((/** @type {any} */ { type, username: name, amount, balance_after }) =>
    t(`order_actions.${type}`, { name, amount: money(Math.abs(amount)), after: money(balance_after) }),
  );
  if (said.rounded_down) sentences.unshift(t("order_actions.rounded"));
  if (said.commission_lost) sentences.push(t("order_actions.lost", { amount: money(said.commission_lost) }));
  return sentences;
}

/** Decides an order of which nobody knows whether the provider has it. @param {Props} props */
export function ResolveDialog({ order, done, close }) {
  const [action, choose] = useState("");
  const form = useForm(
    { provider_order_id: (order.account_left && order.provider_order_id) || "" },
    async ({ provider_order_id }) => {
      const body = action === "sent" ? { action, provider_order_id: provider_order_id.trim() } : { action };
      done(await post(`/api/admin/orders/${order.id}/resolve`, body));
      toast(t(`order_actions.resolved_${action}`, { id: order.id }));
    },
    undefined,
    { draft: `resolve ${order.id}`, asks: true },
  );
  const ways = ["sent", "resend", "cancel"];
  const currency = useCurrency(order);
  const note = order.dispatch_note_coded;
  /** The words for a way; of an order at an account that was left some are others. @param {string} way */
  const named = (way) => (order.account_left && way !== "cancel" ? `${way}_left` : way);
  return html`
    <${Dialog} title=${t("order_actions.resolve_title", { id: order.id })} close=${close}>
      <p>${t(order.account_left ? "order_actions.left_lead" : "order_actions.resolve_lead")}</p>
      ${note && html`<p class="text-break"><bdi>${noted(inCurrency(note, currency))}</bdi></p>`}
      <div class="btn-list mb-3" role="group" aria-label=${t("orders.resolve")}>
        ${ways.map(
          (way) => html`
          <button key=${way} type="button" class=${`btn ${lookOf(way, way === action)}`}
            aria-pressed=${way === action} onClick=${() => choose(way)}>${t(`order_actions.${named(way)}`)}</button>`,
        )}
      </div>
      ${
        action &&
        html`
        <${FormBox} form=${form}>
          ${
            !form.failure &&
            html`<${Notice} kind="warning">
              ${t(`order_actions.${named(action)}_effect`, { amount: money(order.paid), name: order.username })}
            <//>`
          }
          ${
            action === "sent" &&
            html`<${Field} form=${form} name="provider_order_id" label=${t("order_actions.provider_id")} required />`
          }
          <${Button} submit kind=${action === "cancel" ? "danger" : "primary"} busy=${form.busy}>
            ${t("order_actions.confirm")}
          <//>
        <//>`
      }
    <//>`;
}

/** A way that gives money back looks grave before it is chosen. @param {string} way @param {boolean} isChosen */
function lookOf(way, isChosen) {
  if (way === "cancel") return isChosen ? "btn-danger" : "is-grave";
  return isChosen ? "btn-primary" : "";
}

/** Takes note of what the provider says against the order's end. @param {Props} props */
export function AcknowledgeDialog({ order, done, close }) {
  const acknowledge = async () => {
    done(await post(`/api/admin/orders/${order.id}/acknowledge`));
    toast(t("order_actions.acknowledged", { id: order.id }));
  };
  return html`
    <${Dialog} title=${t("order_actions.acknowledge_title", { id: order.id })} close=${close}>
      <p class="text-break"><bdi>${noted(order.contradiction_coded)}</bdi></p>
      <${Notice} kind="info">
        ${t("order_actions.acknowledge_effect", { status: t(`status.order.${order.status}`) })}
      <//>
      <${Button} kind="primary" work=${acknowledge}>${t("order.acknowledge")}<//>
    <//>`;
}
