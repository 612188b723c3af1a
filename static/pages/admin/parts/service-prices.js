// @ts-check
// One change for many services, by the server: every line is shown before it is done, all of them in one commit.

import { post } from "../../../lib/api.js";
import { html, useEffect, useState } from "../../../lib/dom.js";
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

const PATH = "/api/admin/services/bulk";
const PAUSE_MS = 300;
/** Of a rate, which it moves up or down. */
const MOVE = { min: -90, max: 900, ending: "%" };
const WAYS = ["margin", "rate", "category"];
const STEPS = ["1", "10", "100", "500", "1000"];

/** What is to change; null while that is not known. @param {Record<string, any>} values */
function changeOf({ way, margin, move, category, round_to }) {
  if (way === "category") return category.trim() ? { category } : null;
  const [name, value] =
    way === "margin" ? ["margin_percent", whole(margin, MARKUP)] : ["rate_percent", whole(move, MOVE)];
  return value === null ? null : { [name]: value, ...(round_to && { round_to: Number(round_to) }) };
}

/** What the change comes to, read when typing pauses. @param {object | null} body null while it is not known
 * @returns {{plan: any, error: any}} */
function usePlan(body) {
  const asked = body && JSON.stringify(body);
  const [known, setKnown] = useState({ asked, plan: /** @type {any} */ (null), error: /** @type {any} */ (null) });
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(
      () =>
        post(PATH, { ...body, dry_run: true }).then(
          (plan) => setKnown({ asked, plan, error: null }),
          (error) => setKnown({ asked, plan: null, error }),
        ),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [asked]);
  return known.asked === asked ? known : { plan: null, error: null };
}

/** @param {{services: any[], reload: () => void, close: (finished: boolean) => void}} props */
export function PricesBulk({ services, reload, close }) {
  const first = { way: WAYS[0], margin: "30", move: "", category: "", round_to: "", allow_loss: false };
  const form = useForm(first, async () => {}, undefined, { asks: true });
  const change = changeOf(form.values);
  const { plan, error } = usePlan(change && { service_ids: services.map(({ id }) => id), ...change });
  const tier = useBestTier();
  const changed = (plan?.items ?? []).filter((/** @type {any} */ item) => item.action === "changed");
  const found = losses(form.values.way === "category" ? [] : changed, tier?.discount_percent ?? null);
  const apply = async () => {
    const done = await post(PATH, { service_ids: changed.map((/** @type {any} */ item) => item.id), ...change });
    toast(t("services.bulk_done", { count: done.changed }));
    reload();
    form.reset(form.values);
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
  const shown = (/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) });
  return html`
    <${Dialog} title=${`${t("services.prices")}: ${t("services.selected", { count: services.length })}`} wide
      close=${() => close(false)}>
      <${Field} form=${form} name="way" label=${t("services.change")} options=${ways} required />
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
        form.values.way === "category"
          ? html`<${Field} form=${form} name="category" label=${t("services.category")} most=${200} required />`
          : html`<${Field} form=${form} name="round_to" label=${t("services.round_to")} options=${steps} required />`
      }
      ${error && html`<${Notice} kind="danger" live>${sentence(error)}<//>`}
      ${plan && html`<${Plan} items=${plan.items} />`}
      <${LossQuestion} form=${form} found=${found} note=${buyersNote(tier?.discount_percent, tier?.name)} />
      <${Confirm} work=${apply} why=${why} />
    <//>`;
}

/** Every line, those that stay as they are first. @param {{items: any[]}} props */
const Plan = ({ items }) => {
  const columns = [
    { label: "ID", cell: (/** @type {any} */ item) => item.id },
    { label: t("services.name"), cell: (/** @type {any} */ item) => html`<bdi>${item.name}</bdi>` },
    {
      label: t("services.cost"),
      number: true,
      cell: (/** @type {any} */ item) => (item.cost ? rate(item.cost) : "–"),
    },
    {
      label: t("services.rate"),
      number: true,
      cell: (/** @type {any} */ item) => html`<${Change} before=${rate(item.rate_before)} now=${rate(item.rate)} />`,
    },
    {
      label: t("services.category"),
      cell: (/** @type {any} */ item) => html`<${Change} before=${item.category_before} now=${item.category} />`,
    },
    {
      label: t("import.what"),
      cell: (/** @type {any} */ item) =>
        item.reason
          ? html`<span class="amount-out">${t(`services.obstacle.${item.reason}`)}</span>`
          : t(`services.plan.${item.action}`),
    },
  ];
  const ordered = [...items].sort((a, b) => Number(b.action === "refused") - Number(a.action === "refused"));
  return html`<${Table} columns=${columns} rows=${ordered} label=${t("services.plan_label")}
    id=${(/** @type {any} */ item) => item.id} />`;
};

/** @param {{before: string, now: string}} props */
const Change = ({ before, now }) =>
  html`<bdi>${now}</bdi>${before !== now && html`<div><del class="text-secondary small">${before}</del></div>`}`;
