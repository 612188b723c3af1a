// @ts-check
// What providers say of money is in their currency, which an order does not name.

import { useAnswer } from "../../../lib/load.js";

/** An order's provider; null while it is not known, and of an order fulfilled by hand. @param {any} order */
export function useProvider({ provider_id: id }) {
  const providers = useAnswer(id ? "/api/admin/providers" : null).data?.items ?? [];
  return providers.find((/** @type {any} */ one) => one.id === id) ?? null;
}

/** The currency of an order's provider; null while it is not known. @param {any} order @returns {string | null} */
export const useCurrency = (order) => useProvider(order)?.currency ?? null;

/** A note about an order, whose amounts are in this currency unless it names one.
 * @param {{code: string, values?: Record<string, any>}} note @param {string | null} currency */
export const inCurrency = (note, currency) => ({
  ...note,
  values: { ...note.values, currency: note.values?.currency ?? currency },
});
