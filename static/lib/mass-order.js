// @ts-check
// Many orders as text, a line an order: service, link and quantity by tabs, `|` or `;`, as they come from a
// spreadsheet. The link may stand anywhere; of the two numbers the service comes first, unless a line of headings says
// otherwise. Pure.

import { ApiError } from "./api.js";
import { linkKey, readLink, trimmed } from "./link.js";
import { read, whole } from "./number.js";
import { fieldsOfLine, problemIn } from "./order-fields.js";
import { foreignPlatform, plain } from "./services.js";

/** @typedef {import("./services.js").Service} Service */

/** A key of the words, and what they are completed by. @typedef {{key: string, about: Record<string, any>}} Remark */

/**
 * @typedef {object} Line
 * @property {number} number of the line in the text, from 1
 * @property {string} text
 * @property {number} serviceId
 * @property {string} link as it was typed where it is not understood
 * @property {number} quantity 0 where it is not understood
 * @property {Record<string, any>} fields what the service's type needs besides
 * @property {number | null} charge VND, as the panel says
 * @property {Remark | null} problem null when the line can be sent
 * @property {Remark | null} warning what to know before it is
 */

/** Which column is what. @typedef {{service: number, link: number, quantity: number}} Columns */

/** So many lines the panel takes at once; the others stay for the next time. */
const MOST_AT_ONCE = 1000;
const LINE_ENDS = /\r\n|\r|\n/;
const SEPARATORS = ["\t", "|", ";"];
/** What columns are called, without marks. @type {[keyof Columns, RegExp][]} */
const HEADINGS = [
  ["link", /link|url|lien ket|duong dan/],
  ["quantity", /quantity|qty|so luong|^sl$/],
  ["service", /service|dich vu|^id$|^ma/],
];

/** @param {string} key @param {Record<string, any>} [about] @returns {Remark} */
const remark = (key, about = {}) => ({ key, about });

