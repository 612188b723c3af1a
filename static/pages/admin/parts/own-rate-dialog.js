// @ts-check
// One own price is added, changed or taken away; the API takes all of a customer's at once.

import { put, withQuery } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { percent, rate, t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { marginPercent } from "../../../lib/margin.js";
import { decimal, forField, RATE } from "../../../lib/number.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { FormBox, useForm } from "../../../ui/form.js";
import { NumberField, wrongNumbers } from "../../../ui/number-field.js";
import { Search } from "../../../ui/search.js";
import { toastSaved } from "../../../ui/toast.js";
import { bestOf, buyersNote, losses, LossQuestion, unanswered } from "./loss.js";

/** @typedef {import("./own-rates.js").OwnRate} OwnRate */
/** @typedef {{user: any, rates: OwnRate[], line?: OwnRate, done: (after: any) => void, close: () => void}} Props */

/** Those that nobody has said yet that they shall be sold below their cost. @param {OwnRate[]} rates
 * @param {number} off percent that may come off them */
const lost = (rates, off) =>
  losses(
    rates.filter(({ allow_loss }) => !allow_loss).map(({ service_name, ...one }) => ({ ...one, name: service_name })),
    off,
  );

/** What comes off own prices at most, in percent; null until it is known. @returns {number | null} */
function useOff() {
  const settings = useAnswer("/api/admin/settings").data;
  if (!settings) return null;
  return settings.discount_on_own_rates ? bestOf(settings) : 0;
}

/** Sends all of them. @param {any} user @param {OwnRate[]} rates
 * @param {boolean} loss what is below its cost is wished */
const send = (user, rates, loss) =>
  put(`/api/admin/users/${user.id}/rates`, {
    rates: rates.map(({ service_id, rate, allow_loss }) => ({ service_id, rate, allow_loss: allow_loss || loss })),
  });

/** @param {Props} props */
export function OwnRateDialog({ user, rates, line, done, close }) {
  const [service, choose] = useState(/** @type {any} */ (line && ofLine(line)));
  const off = useOff();
  const others = rates.filter(({ service_id }) => service_id !== service?.id);
  const wanted = (/** @type {string} */ typed) => {
    const own = decimal(typed);
    if (!service || own === null) return others;
    const known = { service_id: service.id, service_name: service.name, service_rate: service.rate, ...service };
    return [...others, { ...known, rate: own, allow_loss: false, counts: true }];
  };
  const form = useForm(
    { rate: forField(line?.rate), allow_loss: false },
    async (values) => {
      done(await send(user, wanted(values.rate), values.allow_loss));
      toastSaved({ rate: values.rate });
    },
    (values) => ({
      ...(service ? {} : { rate: t("user.rate_choose") }),
      ...wrongNumbers(values, { rate: RATE }),
      ...unanswered(values, lost(wanted(values.rate), off ?? 0)),
    }),
    { draft: line ? `own rate ${user.id} ${line.service_id}` : "", asks: Boolean(line) },
  );
  return html`
    <${Dialog} title=${line ? t("user.rate_edit") : t("user.rate_add")} close=${close}>
      ${service ? html`<${Chosen} service=${service} />` : html`<${Pick} rates=${rates} choose=${choose} />`}
      ${
        service &&
        html`<${FormBox} form=${form}>
          <${NumberField} form=${form} name="rate" label=${t("user.rate")} kind=${RATE} required
            explains="typed" shown=${(/** @type {string} */ typed) => sample(service, typed)}
            hint=${off ? t("user.rate_discount", { percent: percent(off) }) : undefined} />
          <${LossQuestion} form=${form} found=${lost(wanted(form.values.rate), off ?? 0)} note=${buyersNote(off)} />
          <${Button} submit kind="primary" busy=${form.busy} disabled=${off === null}>${t("common.save")}<//>
        <//>`
      }
    <//>`;
}

/** What has come to be below its cost since is asked about here too. @param {Props & {line: OwnRate}} props */
export function RemoveOwnRate({ user, rates, line, done, close }) {
  const left = rates.filter(({ service_id }) => service_id !== line.service_id);
  const found = lost(left, useOff() ?? 0);
  const form = useForm(
    { allow_loss: false },
    async ({ allow_loss }) => {
      done(await send(user, left, allow_loss));
      toastSaved({ rate: null });
    },
    (values) => unanswered(values, found),
  );
  return html`
    <${Dialog} title=${t("user.rate_remove")} close=${close}>
      <p><bdi>${line.service_name}</bdi></p>
      <p>${t("user.rate_remove_effect", { name: user.username, rate: rate(line.service_rate) })}</p>
      <${FormBox} form=${form}>
        <${LossQuestion} form=${form} found=${found} />
        <${Button} submit kind="danger" busy=${form.busy}>${t("user.rate_remove")}<//>
      <//>
    <//>`;
}

/** A line as the service that it is for. @param {OwnRate} line */
const ofLine = (line) => ({
  id: line.service_id,
  name: line.service_name,
  rate: line.service_rate,
  rate_per: line.rate_per,
  cost: line.cost,
});

/** What the typed price comes to. @param {any} service @param {string} typed */
function sample(service, typed) {
  const price = t(service.rate_per === "order" ? "services.each" : "services.for_thousand", { rate: rate(typed) });
  const margin = marginPercent(typed, service.cost);
  return margin === null ? price : t("user.rate_margin", { rate: price, percent: percent(margin) });
}

/** @param {{service: any}} props */
const Chosen = ({ service }) => html`
  <p><bdi>${service.id} · ${service.name}</bdi></p>
  <dl class="facts">
    <dt>${t("user.rate_general")}</dt><dd>${rate(service.rate)}</dd>
    <dt>${t("services.cost")}</dt><dd>${service.cost === null ? "–" : rate(service.cost)}</dd>
  </dl>`;

/** A service that has no own price yet. @param {{rates: OwnRate[], choose: (service: any) => void}} props */
function Pick({ rates, choose }) {
  const [search, setSearch] = useState("");
  const found = useAnswer(withQuery("/api/admin/services", { search, limit: 8 }));
  const known = new Set(rates.map(({ service_id }) => service_id));
  const free = (found.data?.items ?? []).filter((/** @type {any} */ service) => !known.has(service.id));
  return html`
    <${Search} label=${t("user.rate_find")} value=${search} change=${setSearch} />
    <div class="list-group my-3" role="group" aria-label=${t("user.rate_find")}>
      ${free.map(
        (/** @type {any} */ service) => html`
        <button key=${service.id} type="button" class="list-group-item list-group-item-action"
          onClick=${() => choose(service)}>
          <bdi>${service.id} · ${service.name}</bdi> · ${rate(service.rate)}
        </button>`,
      )}
    </div>
    ${found.data && !free.length && html`<p class="text-secondary">${t("common.nothing_found")}</p>`}`;
}
