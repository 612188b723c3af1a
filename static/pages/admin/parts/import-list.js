// @ts-check
// A provider's list: looked at first (a dry run), chosen from, then taken over.

import { ask, post, withQuery } from "../../../lib/api.js";
import { html, useEffect, useMemo, useState } from "../../../lib/dom.js";
import { noted, number, percent, rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { isBelow } from "../../../lib/money.js";
import { MARKUP, whole } from "../../../lib/number.js";
import { plain, searched } from "../../../lib/services.js";
import { Button } from "../../../ui/button.js";
import { Card } from "../../../ui/card.js";
import { Empty } from "../../../ui/empty.js";
import { Field, FormBox, useForm } from "../../../ui/form.js";
import { Notice } from "../../../ui/notice.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { Search } from "../../../ui/search.js";
import { Table } from "../../../ui/table.js";
import { buyersNote, losses, LossQuestion, useBestDiscount } from "./loss.js";
import { exchangeSentence } from "./provider-form.js";

const PATH = "/api/admin/services/import";
const SHOWN = 200;

/** @param {{provider: number, done?: () => void}} props */
export function ImportList({ provider, done }) {
  const providers = useAnswer("/api/admin/providers").data?.items ?? [];
  const [looked, setLooked] = useState(/** @type {any} */ (null));
  /** Why the prices mean nothing in VND. */
  const [unpriced, setUnpriced] = useState(/** @type {any} */ (null));
  const look = async (/** @type {Record<string, any>} */ values) => {
    setLooked(null);
    setUnpriced(null);
    /** @type {Record<string, any>} */
    const body = { provider_id: Number(values.provider_id), markup_percent: whole(values.markup_percent, MARKUP) };
    if (values.currency_is_vnd) body.currency_is_vnd = true;
    const answer = await post(PATH, { ...body, dry_run: true }).catch((error) => {
      const rules = ["exchange_rate", "currency_unknown"];
      setUnpriced(error.fields?.find((/** @type {any} */ one) => rules.includes(one.rule)) ?? null);
      throw error;
    });
    setLooked({ body, answer });
  };
  const form = useForm(
    { provider_id: String(provider), markup_percent: "30", currency_is_vnd: false },
    look,
    (values) => wrongNumbers(values, { markup_percent: MARKUP }),
    { draft: `import ${provider}` },
  );
  /** The word for one provider is none for another. @param {string} name @param {any} value */
  const set = (name, value) => {
    form.set(name, value);
    if (name === "provider_id") form.set("currency_is_vnd", false);
  };
  const source = providers.find((/** @type {any} */ one) => String(one.id) === form.values.provider_id);
  const isStale =
    looked &&
    (looked.body.provider_id !== Number(form.values.provider_id) ||
      looked.body.markup_percent !== whole(form.values.markup_percent, MARKUP));
  const options = providers.map((/** @type {any} */ one) => ({ value: String(one.id), text: one.name }));
  return html`
    <${Card}>
      <${FormBox} form=${form}>
        <div class="row">
          <div class="col-md-6"><${Field} form=${{ ...form, set }} name="provider_id" label=${t("orders.provider")}
            options=${options} required
            hint=${source && exchangeSentence(source.currency, source.exchange_rate)} /></div>
          <div class="col-md-6"><${NumberField} form=${form} name="markup_percent" label=${t("import.markup")}
            kind=${MARKUP} required
            shown=${(/** @type {string} */ text) => t("number.understood", { value: percent(Number(text)) })}
            hint=${t("import.markup_hint")} /></div>
        </div>
        ${
          (form.values.currency_is_vnd || unpriced?.rule === "currency_unknown") &&
          html`<${Field} form=${form} name="currency_is_vnd" type="checkbox" label=${t("import.is_vnd")}
            hint=${t("import.is_vnd_hint")} />`
        }
        ${
          unpriced &&
          html`<p><a class="btn" href=${`/admin/providers?edit=${unpriced.values.provider_id}`}>
            ${t("import.set_rate")}</a></p>`
        }
        <${Button} submit kind="primary" icon="eye" busy=${form.busy}>${t("import.look")}<//>
        ${form.busy && html`<${Progress} provider=${Number(form.values.provider_id)} />`}
      <//>
    <//>
    ${isStale && html`<${Notice} kind="warning" live>${t("import.stale")}<//>`}
    ${
      looked &&
      html`<div hidden=${isStale}><${Choice} key=${JSON.stringify(looked.body)} looked=${looked} done=${done} /></div>`
    }`;
}

/** How far a running import is. @param {{provider: number}} props */
function Progress({ provider }) {
  const [state, setState] = useState(/** @type {any} */ (null));
  useEffect(() => {
    const look = () => ask(withQuery(PATH, { provider_id: provider })).then(setState, () => {});
    const timer = setInterval(look, 700);
    return () => clearInterval(timer);
  }, [provider]);
  return html`
    <div class="mt-3" role="status">
      ${state?.total ? t("import.progress", { done: state.checked, all: state.total }) : t("import.fetching")}
      <progress class="progress w-100" max=${state?.total || undefined} value=${
        state?.total ? state.checked : undefined
      }
        aria-label=${t("import.fetching")} />
    </div>`;
}

/** The ids of the lines that can be taken over. @param {any[]} lines @returns {Set<string>} */
const idsOf = (lines) =>
  new Set(lines.filter((line) => line.action !== "skipped").map((line) => line.provider_service_id));

/** @param {Set<string>} all @param {Set<string>} some */
const without = (all, some) => new Set([...all].filter((id) => !some.has(id)));

/** What would be sold below its cost, by today's list or by what it cost until now: a wrong exchange rate makes both of
 * them small. @param {any[]} lines @param {number | null} discount percent */
const lost = (lines, discount) =>
  losses(
    lines.map(({ name, rate, cost, cost_before }) => ({
      name: name ?? "–",
      rate,
      cost: cost_before && isBelow(cost, cost_before) ? cost_before : cost,
    })),
    discount,
  );

/** @type {Record<string, string>} */
const TONES = { created: "green", updated: "blue", unchanged: "secondary", skipped: "red" };

/** @param {{looked: any, done?: () => void}} props */
function Choice({ looked, done }) {
  const lines = looked.answer.items;
  const [chosen, setChosen] = useState(() => idsOf(lines));
  const [search, setSearch] = useState("");
  const [result, setResult] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const found = useMemo(
    () =>
      searched(
        lines,
        search,
        (/** @type {any} */ line) => line.provider_service_id ?? "",
        (/** @type {any} */ line) =>
          plain(`${line.provider_service_id ?? ""} ${line.name ?? ""} ${line.category ?? ""}`),
      ),
    [lines, search],
  );
  const question = useForm({ allow_loss: false }, async () => {});
  const discount = useBestDiscount();
  const lossy = useMemo(
    () =>
      lost(
        lines.filter((/** @type {any} */ line) => chosen.has(line.provider_service_id)),
        discount,
      ),
    [lines, chosen, discount],
  );
  const toggle = (/** @type {string} */ id) =>
    setChosen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const take = async () => {
    setBusy(true);
    await post(PATH, { ...looked.body, service_ids: [...chosen] })
      .then(setResult)
      .finally(() => setBusy(false));
    done?.();
  };
  if (result) {
    return html`<${Card}><${Notice} kind="success" title=${t("import.done")} live>
      ${t("import.result", {
        created: result.created,
        updated: result.updated,
        skipped: result.skipped,
      })}
    <//><a class="btn btn-primary" href="/admin/services">${t("menu.services")}</a><//>`;
  }
  return html`
    <${Card} flush>
      <div class="filters">
        <${Search} label=${t("services.search")} value=${search} change=${setSearch} />
        <${Button}
          work=${() => setChosen((old) => new Set([...old, ...idsOf(found)]))}>
          ${t("import.choose_found")}
        <//>
        <${Button} work=${() => setChosen((old) => without(old, idsOf(found)))}>${t("import.choose_none")}<//>
      </div>
      ${
        found.length
          ? html`<${Table} columns=${columns(chosen, toggle)} rows=${found.slice(0, SHOWN)} label=${t("import.title")}
            id=${(/** @type {any} */ line) => `${line.provider_service_id} ${line.name}`} />`
          : html`<${Empty} title=${t("common.nothing_found")} />`
      }
      <div class="card-body">
        ${
          found.length > SHOWN &&
          html`<p class="text-secondary">
          ${t("import.more", { count: found.length - SHOWN })}</p>`
        }
        <${LossQuestion} form=${question} found=${lossy} note=${buyersNote(discount)} />
        <${Button} kind="primary" icon="download" busy=${busy} work=${take}
          disabled=${discount === null || !chosen.size || (lossy.count > 0 && !question.values.allow_loss)}>
          ${t("import.take", { count: chosen.size })}
        <//>
        ${busy && html`<${Progress} provider=${looked.body.provider_id} />`}
      </div>
    <//>`;
}

