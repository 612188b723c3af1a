// @ts-check
// One change for many services, by the server: every line is shown before it is done, all of them in one commit.

import { post } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { percent, rate, sentence, t } from "../../../lib/i18n.js";
import { MARKUP, whole } from "../../../lib/number.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField } from "../../../ui/number-field.js";
import { Table } from "../../../ui/table.js";
import { toast } from "../../../ui/toast.js";
import { Confirm } from "./bulk-dialog.js";
import { buyersNote, losses, LossQuestion, useBestTier } from "./loss.js";
import { usePlan } from "./plan.js";

const PATH = "/api/admin/services/bulk";
/** Of a rate, which it moves up or down. */
const MOVE = { min: -90, max: 900, ending: "%" };
const WAYS = ["margin", "rate", "state", "category"];
/** Of what the plan is: the rest is only counted. */
const SHOWN = 200;
const STATES = ["ok", "slow", "maintenance"];
const STEPS = ["1", "10", "100", "500", "1000"];

/** @typedef {import("../desk/every.js").Meant} Meant */

/** What is to change; null while that is not known. @param {Record<string, any>} values */
function changeOf({ way, margin, move, state, category, round_to }) {
  if (way === "turn_on" || way === "turn_off") return { active: way === "turn_on" };
  if (way === "state") return state ? { state } : null;
  if (way === "category") return category.trim() ? { category } : null;
  const [name, value] =
    way === "margin" ? ["margin_percent", whole(margin, MARKUP)] : ["rate_percent", whole(move, MOVE)];
  return value === null ? null : { [name]: value, ...(round_to && { round_to: Number(round_to) }) };
}

/** Whether a change has to do with what is sold at which price. @param {string} way */
const isSale = (way) => ["margin", "rate", "turn_on"].includes(way);

/** Whether customers would hear of it. @param {string} way */
const isTold = (way) => isSale(way) || way === "turn_off";

/** @param {{meant: Meant, change: string, reload: () => void, close: (finished: boolean) => void}} props */
export function PlannedBulk({ meant, change: title, reload, close }) {
  const way = title === "prices" ? WAYS[0] : title;
  // Nothing is chosen for whoever opens it: what nobody wanted cannot be confirmed.
  const chosen = { margin: "", move: "", state: "", category: "", round_to: "" };
  const first = { way, ...chosen, silent: false, allow_loss: false };
  const form = useForm(first, async () => {});
  const change = changeOf(form.values);
  const { plan, error, again } = usePlan(PATH, change && { ...meant.body, ...change });
  const tier = useBestTier();
  const items = plan?.items ?? [];
  const changed = items.filter((/** @type {any} */ item) => item.action === "changed");
  const found = losses(isSale(form.values.way) ? changed : [], tier?.discount_percent ?? null);
  const apply = async () => {
    const told = form.values.silent ? { announce: false } : {};
    // Of a filter as many as were shown, of rows those that change.
    const which =
      "filter" in meant.body
        ? { ...meant.body, expected: items.length }
        : { service_ids: changed.map((/** @type {any} */ { id }) => id) };
    const done = await post(PATH, { ...which, ...change, ...told }).catch((refused) => {
      again();
      throw refused;
    });
    toast(t("services.bulk_done", { count: done.changed }));
    reload();
    close(true);
  };
  const isKnown = tier !== null && plan !== null;
  let why = "";
  if (!change) why = t("bulk.wait.change");
  else if (!error && !isKnown) why = t("bulk.wait.reading");
  else if (!changed.length) why = t("bulk.wait.nothing");
  else if (found.count && !form.values.allow_loss) why = t("bulk.wait.loss");
  const ways = WAYS.map((value) => ({ value, text: t(`services.way.${value}`) }));
  const steps = [{ value: "", text: t("services.no_rounding") }].concat(
    STEPS.map((value) => ({ value, text: rate(value) })),
  );
  const states = [{ value: "", text: "–" }].concat(
    STATES.map((value) => ({ value, text: t(`services.states.${value}`) })),
  );
  const shown = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });
  return html`
    <${Dialog} title=${`${t(`services.${title}`)}: ${t("services.selected", { count: meant.count })}`} wide
      close=${() => close(false)}>
      ${
        title === "prices" &&
        html`<${Field} form=${form} name="way" label=${t("services.change")} options=${ways} required />`
      }
      ${
        form.values.way === "margin" &&
        html`<${NumberField} form=${form} name="margin" label=${t("import.markup")} kind=${MARKUP} shown=${shown}
          hint=${t("import.markup_hint")} required />`
      }
      ${
        form.values.way === "rate" &&
        html`<${NumberField} form=${form} name="move" label=${t("services.move")} kind=${MOVE} shown=${shown}
          hint=${t("services.move_hint")} required />`
      }
      ${
        form.values.way === "state" &&
        html`<${Field} form=${form} name="state" label=${t("services.state")} options=${states} required />`
      }
      ${
        form.values.way === "category" &&
        html`<${Field} form=${form} name="category" label=${t("services.category")} most=${200} required />`
      }
      ${
        ["margin", "rate"].includes(form.values.way) &&
        html`<${Field} form=${form} name="round_to" label=${t("services.round_to")} options=${steps} required />`
      }
      ${error && html`<${Notice} kind="danger" live>${sentence(error)}<//>`}
      <p class="plan-sum" role="status">${plan && sumOf(plan)}</p>
      <${LossQuestion} form=${form} found=${found} note=${buyersNote(tier?.discount_percent, tier?.name)} />
      ${
        isTold(form.values.way) &&
        html`<${Field} form=${form} name="silent" type="checkbox" label=${t("services.silent")} />`
      }
      ${items.length > 0 && html`<${Plan} items=${items} way=${form.values.way} />`}
      <div class="plan-confirm"><${Confirm} work=${apply} why=${why} /></div>
    <//>`;
}

