// @ts-check
// A long import is written down in parts; read, they are one.

const ACTION = "service.import";
/** The parts of one import follow each other; whatever comes later is another one. */
const APART_MS = 60_000;

/** Whether two entries, the newer one first, are parts of the same import. @param {any} newer @param {any} older */
const areParts = (newer, older) =>
  newer.action === ACTION &&
  older.action === ACTION &&
  newer.actor === older.actor &&
  newer.subject === older.subject &&
  newer.after.markup_percent === older.after.markup_percent &&
  Date.parse(newer.began_at ?? newer.created_at) - Date.parse(older.created_at) <= APART_MS;

/** The entries, newest first, with the parts of each import as one that has all their services.
 * @param {any[]} entries @returns {any[]} */
export function folded(entries) {
  /** @type {any[]} */
  const rows = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (!last || !areParts(last, entry)) {
      rows.push(entry);
      continue;
    }
    const services = [...entry.after.services, ...last.after.services];
    rows[rows.length - 1] = { ...last, began_at: entry.created_at, after: { ...last.after, services } };
  }
  return rows;
}
