// @ts-check
// What an order of a service needs, by the fields that the service names. Pure.

import { readLink, trimmed } from "./link.js";
import { read, whole } from "./number.js";
import { daysBefore, readMoment, today } from "./time.js";

/** @typedef {import("./services.js").Service} Service */

/**
 * @typedef {object} OrderField
 * @property {string} name
 * @property {"link" | "integer" | "text" | "lines" | "choice" | "date"} kind
 * @property {boolean} required
 * @property {string[]} [choices]
 * @property {number} [min] of a number, of the number of lines, or of the days from today
 * @property {number} [max]
 * @property {{field: string, value: string}} [only_with] it belongs to an order with this choice only
 */

/** Whatever may end a line for somebody who counts lines. */
const LINE_ENDS = /[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** Lines on which something is seen, as the server counts them. @param {string} text */
export const countLines = (text) => text.split(LINE_ENDS).filter((line) => trimmed(line)).length;

/** The day so many days ahead, as a field of a form has it. @param {number} days */
export const dayAhead = (days) => daysBefore(today(), -days);

/** What was typed into a field. @param {Record<string, any>} values @param {string} name */
export const typedIn = (values, name) => String(values[name] ?? "");

/** How many units are asked for; null when that is not known yet. @param {Service} service
 * @param {Record<string, any>} values */
export function quantityOf({ quantity_from: name, posts_from: posts }, values) {
  if (name === null) return 1;
  if (posts) return timesPosts(whole(typedIn(values, name)), posts, values);
  return name === "quantity" ? whole(typedIn(values, name)) : countLines(typedIn(values, name));
}

/** The most for a post, times the posts of all these fields. @param {number | null} most @param {string[]} names
 * @param {Record<string, any>} values */
function timesPosts(most, names, values) {
  let posts = 0;
  for (const name of names) {
    const count = trimmed(typedIn(values, name)) ? whole(typedIn(values, name)) : 0;
    if (count === null) return null;
    posts += count;
  }
  return most === null ? null : most * posts;
}

/** Everything a field of the type takes, as the server names it, else what is wrong: a key of the words, and what they
 * are completed by. The link and the lines that count are looked at elsewhere. @param {OrderField} field
 * @param {string} typed @returns {{key: string, about: Record<string, any>} | null} */
export function problemIn({ kind, required, choices = [], min = 0, max = Infinity }, typed) {
  if (kind === "integer") {
    const found = read(typed, { min, max, optional: !required });
    return "text" in found ? null : { key: `number.${found.problem}`, about: found.about };
  }
  const text = trimmed(typed);
  if (!text) return required ? { key: "common.missing", about: {} } : null;
  if (kind === "choice" && !choices.includes(text)) return { key: "rule.one_of", about: { words: choices.join(", ") } };
  if (kind === "date" && !(text >= dayAhead(min) && text <= dayAhead(max)))
    return { key: "rule.day_ahead", about: { days: max } };
  return null;
}

/** What is wrong with so many lines; null when they are enough and not too many. @param {number} lines
 * @param {number} min @param {number} max @returns {{key: string, about: Record<string, number>} | null} */
export function problemOfLines(lines, min, max) {
  if (lines < min) return { key: "new_order.too_few_lines", about: { min, lines } };
  return lines > max ? { key: "new_order.too_many_lines", about: { max, lines } } : null;
}

/** The link that was typed, or "". @param {Service} service @param {Record<string, any>} values */
export function linkOf(service, values) {
  const found = readLink(typedIn(values, "link"), service.link_kind);
  return "link" in found ? found.link : "";
}

/** Whether it is ordered in runs. @param {Service} service @param {Record<string, any>} values */
export const isFed = (service, values) => service.dripfeed && Boolean(values.drip_feed);

/** What an order is priced by; null when that is not known yet. @param {Service} service
 * @param {Record<string, any>} values */
export function unitsOf(service, values) {
  const quantity = quantityOf(service, values);
  const times = service.times ? whole(typedIn(values, service.times)) : 1;
  const runs = isFed(service, values) ? whole(typedIn(values, "runs")) : 1;
  return quantity === null || times === null || runs === null ? null : quantity * times * runs;
}

/** The fields that an order with these values has. @param {Service} service @param {Record<string, any>} values */
export const fieldsWith = ({ fields }, values) =>
  fields.filter(({ only_with: only }) => !only || typedIn(values, only.field) === only.value);

/** The body of an order. @param {Service} service @param {Record<string, any>} values */
export function bodyOf(service, values) {
  const given = fieldsWith(service, values).map(({ name, kind }) => {
    const typed = typedIn(values, name);
    if (kind === "link") return [name, linkOf(service, values)];
    if (kind === "integer") return [name, whole(typed) ?? undefined];
    return [name, typed.trim() ? typed : undefined];
  });
  const start = readMoment(typedIn(values, "start_at"));
  const [runs, interval] = ["runs", "interval"].map((name) => whole(typedIn(values, name)));
  return {
    service_id: service.id,
    ...Object.fromEntries(given),
    ...(start && { start_at: start }),
    ...(isFed(service, values) && { runs, interval }),
  };
}

/** The fields of an order that stand in a line beside the service, the link and the quantity; null where one needs
 * lines of its own, or another choice, or there is no link.
 * @param {Service | undefined} service @returns {OrderField[] | null} */
export function fieldsOfLine(service) {
  const further = (service?.fields ?? []).filter(({ name }) => name !== "link" && name !== "quantity");
  const fits = !service?.posts_from && !further.some(({ kind, only_with: only }) => kind === "lines" || only);
  return fits ? further : null;
}
