// @ts-check
// The services on sale: read once, looked through in memory. Pure; `load.js` reads them.

import { PLATFORMS, platformOfLink } from "./platforms.js";

/** @typedef {{id: number, name: string, category: string, description: string, type: string, link_kind: string,
 *   rate: string, rate_per: "thousand" | "order", min_quantity: number, max_quantity: number, active: boolean,
 *   average_seconds: number | null, refill: boolean, refill_days: number, cancel: boolean,
 *   fields: import("./order-fields.js").OrderField[], quantity_from: string | null,
 *   posts_from: string[] | null, times: string | null, dripfeed: boolean, my_rate?: string,
 *   favourite?: boolean, category_icon: string | null, server: number | null, note: string | null,
 *   state: "ok" | "slow" | "maintenance"}} Service
 * `my_rate` is what the caller pays, with all that comes off */

/** What a buyer pays for it: guests see the general rate. @param {Service} service */
export const priceOf = (service) => service.my_rate ?? service.rate;

/** Letters without their marks, so that "tang" finds "tăng". @param {string} text */
export const plain = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

/** What a service is found by, made once for each. @type {WeakMap<Service, {text: string, platform: string}>} */
const known = new WeakMap();

/** @param {Service} service */
function found(service) {
  let entry = known.get(service);
  if (!entry) {
    const text = plain(`${service.name} ${service.category}`);
    const said = service.category_icon;
    const isTheirs = (/** @type {typeof PLATFORMS[number]} */ { name, words }) =>
      said ? name.toLowerCase() === said : words.some((word) => text.includes(word));
    const platform = PLATFORMS.find(isTheirs)?.name ?? "";
    known.set(service, (entry = { text, platform }));
  }
  return entry;
}

/** The platform a service belongs to, or "". @param {Service} service */
export const platformOf = (service) => found(service).platform;

/** Its picture. @param {Service} service */
export const iconOf = (service) => PLATFORMS.find(({ name }) => name === platformOf(service))?.icon ?? "tag";

/** The platform of a link when it is another one than the service's, else "". @param {string} link
 * @param {Service} service */
export function foreignPlatform(link, service) {
  const [theirs, ours] = [platformOfLink(link), platformOf(service)];
  return theirs && ours && theirs !== ours ? theirs : "";
}

/** What a search finds: the one of this id first, then what holds all the words in any order; behind a `#` the id
 * alone. @template T @param {T[]} all @param {string} search @param {(one: T) => string} idOf
 * @param {(one: T) => string} textOf without marks, as `plain` writes it @returns {T[]} */
export function searched(all, search, idOf, textOf) {
  const [, hash, id] = /^(#?)\s*(\d+)$/.exec(search.trim()) ?? [];
  const exact = all.filter((one) => id !== undefined && idOf(one) === id);
  if (hash) return exact;
  const words = plain(search).split(/\s+/).filter(Boolean);
  const holds = (/** @type {T} */ one) => !exact.includes(one) && words.every((word) => textOf(one).includes(word));
  return [...exact, ...all.filter(holds)];
}

/** What fits a platform, a category and a search. @param {Service[]} services
 * @param {{platform?: string, category?: string, search?: string}} wanted */
export function filtered(services, { platform = "", category = "", search = "" }) {
  const fitting = services.filter(
    (service) => (!platform || platformOf(service) === platform) && (!category || service.category === category),
  );
  if (!search.trim()) return fitting;
  return searched(
    fitting,
    search,
    (service) => String(service.id),
    (service) => found(service).text,
  );
}

/** What can be ordered now. @param {Service[]} services */
export const sold = (services) => services.filter(({ state }) => state !== "maintenance");

/** Categories in the order of the list. @param {Service[]} services */
export const categories = (services) => [...new Set(services.map((service) => service.category))];

/** Platforms that anything is sold for. @param {Service[]} services */
export function platforms(services) {
  const sold = new Set(services.map(platformOf));
  return PLATFORMS.filter(({ name }) => sold.has(name));
}
