// @ts-check
import { ApiError, ask, newKey, post, withQuery } from "../lib/api.js";
import { html, useEffect, useRef, useState } from "../lib/dom.js";
import * as drafts from "../lib/drafts.js";
import { money, sentence, t } from "../lib/i18n.js";
import { useServices } from "../lib/load.js";
import { good, judged, parse, without, wishOf } from "../lib/mass-order.js";
import { holdTab } from "../lib/router.js";
import { runningByLink } from "../lib/running.js";
import { me, refresh } from "../lib/session.js";
import { Button } from "../ui/button.js";
import { Card } from "../ui/card.js";
import { Field, Restored, useForm } from "../ui/form.js";
import { Notice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { Placed, Preview } from "./parts/mass-tables.js";
import { Spoken } from "./parts/spoken.js";

const PATH = "/api/orders/mass";

/** What was sent and not answered yet, with the numbers of its lines in the text: the key makes it harmless to send it
 * again. @typedef {{key: string, body: {lines: any[], expected_total: number}, numbers: number[]}} Attempt */

/** A text's lines with what the panel said of them.
 * @typedef {{text: string, lines: import("../lib/mass-order.js").Line[], total: number, balance: number}} Checked */

/** Under this name an attempt is kept in the tab. */
const SENT = "mass-order-sent";
/** After these nobody knows whether the orders were made; every other refusal says that they were not. */
const isUnsure = (/** @type {any} */ error) =>
  !(error instanceof ApiError) || [0, 401, 429].includes(error.status) || error.status >= 500;

/** Many orders at once: looked at first, then all of them in one request. */
export default () => html`<${Spoken} words="mass-order"><${MassOrder} /><//>`;

function MassOrder() {
  const { services, answer } = useServices();
  const form = useForm({ lines: "" }, async () => {}, undefined, { draft: "mass-order" });
  const [attempt, setAttempt] = useState(() => /** @type {Attempt | null} */ (drafts.kept(SENT)));
  const [checked, setChecked] = useState(/** @type {Checked | null} */ (null));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [placed, setPlaced] = useState(/** @type {any} */ (null));

  const look = async () => {
    const text = form.values.lines;
    // Only a warning hangs on it: without it the preview is as good.
    const running = await runningByLink().catch(() => new Map());
    const parsed = parse(text, services, running);
    const lines = good(parsed).map(wishOf);
    const none = { lines: [], total: 0, balance: me.value?.balance ?? 0 };
    const said = lines.length ? await post(PATH, { lines, check: true }) : none;
    setChecked({ ...said, text, lines: judged(parsed, said.lines) });
    setPlaced(null);
  };
  const send = async (/** @type {Attempt} */ next) => {
    drafts.keep(SENT, next);
    setFailure(null);
    const release = holdTab();
    try {
      setPlaced(await ask(PATH, { body: next.body, once: next.key }));
      const rest = without(form.values.lines, next.numbers);
      if (parse(rest, services).length) form.set("lines", rest);
      else form.clear();
      done();
    } catch (error) {
      setFailure({ error, expected: next.body.expected_total });
      if (isUnsure(error)) return setAttempt(next);
      done();
      await look();
    } finally {
      release();
      refresh();
    }
  };
  const result = useRef(/** @type {HTMLElement | null} */ (null));
  // What was looked at stands below the text, of a hundred lines far below.
  useEffect(() => void (checked && result.current?.focus()), [checked]);
  const outcome = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => void (placed && outcome.current?.focus()), [placed]);
  const done = () => {
    drafts.forget(SENT);
    setAttempt(null);
    setChecked(null);
  };

  return html`
    <${Page} title=${t("mass_order.title")} lead=${t("mass_order.lead")}>
      ${
        attempt
          ? html`<${Unsure} attempt=${attempt} error=${failure?.error} send=${send} leave=${done} />`
          : html`
        <${Card}>
          ${form.restored && html`<${Restored} form=${form} />`}
          <${Field} form=${form} name="lines" label=${t("mass_order.lines")} rows="8" required spellcheck=${false}
            placeholder=${"1 | https://example.com/post | 1000\n1 | 1000 | https://example.com/post"}
            hint=${t("mass_order.hint")} />
          <${Button} kind="primary" disabled=${!answer.data || !form.values.lines.trim()} work=${look}>
            ${t("mass_order.preview")}
          <//>
        <//>
        ${failure && html`<${Refused} ...${failure} total=${checked?.total} />`}
        <div role="status" tabindex="-1" ref=${result}>
          ${checked?.text === form.values.lines && html`<${Total} checked=${checked} />`}
        </div>
        ${checked?.text === form.values.lines && html`<${Looked} checked=${checked} send=${send} />`}
        <div tabindex="-1" ref=${outcome}>
          ${placed && html`<${Placed} placed=${placed} rest=${form.values.lines !== ""} />`}
        </div>`
      }
    <//>`;
}

