// @ts-check
// A service's name, rate and limits, typed where they stand in the list. Enter saves, Escape leaves it as it was.

import { put } from "../../../lib/api.js";
import { html, isComposing, useEffect, useId, useRef, useState } from "../../../lib/dom.js";
import { number, numberSentence, rate, sentence, t } from "../../../lib/i18n.js";
import { AMOUNT, decimal, forField, RATE, read } from "../../../lib/number.js";
import { mayLeave } from "../../../lib/router.js";
import { missing, useForm } from "../../../ui/form.js";
import { withNumbers, wrongNumbers } from "../../../ui/number-field.js";
import { toastSaved } from "../../../ui/toast.js";
import { bestDiscount, losses } from "./loss.js";

const NUMBERS = { rate: RATE, min_quantity: AMOUNT, max_quantity: AMOUNT };
const MOST_NAME = 300;
const UNDERSTOOD = "inline-understood";

/** @param {any} row what is typed at first */
const firstOf = (row) => ({
  name: row?.name ?? "",
  rate: forField(row?.rate),
  min_quantity: String(row?.min_quantity ?? ""),
  max_quantity: String(row?.max_quantity ?? ""),
});

/** @param {string} name */
const tooLong = (name) => {
  const count = [...name].length;
  return count > MOST_NAME ? { name: t("common.too_long", { count, most: MOST_NAME }) } : {};
};

/** Below its cost it is sold only where somebody says so, for which there is no room here.
 * @param {any} row @param {Record<string, any>} values */
async function wouldLose(row, values) {
  const typed = decimal(values.rate);
  if (typed === null || values.rate === firstOf(row).rate) return {};
  const { count } = losses([{ name: row.name, rate: typed, cost: row.cost }], await bestDiscount());
  return count ? { rate: t("services.inline_loss", { cost: rate(row.cost) }) } : {};
}

/** @typedef {ReturnType<typeof useInline>} Inline */

/** The row that is being edited, if one is. @param {any[]} rows @param {(service: any) => void} replace
 * @param {(id: number) => void} leave gives the focus back to its row */
export function useInline(rows, replace, leave) {
  const [row, setRow] = useState(/** @type {any} */ (null));
  // The field that is typed in.
  const [at, look] = useState("");
  const drop = () => {
    setRow(null);
    form.reset(firstOf(null));
  };
  const close = () => {
    const { id } = row;
    drop();
    requestAnimationFrame(() => leave(id));
  };
  const isThere = row !== null && rows.some(({ id }) => id === row.id);
  useEffect(() => {
    if (row && !isThere) drop();
  }, [isThere]);
  const send = async (/** @type {Record<string, any>} */ _, /** @type {Record<string, any>} */ changed) => {
    const body = withNumbers(changed, NUMBERS);
    if (Object.keys(body).length) {
      replace(await put(`/api/admin/services/${row.id}`, body));
      toastSaved(body);
    }
    close();
  };
  const check = async (/** @type {Record<string, any>} */ values) => ({
    ...(await wouldLose(row, values)),
    ...missing(values, ["name"]),
    ...tooLong(values.name),
    ...wrongNumbers(values, NUMBERS),
  });
  const form = useForm(firstOf(row), send, check, { asks: true });
  const start = async (/** @type {any} */ next) => {
    // What was typed in another row is not thrown away by a slip.
    if (row && !(await mayLeave())) return;
    form.reset(firstOf(next));
    setRow(next);
  };
  return { id: row?.id, form, start, close, at, look };
}

/** One field in the place of what its cell says.
 * @param {{inline: Inline, name: string, label: string, kind?: import("../../../lib/number.js").Kind,
 *   first?: boolean}} props */
export function InlineField({ inline, name, label, kind, first }) {
  const { form, close } = inline;
  const [id, box] = [useId(), useRef(/** @type {HTMLInputElement | null} */ (null))];
  useEffect(() => {
    if (!first) return;
    box.current?.focus();
    box.current?.select();
  }, []);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      form.submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  const typed = form.values[name];
  const found = kind ? read(typed, kind) : { text: "" };
  const wrong = "text" in found || found.problem === "blank" ? "" : numberSentence(found);
  const refused = form.errors[name] || wrong || (first && form.failure && sentence(form.failure));
  const describedBy = refused ? id : kind && inline.at === name ? UNDERSTOOD : undefined;
  return html`
    <span class="inline-field">
      <input ref=${box} class=${`form-control ${refused ? "is-invalid" : ""}`} name=${name} value=${typed}
        aria-label=${label} aria-invalid=${refused ? "true" : undefined} aria-describedby=${describedBy}
        onFocus=${() => inline.look(name)}
        autocomplete="off" spellcheck=${!kind && undefined} inputmode=${kind && (kind.places ? "decimal" : "numeric")}
        onKeyDown=${key} onInput=${(/** @type {any} */ event) => form.set(name, event.target.value)} />
      ${refused && html`<span class="inline-said is-wrong" id=${id} role="status">${refused}</span>`}
    </span>`;
}

/** The limits: two fields in one cell. @param {{inline: Inline}} props */
export const InlineBounds = ({ inline }) => html`
  <span class="inline-two">
    <${InlineField} inline=${inline} name="min_quantity" label=${t("services.min")} kind=${AMOUNT} />
    –
    <${InlineField} inline=${inline} name="max_quantity" label=${t("services.max")} kind=${AMOUNT} />
  </span>`;

/** @param {{inline: Inline}} props */
export const InlineRate = ({ inline }) => html`
  <${InlineField} inline=${inline} name="rate" label=${t("services.rate")} kind=${RATE} />`;

/** @param {{inline: Inline}} props */
export const InlineName = ({ inline }) => html`
  <${InlineField} inline=${inline} name="name" label=${t("services.name")} first />`;

/** How a number that could be read as another one was read: in the row's own last cell, over no other figure.
 * @param {{inline: Inline}} props */
export function InlineUnderstood({ inline: { form, at } }) {
  const kind = NUMBERS[/** @type {keyof typeof NUMBERS} */ (at)];
  const found = kind ? read(form.values[at], kind) : { text: "" };
  const isOther = "text" in found && found.text && found.text !== form.values[at];
  const said = isOther ? (at === "rate" ? rate(found.text) : number(Number(found.text))) : "";
  return html`<span class="inline-understood" id=${UNDERSTOOD} role="status" title=${said}>${said}</span>`;
}
