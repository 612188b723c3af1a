// @ts-check
// Many orders as text, a line an order: `service_id | link | quantity` or `service_id | quantity | link`. Pure.

import { charge } from "./money.js";

/** @typedef {import("./services.js").Service} Service */

/**
 * @typedef {object} Line
 * @property {number} number of the line in the text, from 1
 * @property {string} text
 * @property {number} serviceId
 * @property {string} link
 * @property {number} quantity
 * @property {number | null} charge VND, an estimate
 * @property {string} problem a key of the words; empty when the line can be sent
 * @property {Record<string, any>} about what the words are completed by
 */

const isNumber = (/** @type {string} */ text) => /^[\d.,_\s]+$/.test(text) && /\d/.test(text);
const digits = (/** @type {string} */ text) => Number(text.replace(/[.,_\s]/g, ""));

/** Which part is the link and which the quantity: the quantity is the one that is a number. @param {string[]} parts */
function sides([first, second]) {
  if (isNumber(second)) return { link: first, quantity: digits(second) };
  if (isNumber(first)) return { link: second, quantity: digits(first) };
  return null;
}

/** @param {Service} service @param {string} link @param {number} quantity */
function problemOf(service, link, quantity) {
  if (service.type === "custom_comments") return { problem: "needs_comments", about: {} };
  if (!link) return { problem: "no_link", about: {} };
  if (service.link_kind === "url" && !/^https?:\/\/\S+$/i.test(link)) return { problem: "bad_link", about: {} };
  if (link.length > 2048) return { problem: "long_link", about: {} };
  const { min_quantity: min, max_quantity: max } = service;
  if (service.type !== "package" && (quantity < min || quantity > max))
    return { problem: "bounds", about: { min, max } };
  return { problem: "", about: {} };
}

/** Every line with something on it, and the first of what is wrong with it. @param {string} text
 * @param {Service[]} services @param {number} discountPercent @returns {Line[]} */
export function parse(text, services, discountPercent) {
  const known = new Map(services.map((service) => [service.id, service]));
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text)
    .map((line) => {
      const blank = { ...line, serviceId: 0, link: "", quantity: 0, charge: null, about: {} };
      const parts = line.text.split("|").map((part) => part.trim());
      if (parts.length !== 3) return { ...blank, problem: "three_parts" };
      const serviceId = /^\d{1,15}$/.test(parts[0]) ? Number(parts[0]) : 0;
      const service = known.get(serviceId);
      if (!service) return { ...blank, serviceId, problem: "no_service" };
      const found = sides([parts[1], parts[2]]);
      if (!found || !Number.isSafeInteger(found.quantity)) return { ...blank, serviceId, problem: "no_quantity" };
      const quantity = service.type === "package" ? 1 : found.quantity;
      const { problem, about } = problemOf(service, found.link, quantity);
      const cost = problem ? null : charge(service, quantity, discountPercent);
      return { ...line, serviceId, link: found.link, quantity, charge: cost, problem, about };
    });
}

/** What all good lines cost together, in VND. @param {Line[]} lines */
export const total = (lines) => lines.reduce((sum, line) => sum + (line.charge ?? 0), 0);