/** How many change, stay as they are, and cannot be changed. @param {any} plan */
function sumOf({ changed, refused, items }) {
  const parts = [
    ["change", changed],
    ["stay", items.length - changed - refused],
    ["refuse", refused],
  ];
  return parts
    .filter(([, count]) => count)
    .map(([word, count]) => t(`services.plan_sum.${word}`, { count }))
    .join(" · ");
}

/** What a change has to do with, besides the name. @type {Record<string, string[]>} */
const ABOUT = { margin: ["cost", "rate"], rate: ["cost", "rate"], turn_on: ["cost", "rate", "active"] };
const ORDER = ["changed", "refused", "unchanged"];

/** The lines, those that change first. @param {{items: any[], way: string}} props */
function Plan({ items, way }) {
  const about = ABOUT[way] ?? [way === "turn_off" ? "active" : way];
  const two = (/** @type {(value: any) => string} */ say, /** @type {string} */ name) => (/** @type {any} */ item) =>
    html`<${Change} before=${say(item[`${name}_before`])} now=${say(item[name])} />`;
  /** @type {Record<string, any>} */
  const known = {
    cost: { label: t("services.cost"), number: true, cell: (/** @type {any} */ { cost }) => (cost ? rate(cost) : "–") },
    rate: { label: t("services.rate"), number: true, cell: two(rate, "rate") },
    category: { label: t("services.category"), cell: two((name) => name, "category") },
    state: { label: t("services.state"), cell: two((state) => t(`services.states.${state}`), "state") },
    active: {
      label: t("services.active"),
      cell: two((active) => t(`status.active.${active ? "active" : "inactive"}`), "active"),
    },
  };
  const columns = [
    { label: "ID", cell: (/** @type {any} */ item) => item.id },
    { label: t("services.name"), cell: (/** @type {any} */ item) => html`<bdi>${item.name}</bdi>` },
    ...about.map((name) => known[name]),
    {
      label: t("import.what"),
      cell: (/** @type {any} */ item) =>
        item.reason
          ? html`<span class="amount-out">${t(`services.obstacle.${item.reason}`)}</span>`
          : t(`services.plan.${item.action}`),
    },
  ];
  const ordered = [...items].sort((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
  return html`
    <${Table} columns=${columns} rows=${ordered.slice(0, SHOWN)} label=${t("services.plan_label")}
      id=${(/** @type {any} */ item) => item.id} />
    ${
      ordered.length > SHOWN &&
      html`<p class="text-secondary">${t("services.plan_more", { count: ordered.length - SHOWN })}</p>`
    }`;
}

/** @param {{before: string, now: string}} props */
const Change = ({ before, now }) =>
  before === now
    ? html`<bdi>${now}</bdi>`
    : html`<span class="plan-move"><del class="text-secondary"><bdi>${before}</bdi></del> →${" "}
        <strong><bdi>${now}</bdi></strong></span>`;
