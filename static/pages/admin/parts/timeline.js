// @ts-check
import { html } from "../../../lib/dom.js";
import { exactMoment, foreignMoney, money, noted, number, t } from "../../../lib/i18n.js";
import { inCurrency, useCurrency } from "./provider-currency.js";

/** Each step of an order, with what was sent and answered. @param {{order: any, steps: any[]}} props */
export function Timeline({ order, steps }) {
  const currency = useCurrency(order);
  return html`
  <ol class="steps-list">
    ${steps.map(
      (step, index) => html`
      <li key=${index}>
        <div class="d-flex flex-wrap gap-2">
          <strong>${t(`step.${step.step}`)}</strong>
          ${step.amount !== null && html`<span class="tabular">${money(step.amount)}</span>`}
          <span class="text-secondary">${t(`by.${step.by}`)}${step.actor && html` · <bdi>${step.actor}</bdi>`}</span>
          <time class="text-secondary ms-auto" datetime=${step.at}>${exactMoment(step.at)}</time>
        </div>
        ${
          step.note_coded &&
          html`<div class="text-break"><bdi>${noted(inCurrency(step.note_coded, currency))}</bdi></div>`
        }
        ${step.attempt && html`<${Attempt} attempt=${step.attempt} currency=${currency} />`}
      </li>`,
    )}
  </ol>`;
}

/** @param {{attempt: any, currency: string | null}} props */
const Attempt = ({ attempt, currency }) => html`
  <details class="mt-1">
    <summary>${t("order.attempt", { number: attempt.number })}</summary>
    <dl class="facts mt-2">
      ${attempt.duration_ms !== null && html`<dt>${t("order.duration")}</dt><dd>${number(attempt.duration_ms)} ms</dd>`}
      <dt>${t("order.request")}</dt>
      <dd class="text-break">
        ${
          attempt.request
            ? Object.entries(attempt.request).map(
                ([name, value]) => html`<div key=${name}><code>${name}</code> <bdi>${value}</bdi></div>`,
              )
            : "–"
        }
      </dd>
      <dt>${t("order.answer")}</dt><dd class="text-break"><bdi>${attempt.answer ?? t("order.no_answer")}</bdi></dd>
      ${
        attempt.balance_before &&
        html`<dt>${t("order.balance_before")}</dt><dd><bdi>${foreignMoney(attempt.balance_before, currency)}</bdi></dd>`
      }
      ${
        attempt.balance_after &&
        html`<dt>${t("order.balance_after")}</dt><dd><bdi>${foreignMoney(attempt.balance_after, currency)}</bdi></dd>`
      }
    </dl>
  </details>`;
