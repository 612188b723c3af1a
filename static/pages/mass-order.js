// @ts-check
import { ApiError, post, withQuery } from "../lib/api.js";
import { html, useEffect, useMemo, useState } from "../lib/dom.js";
import { money, number, refused, remarked, sentence, t } from "../lib/i18n.js";
import { judged, parse, toAsk, total, wishOf } from "../lib/mass-order.js";
import * as queue from "../lib/mass-queue.js";
import { useServices } from "../lib/load.js";
import { runningByLink } from "../lib/running.js";
import { me, refresh } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Field, Restored, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { Table } from "../ui/table.js";

const LATER_SHOWN = 200;

/** Many orders at once: looked at first, sent one by one. */
export default function MassOrder() {
  const { services, answer } = useServices();
  const isRunning = queue.items.value.length > 0;
  return html`
    <${Page} title=${t("mass_order.title")} lead=${t("mass_order.lead")}>
      ${
        isRunning
          ? html`<${Progress} services=${services} prices=${answer.reload} />`
          : html`<${Editor} services=${services} />`
      }
    <//>`;
}

/** @param {{services: import("../lib/services.js").Service[]}} props */
function Editor({ services }) {
  const discount = me.value?.tier.discount_percent ?? 0;
  const form = useForm({ lines: "" }, async () => {}, undefined, { draft: "mass-order" });
  const [asked, ask] = useState(false);
  const text = form.values.lines;
  const [running, setRunning] = useState(/** @type {Map<string, number>} */ (new Map()));
  const [refusals, setRefusals] = useState(/** @type {Map<string | number, ApiError>} */ (new Map()));
  const parsed = useMemo(() => parse(text, services, discount, running), [text, services, discount, running]);
  const lines = useMemo(() => judged(parsed, refusals), [parsed, refusals]);
  const look = async () => {
    // Only a warning hangs on it: without it the preview is as good.
    setRunning(await runningByLink().catch(() => new Map()));
    setRefusals(await refusalsOf(parsed));
    ask(true);
  };
  const good = lines.filter((line) => !line.problem);
  const sum = total(good);
  const missing = sum - (me.value?.balance ?? 0);
  const isDoubtful = lines.some((line) => line.problem || line.warning);
  const send = async () => {
    queue.fill(good);
    form.clear();
    await queue.run();
    refresh();
  };
  return html`
    <${Card}>
      ${form.restored && html`<${Restored} form=${form} />`}
      <${Field} form=${form} name="lines" label=${t("mass_order.lines")} rows="8" required spellcheck=${false}
        placeholder=${"1 | https://example.com/post | 1000\n1 | 1000 | https://example.com/post"}
          hint=${t("mass_order.hint")} />
      <${Button} kind="primary" disabled=${!lines.length} work=${look}>${t("mass_order.preview")}<//>
    <//>
    ${
      asked &&
      lines.length > 0 &&
      html`
      <${Card} title=${t("mass_order.preview")} flush>
        <${Preview} lines=${lines} />
        <div class="card-body">
          <${Notice} kind=${missing > 0 ? "danger" : isDoubtful ? "warning" : "info"}>
            ${t("mass_order.total", {
              good: good.length,
              bad: lines.length - good.length,
              amount: money(sum),
            })}
            ${
              missing > 0 &&
              html` <a href=${withQuery("/deposit", { amount: missing })}>
                ${t("mass_order.short", { amount: money(missing) })}</a>`
            }
          <//>
          <${Button} kind="primary" icon="send" disabled=${!good.length} work=${send}>
            ${t("mass_order.send", { count: good.length })}
          <//>
        </div>
      <//>`
    }`;
}

/** What the panel would refuse, by the text of the line or by the service that cannot be ordered. What it cannot be
 * asked about now is judged when it is sent. @param {import("../lib/mass-order.js").Line[]} lines */
async function refusalsOf(lines) {
  /** @type {Map<string | number, ApiError>} */
  const refusals = new Map();
  for (const line of toAsk(lines)) {
    const error = await post("/api/orders/quote", wishOf(line)).then(
      () => null,
      (refusal) => refusal,
    );
    if (error?.status === 422) refusals.set(line.text, error);
    if (["service_inactive", "not_configured"].includes(error?.code)) refusals.set(line.serviceId, error);
    if (["unreachable", "rate_limited"].includes(error?.code)) break;
  }
  return refusals;
}

/** @param {{lines: import("../lib/mass-order.js").Line[]}} props */
const Preview = ({ lines }) => {
  const columns = [
    { label: t("mass_order.line"), cell: (/** @type {any} */ line) => line.number },
    { label: t("orders.service"), cell: (/** @type {any} */ line) => line.serviceId || "–" },
    {
      label: t("order.link"),
      cell: (/** @type {any} */ line) => html`<bdi class="link-text">${line.link || line.text}</bdi>`,
    },
    { label: t("new_order.quantity"), number: true, cell: (/** @type {any} */ line) => number(line.quantity || null) },
    { label: t("new_order.charge"), number: true, cell: (/** @type {any} */ line) => money(line.charge) },
    {
      label: t("mass_order.check"),
      cell: (/** @type {any} */ line) =>
        line.problem
          ? html`<span class="amount-out">${remarked(line.problem)}</span>`
          : html`<span class="amount-in">${t("mass_order.good")}</span>
            ${line.warning && html`<div class="text-warning small">${remarked(line.warning)}</div>`}`,
    },
  ];
  return html`
    <${Table} columns=${columns} rows=${lines.slice(0, LATER_SHOWN)} label=${t("mass_order.preview")}
      id=${(/** @type {any} */ line) => line.number} />
    ${
      lines.length > LATER_SHOWN &&
      html`<p class="text-secondary px-3 mt-2">
        ${t("mass_order.and_more", { count: lines.length - LATER_SHOWN })}</p>`
    }`;
};

/** Lines that have become dearer than they were shown: the customer agrees before they go on.
 * @param {{services: import("../lib/services.js").Service[], prices: () => Promise<void>}} props */
function Dearer({ prices, services }) {
  useEffect(() => void Promise.all([prices(), refresh()]), []);
  const discount = me.value?.tier.discount_percent ?? 0;
  const before = queue.items.value;
  const now = queue.repriced(before, services, discount);
  const go = async () => {
    await queue.accept(now);
    refresh();
  };
  return html`
    <${Notice} kind="warning" title=${t("mass_order.dearer")} live>
      ${t("mass_order.dearer_lead", {
        count: before.filter((item) => item.state === "waiting").length,
        before: money(queue.waitingTotal(before)),
        now: money(queue.waitingTotal(now)),
      })}
    <//>
    <div class="mb-3"><${Button} kind="primary" icon="player-play" work=${go}>
      ${t("mass_order.agree", { amount: money(queue.waitingTotal(now)) })}
    <//></div>`;
}