const isNumber = (/** @type {string} */ cell) => /\d/.test(cell) && /^[\d\s.,'’_₫đ+-]+$/.test(cell);
const isAddress = (/** @type {string} */ cell) => /https?:\/\//i.test(cell);

const idIn = (/** @type {string} */ cell) => Number(/^#?(\d{1,15})$/.exec(cell)?.[1] ?? 0);

/** What a line for this service holds behind the usual three cells. @param {Service | undefined} service */
const furtherFields = (service) => fieldsOfLine(service) ?? [];

/** The cells of a line. A link may hold the sign that parts the columns: then what is between the numbers is the link.
 * @param {string} text @param {Map<number, Service>} known */
function cellsOf(text, known) {
  const separator = SEPARATORS.find((sign) => text.includes(sign)) ?? "|";
  const cells = text.split(separator).map(trimmed);
  if (cells.length > 3 && cells.length === 3 + furtherFields(known.get(idIn(cells[0]))).length) return cells;
  while (cells.length > 3 && !cells[cells.length - 1]) cells.pop();
  if (cells.length <= 3 || separator === "\t") return cells;
  if (isAddress(cells[1]) && isNumber(cells[cells.length - 1]))
    return [cells[0], cells.slice(1, -1).join(separator), cells[cells.length - 1]];
  if (isNumber(cells[1]) && isAddress(cells[2])) return [cells[0], cells[1], cells.slice(2).join(separator)];
  return cells;
}

/** The columns that headings name; null when this is no line of headings. @param {string[]} cells
 * @returns {Columns | null} */
function headings(cells) {
  if (cells.some((cell) => isNumber(cell) || isAddress(cell))) return null;
  const named = cells.map((cell) => HEADINGS.find(([, words]) => words.test(plain(cell)))?.[0]);
  const columns = Object.fromEntries(named.map((name, at) => [name, at]));
  const isWhole = HEADINGS.every(([name]) => name in columns);
  return isWhole ? /** @type {any} */ (columns) : null;
}

/** The columns of three cells without headings: the link is what is no number. @param {string[]} cells
 * @returns {Columns} */
function guessed(cells) {
  const texts = [0, 1, 2].filter((at) => !isNumber(cells[at]));
  const link = texts.find((at) => isAddress(cells[at])) ?? texts.find((at) => at > 0) ?? 1;
  const [service, quantity] = [0, 1, 2].filter((at) => at !== link);
  return { service, link, quantity };
}

/** @param {import("./order-fields.js").OrderField} field @param {string | undefined} cell */
const valueIn = ({ kind }, cell = "") => (kind === "integer" ? (whole(cell) ?? undefined) : cell || undefined);

/** What is wrong with cells that cannot become an order; whether the order is acceptable the panel says.
 * @param {Service} service @param {Record<string, string>} typed by the names of the fields
 * @returns {Remark | null} */
function problemOf(service, typed) {
  const further = fieldsOfLine(service);
  if (!further) return remark("mass_order.problem.needs_lines");
  for (const field of further) {
    const [text, about] = [typed[field.name] ?? "", { field: field.name }];
    if (field.required && !text) return remark("mass_order.problem.lacks", about);
    const why = problemIn(field, text);
    if (why) return remark("mass_order.problem.field", { ...about, why });
  }
  return null;
}

/** @param {{text: string, number: number}} line @param {Columns | null} columns
 * @param {Map<number, Service>} known @returns {Line} */
function parsed(line, columns, known) {
  const blank = {
    ...line,
    serviceId: 0,
    link: "",
    quantity: 0,
    fields: {},
    charge: null,
    warning: null,
  };
  const cells = cellsOf(line.text, known);
  const further = furtherFields(known.get(idIn(cells[0])));
  if (columns ? cells.length <= Math.max(...Object.values(columns)) : ![3, 3 + further.length].includes(cells.length))
    return { ...blank, problem: remark("mass_order.problem.three_parts") };
  const at = columns ?? guessed(cells);
  const id = idIn(cells[at.service]);
  const service = known.get(id);
  const units = read(cells[at.quantity]);
  // What a bad line holds stands in its columns too.
  const asTyped = {
    ...blank,
    serviceId: id,
    link: cells[at.link],
    quantity: "text" in units ? Number(units.text) : 0,
  };
  if (!service) return { ...asTyped, problem: remark("mass_order.problem.no_service") };
  const typed = Object.fromEntries(columns ? [] : further.map(({ name }, index) => [name, cells[3 + index] ?? ""]));
  const fields = Object.fromEntries(further.map((field) => [field.name, valueIn(field, typed[field.name])]));
  const found = { ...asTyped, fields };
  if (!("text" in units))
    return {
      ...found,
      problem: remark(`number.${units.problem}`, units.about),
    };
  const quantity = service.quantity_from === null ? 1 : Number(units.text);
  const link = readLink(cells[at.link], service.link_kind);
  if (!("link" in link))
    return {
      ...found,
      quantity,
      problem: remark(`link.${link.problem}`, link.about),
    };
  const problem = problemOf(service, typed);
  const platform = foreignPlatform(link.link, service);
  return {
    ...found,
    link: link.link,
    quantity,
    problem,
    warning: platform ? remark("link.other_platform", { platform }) : null,
  };
}

/** Every line with something on it, and the first of what is wrong with it. @param {string} text
 * @param {Service[]} services
 * @param {Map<string, number>} [running] orders that still run, by the keys of their links @returns {Line[]} */
export function parse(text, services, running = new Map()) {
  const known = new Map(services.map((service) => [service.id, service]));
  const [first, ...rest] = text
    .split(LINE_ENDS)
    // Not of blanks alone: a tab at the end is an empty cell.
    .map((line, index) => ({ text: line, number: index + 1 }))
    .filter((line) => trimmed(line.text));
  if (!first) return [];
  const columns = headings(cellsOf(first.text, known));
  const lines = (columns ? rest : [first, ...rest]).map((line) => parsed(line, columns, known));
  return limited(warned(lines, running));
}

/** With a warning where the link is that of a running order, or of a line before it. @param {Line[]} lines
 * @param {Map<string, number>} running @returns {Line[]} */
function warned(lines, running) {
  /** @type {Map<string, number>} */
  const before = new Map();
  return lines.map((line) => {
    if (line.problem || line.warning) return line;
    const key = linkKey(line.link);
    const [order, earlier] = [running.get(key), before.get(key)];
    if (!earlier) before.set(key, line.number);
    if (order) return { ...line, warning: remark("link.running", { id: order }) };
    return earlier ? { ...line, warning: remark("link.repeated", { line: earlier }) } : line;
  });
}

/** With a remark at the good lines that are too many for one time. @param {Line[]} lines @returns {Line[]} */
function limited(lines) {
  let good = 0;
  const tooMany = remark("mass_order.problem.too_many", { most: MOST_AT_ONCE });
  return lines.map((line) => (line.problem || ++good <= MOST_AT_ONCE ? line : { ...line, problem: tooMany }));
}

/** The body of the order. @param {Line} line */
export const wishOf = ({ fields, serviceId, link, quantity }) => ({ ...fields, service_id: serviceId, link, quantity });

/** The lines that the panel is asked about. @param {Line[]} lines */
export const good = (lines) => lines.filter((line) => !line.problem);

/** With what the panel says of the good ones, in their order. @param {Line[]} lines
 * @param {{charge?: number, error?: any}[]} said @returns {Line[]} */
export function judged(lines, said) {
  const answers = said.values();
  return lines.map((line) => {
    if (line.problem) return line;
    const { charge = null, error } = answers.next().value ?? {};
    if (!error) return { ...line, charge };
    const refusal = new ApiError(0, error);
    return { ...line, warning: null, problem: remark("mass_order.problem.refused", { refusal }) };
  });
}

/** The text without these lines. @param {string} text @param {number[]} numbers */
export const without = (text, numbers) =>
  text
    .split(LINE_ENDS)
    .filter((_, index) => !numbers.includes(index + 1))
    .join("\n");
