// @ts-check
// What an order was given, for the form that buys the same once more. Pure.

import { dayAhead } from "./order-fields.js";
import { now, typedMoment } from "./time.js";

/** What the form begins with to buy the same as this order once more: all but a time that is over.
 * @param {any} order of the API, with its params @returns {Record<string, any>} */
export function valuesOf({ service_id: service, link, quantity, comments, params, runs, interval, start_at: start }) {
  const given = Object.entries({ link, quantity, comments, ...params }).filter(([, value]) => value !== null);
  const values = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  if (values.expiry && values.expiry < dayAhead(1)) values.expiry = "";
  const isAhead = start && Date.parse(start) > now();
  return {
    ...values,
    service: String(service),
    ...(runs && { runs: String(runs), interval: String(interval) }),
    ...(isAhead && { start_at: typedMoment(Date.parse(start)) }),
  };
}
