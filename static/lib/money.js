// @ts-check
// Money as the panel reckons it: whole VND. The browser never decides a price; the formulas here are the
// server's, for estimates while something is typed; both are checked by the same cases.

/** A rate ("12000", "2.5") in thousandths of a VND; null when it is none. @param {string} rate */
export function thousandths(rate) {
  const parts = /^(\d{1,15})(?:\.(\d{1,3}))?$/.exec(rate);
  return parts ? BigInt(parts[1]) * 1000n + BigInt((parts[2] ?? "").padEnd(3, "0")) : null;
}

/** @param {bigint} dividend @param {bigint} divisor */
const roundedUp = (dividend, divisor) => (dividend + divisor - 1n) / divisor;

/**
 * What an order would cost, in VND: rate x units x (100 - discount) / 100,000, rounded up, at least 1. Where
 * the rate is for one order, the units do not count. Null when something is missing or no number.
 * @param {{rate: string, rate_per: string}} service @param {number} units @param {number} discountPercent
 */
export function charge(service, units, discountPercent) {
  const rate = thousandths(service.rate);
  if (rate === null || !Number.isSafeInteger(units) || units < 1) return null;
  const share = BigInt(100 - discountPercent);
  const exact =
    service.rate_per === "order"
      ? roundedUp(rate * share, 100_000n)
      : roundedUp(rate * BigInt(units) * share, 100_000_000n);
  return Number(exact > 1n ? exact : 1n);
}

/** What goes back with a status, in VND: the same formula as the server's, to show an estimate.
 * @param {{charge: number, refunded: number, quantity: number}} order @param {string} status
 * @param {number | null} remains undelivered units */
export function refund(order, status, remains) {
  if (status === "canceled") return order.charge - order.refunded;
  if (status !== "partial" || remains === null) return 0;
  const left = Math.min(Math.max(remains, 0), order.quantity);
  return Number((BigInt(order.charge) * BigInt(left)) / BigInt(order.quantity));
}

/** A rate after the discount, as a decimal with at most three places, rounded up. @param {string} rate
 * @param {number} discountPercent */
export function discounted(rate, discountPercent) {
  const full = thousandths(rate);
  if (full === null) return rate;
  return decimal(roundedUp(full * BigInt(100 - discountPercent), 100n));
}

/** @param {bigint} milli */
function decimal(milli) {
  const places = String(milli % 1000n)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return places ? `${milli / 1000n}.${places}` : String(milli / 1000n);
}

/** What a price in another currency costs in VND, rounded up to a thousandth. @param {string} price a decimal
 * @param {string} exchange VND for a unit of the currency, a decimal */
export function converted(price, exchange) {
  const [exact, by] = [thousandths(price), thousandths(exchange)];
  return exact === null || by === null ? null : decimal(roundedUp(exact * by, 1000n));
}

/** Whether something is sold for less than it costs. @param {string | null} rate @param {string | null} cost */
export function isBelow(rate, cost) {
  const [price, least] = [thousandths(rate ?? ""), thousandths(cost ?? "")];
  return price !== null && least !== null && price < least;
}