/** @param {Set<string>} chosen @param {(id: string) => void} toggle @returns
 * {import("../../../ui/table.js").Column[]} */
const columns = (chosen, toggle) => [
  {
    label: t("orders.select"),
    cell: (line) =>
      line.action !== "skipped" &&
      html`<input type="checkbox" class="form-check-input" checked=${chosen.has(line.provider_service_id)}
        onChange=${() => toggle(line.provider_service_id)}
          aria-label=${t("import.select", { id: line.provider_service_id })} />`,
  },
  { label: "ID", cell: (line) => line.provider_service_id ?? "–" },
  {
    label: t("services.name"),
    class: "service-name",
    cell: (line) =>
      html`<bdi>${line.name ?? "–"}</bdi>
        <div class="text-secondary small"><bdi>${line.category ?? ""}</bdi>
          ${line.type && ` · ${t(`order_type.${line.type}`)}`}</div>`,
  },
  {
    label: t("services.cost"),
    number: true,
    cell: (line) => html`${line.cost ? rate(line.cost) : "–"}<${Before} value=${line.cost_before} now=${line.cost} />`,
  },
  {
    label: t("services.rate"),
    number: true,
    cell: (line) => html`${line.rate ? rate(line.rate) : "–"}<${Before} value=${line.rate_before} now=${line.rate} />`,
  },
  {
    label: t("import.what"),
    cell: (line) => html`
      <span
        class=${`badge status-${TONES[line.action]}`}>
        ${t(`import.action.${line.action}`)}</span>
      ${line.reason_coded && html`<div class="small text-break">${noted(line.reason_coded)}</div>`}`,
  },
];

/** What it was until now, where that differs. @param {{value: string | null, now: string | null}} props */
const Before = ({ value, now }) =>
  value && value !== now ? html`<div><del class="text-secondary small">${rate(value)}</del></div>` : null;
