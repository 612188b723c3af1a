// @ts-check
// The one reader of numbers that people type. Pure: it gives a value, or the reason why there is none.
//
// A dot, a comma, a blank or an apostrophe before exactly three digits is a group of thousands, in both languages:
// `2.500` is two thousand five hundred. A tail of zeros (`.00`, `,0`) falls away. Any other tail is a fraction, which
// only some fields take. What can be read in two ways is refused.

/**
 * What a field takes.
 * @typedef {object} Kind
 * @property {number} [places] of the fraction; 0 unless said otherwise
 * @property {number} [min] 0 unless said otherwise
 * @property {number} [max]
 * @property {boolean} [optional] may be left blank
 * @property {string} [ending] what may stand behind the digits, beside the money's name: a percent sign
 */

/** `text` is the value as a plain decimal, as the API takes it.
 * @typedef {{text: string} | {problem: string, about: Record<string, string>}} Read */

/** VND, and whatever else is counted. @type {Kind} */
export const WHOLE = {};
/** An amount that has to be more than nothing. @type {Kind} */
export const AMOUNT = { min: 1 };
/** Money in or out: a minus takes away. @type {Kind} */
export const SIGNED = { min: -Infinity };
/** @type {Kind} */
export const PERCENT = { max: 100, ending: "%" };
/** On top of a cost: may be many times it. @type {Kind} */
export const MARKUP = { max: 10_000, ending: "%" };
/** VND for 1,000 units, or for a unit of another currency. @type {Kind} */
export const RATE = { places: 3 };

/** Blanks of every width, but for line breaks. */
const BLANK = "[ \\t\\u00a0\\u2000-\\u200a\\u202f\\u205f\\u3000]";
/** Or what nobody sees. */
const AROUND = new RegExp(`^(?:${BLANK}|\\p{DI})+|(?:${BLANK}|\\p{DI})+$`, "gu");
const CURRENCY = "₫|đ|d|vnđ|vnd|đồng|dong";
/** Beyond it no sum of the panel is exact in a browser. */
const MOST_DIGITS = 15;

/** @param {string} problem @param {Record<string, string>} [about] @returns {Read} */
const refused = (problem, about = {}) => ({ problem, about });

/** Reads what was typed. @param {string} typed @param {Kind} [kind] @returns {Read} */
export function read(typed, kind = WHOLE) {
  const text = bare(typed, kind);
  if (!text) return kind.optional ? { text: "" } : refused("blank");
  const parts = /^([-−+]?)([\d.,'’_ ]*\d)$/.exec(text);
  if (!parts || !/^\d/.test(parts[2])) return refused(/\d/.test(text) ? "not_a_number" : "no_digits");
  const split = integerAndPlaces(parts[2]);
  if (!split) return refused("unclear");
  const [integer, places] = split;
  const { places: most = 0 } = kind;
  if (places.length > most) return most ? refused("places", { places: String(most) }) : refused("fraction");
  if (integer.length > MOST_DIGITS) return refused("too_large", { max: "9".repeat(MOST_DIGITS) });
  const isBelow = /[-−]/.test(parts[1]) && Number(`${integer}.${places || 0}`) > 0;
  const value = `${isBelow ? "-" : ""}${integer}${places && `.${places}`}`;
  return bounded(value, kind);
}

/** @param {string} value @param {Kind} kind @returns {Read} */
function bounded(value, { min = 0, max = Infinity }) {
  if (Number(value) < 0 && min >= 0) return refused("negative");
  if (Number(value) < min) return refused("too_small", { min: String(min) });
  if (Number(value) > max) return refused("too_large", { max: String(max) });
  return { text: value };
}

/** Without blanks and names of money around it, all blanks inside alike. @param {string} typed @param {Kind} kind */
function bare(typed, { ending }) {
  const inner = typed.replace(AROUND, "").replace(new RegExp(BLANK, "g"), " ");
  const around = ending ?? CURRENCY;
  const cut = inner.replace(new RegExp(`^([-−+]?) ?(?:${around}) ?(?=[-−+\\d])`, "i"), "$1");
  return cut.replace(new RegExp(` ?(?:${around})\\.?$`, "i"), "").replace(/^([-−+]) /, "$1");
}

/** Groups of thousands with alike marks, and a fraction behind another mark. */
const GROUPED = /^([1-9]\d{0,2}([.,'’_ ])\d{3}(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?$/;
const PLAIN = /^(\d+)(?:[.,](\d+))?$/;

/** The whole part and the fraction without its zeros at the end; null when it can be read in two ways.
 * @param {string} text @returns {[string, string] | null} */
function integerAndPlaces(text) {
  const grouped = GROUPED.exec(text);
  const plain = PLAIN.exec(text);
  const [integer, places = ""] = grouped ? [grouped[1], grouped[3]] : plain ? [plain[1], plain[2]] : [""];
  // Three digits at the end are a group, unless no group can begin so: `0.125`.
  if (!integer || (places.length === 3 && integer !== "0")) return null;
  return [integer.replace(/\D/g, "").replace(/^0+(?=\d)/, ""), places.replace(/0+$/, "")];
}

/** A whole number; null when it is none. @param {string} typed @param {Kind} [kind] */
export function whole(typed, kind = WHOLE) {
  const found = read(typed, { ...kind, places: 0 });
  return "text" in found && found.text ? Number(found.text) : null;
}

/** A decimal as the API takes it; null when it is none. @param {string} typed @param {Kind} [kind] */
export function decimal(typed, kind = RATE) {
  const found = read(typed, kind);
  return "text" in found && found.text ? found.text : null;
}

/** As the API takes it, by its kind; null when it is none. @param {string} typed @param {Kind} kind */
export const valueOf = (typed, kind) => (kind.places ? decimal(typed, kind) : whole(typed, kind));

/** A number of the API for a field: three places get a fourth, since three digits behind a dot are a group.
 * @param {string | number | null | undefined} value */
export const forField = (value) => String(value ?? "").replace(/^(-?[1-9]\d*\.\d{3})$/, "$10");