/** What was sent so far; also after a reload. @param {{services: import("../lib/services.js").Service[],
 *   prices: () => Promise<void>}} props `prices` reads the services again */
function Progress({ services, prices }) {
  const items = queue.items.value;
  const done = items.filter((item) => item.state !== "waiting").length;
  const finished = done === items.length;
  const left = queue.waitingTotal(items) - (me.value?.balance ?? 0);
  const isDearer = !queue.running.value && queue.stopped.value?.code === "price_changed";
  const go = async () => {
    await queue.run();
    refresh();
  };
  const columns = [
    { label: t("mass_order.line"), cell: (/** @type {any} */ item) => item.number },
    { label: t("order.link"), cell: (/** @type {any} */ item) => html`<bdi class="link-text">${item.text}</bdi>` },
    { label: t("mass_order.result"), cell: (/** @type {any} */ item) => html`<${Result} item=${item} />` },
  ];
  return html`
    <${Card}>
      <p aria-live="polite">${t("mass_order.done", { done, all: items.length })}</p>
      <progress class="progress w-100 mb-3" max=${items.length} value=${done} aria-label=${t("mass_order.progress")} />
      ${queue.stopped.value && !isDearer && html`<${Stopped} error=${queue.stopped.value} left=${left} />`}
      ${isDearer && html`<${Dearer} services=${services} prices=${prices} />`}
      <div class="btn-list">
        ${queue.running.value && html`<${Button} icon="player-pause" work=${queue.stop}>${t("mass_order.stop")}<//>`}
        ${
          !queue.running.value &&
          !finished &&
          !isDearer &&
          html`<${Button} kind="primary" icon="player-play" work=${go}>${t("mass_order.resume")}<//>`
        }
        ${
          !queue.running.value &&
          html`<${Button} work=${queue.clear}>${t(finished ? "mass_order.new" : "mass_order.discard")}<//>`
        }
      </div>
    <//>
    <${Card} flush>
      <${Table} columns=${columns} rows=${items.slice(0, LATER_SHOWN)} label=${t("mass_order.result")}
        id=${(/** @type {any} */ item) => item.key} />
    <//>`;
}

/** Why the rest is not sent. @param {{error: any, left: number}} props `left`: what the balance lacks for all of it */
const Stopped = ({ error, left }) => html`
  <${Notice} kind="danger" live>
    ${sentence(error)}
    ${
      error.code === "insufficient_balance" &&
      html` <a href=${withQuery("/deposit", { amount: Math.max(left, error.values.missing) })}>
        ${t("new_order.add_funds")}</a>`
    }
  <//>`;

/** @param {{item: import("../lib/mass-queue.js").Item}} props */
const Result = ({ item }) => {
  if (item.state === "sent")
    return html`<a href=${`/orders/${item.orderId}`}>${t("order.title", { id: item.orderId })}</a>`;
  if (item.state === "refused")
    return html`<span class="amount-out text-break">${refused(new ApiError(0, item.refusal))}</span>`;
  return html`<span class="text-secondary">${t("mass_order.waiting")}</span>`;
};