/** What the lines come to. @param {{checked: Checked}} props */
function Total({ checked: { lines, total, balance } }) {
  const [sound, missing] = [good(lines).length, total - balance];
  const isDoubtful = lines.some((line) => line.problem || line.warning);
  return html`
    <${Notice} kind=${missing > 0 ? "danger" : isDoubtful ? "warning" : "info"}>
      ${t("mass_order.total", { good: sound, bad: lines.length - sound, amount: money(total) })}
      ${
        missing > 0 &&
        html` <a href=${withQuery("/deposit", { amount: missing })}>
          ${t("mass_order.short", { amount: money(missing) })}</a>`
      }
    <//>`;
}

/** The way on, and the lines. @param {{checked: Checked, send: (attempt: Attempt) => Promise<void>}} props */
function Looked({ checked: { lines, total }, send }) {
  const sound = good(lines);
  const go = () =>
    send({
      key: newKey(),
      body: { lines: sound.map(wishOf), expected_total: total },
      numbers: sound.map((line) => line.number),
    });
  return html`
    <div class="mb-3">
      <${Button} kind="primary" icon="send" disabled=${!sound.length} work=${go}>
        ${t("mass_order.send", { count: sound.length })}
      <//>
    </div>
    <${Preview} lines=${lines} />`;
}

/** Why nothing was bought. @param {{error: any, expected: number, total?: number}} props `expected`: the total that was
 * agreed to; `total`: what it is now */
function Refused({ error, expected, total }) {
  // What is wrong with lines stands beside them.
  if (error.problem?.lines) return null;
  if (error.code === "price_changed")
    return html`
      <${Notice} kind="warning" title=${t("mass_order.dearer")} live>
        ${t("mass_order.dearer_lead", { before: money(expected), now: money(total ?? error.values.charge) })}
      <//>`;
  return html`
    <${Notice} kind="danger" live>
      ${sentence(error)}
      ${
        error.code === "insufficient_balance" &&
        html` <a href=${withQuery("/deposit", { amount: error.values.missing })}>${t("new_order.add_funds")}</a>`
      }
    <//>`;
}

/** Orders that may have been made: also after a reload. @param {{attempt: Attempt, error: any,
 *   send: (attempt: Attempt) => Promise<void>, leave: () => void}} props */
const Unsure = ({ attempt, error, send, leave }) => html`
  <${Card}>
    ${error && html`<${Notice} kind="danger" live>${sentence(error)}<//>`}
    <${Notice} kind="warning" title=${t("mass_order.unsure")}>
      ${t("mass_order.unsure_lead", { count: attempt.body.lines.length })} <a href="/orders">${t("orders.title")}</a>
    <//>
    <div class="btn-list">
      <${Button} kind="primary" icon="send" work=${() => send(attempt)}>${t("mass_order.again")}<//>
      <${Button} work=${leave}>${t("mass_order.leave")}<//>
    </div>
  <//>`;
