// @ts-check
// What the reseller API is asked: its actions, with values of the caller's own.

import { platformOf } from "./services.js";

/** @typedef {import("./services.js").Service} Service */
/** A parameter that can be filled in; an `optional` one is left out while it is empty, and `value` is its example.
 * @typedef {{name: string, value: string, lines?: boolean, optional?: boolean}} Parameter */

/** Links as each platform has them. @type {Record<string, string>} */
const LINKS = {
  TikTok: "https://www.tiktok.com/@example/video/1",
  Facebook: "https://www.facebook.com/example/posts/1",
  Instagram: "https://www.instagram.com/p/example/",
  YouTube: "https://www.youtube.com/watch?v=example",
  Telegram: "https://t.me/example/1",
  Threads: "https://www.threads.net/@example/post/1",
  X: "https://x.com/example/status/1",
  Shopee: "https://shopee.vn/example",
  Spotify: "https://open.spotify.com/track/example",
  Discord: "https://discord.gg/example",
};

/** A link that an order of the service takes. @param {Service} service */
const sampleLink = (service) =>
  service.link_kind === "handle" ? "@example" : (LINKS[platformOf(service)] ?? "https://example.com/post/1");

/** An action as it is chosen, and what the API calls it: one order or several make two of `status`.
 * @type {Record<string, {action: string, isOrder?: boolean}>} */
export const ACTIONS = {
  balance: { action: "balance" },
  services: { action: "services" },
  add: { action: "add", isOrder: true },
  status: { action: "status" },
  statuses: { action: "status" },
  refill: { action: "refill", isOrder: true },
  refill_status: { action: "refill_status" },
  cancel: { action: "cancel", isOrder: true },
};

/** A value that a field of a service takes. @param {Service} service @param {any} field */
function example(service, field) {
  if (field.kind === "link") return sampleLink(service);
  if (field.kind === "integer") return String(field.min ?? 1);
  if (field.kind === "choice") return field.choices?.[0] ?? "";
  const word = field.name.replace(/s$/, "");
  if (field.kind !== "lines") return word;
  const count = Math.min(Math.max(field.min ?? 1, 2), 10);
  return Array.from({ length: count }, (_, at) => `${word} ${at + 1}`).join("\n");
}

/** @param {Service | undefined} service @returns {Parameter[]} */
export const orderParameters = (service) => [
  { name: "service", value: String(service?.id ?? 1) },
  ...(service?.fields ?? [])
    .filter((field) => !field.only_with)
    .map((field) => ({
      name: field.name,
      value: example(/** @type {Service} */ (service), field),
      lines: field.kind === "lines",
    })),
  ...(service?.dripfeed ? [optional("runs", "2"), optional("interval", "60")] : []),
  optional("order_reference", "order-1"),
];

/** @param {string} name @param {string} value @returns {Parameter} */
const optional = (name, value) => ({ name, value, optional: true });

/** What is sent: what was typed, or else the examples. @param {Parameter[]} asked @param {Record<string, string>} typed
 * @returns {[string, string][]} */
export const given = (asked, typed) =>
  asked
    .filter(({ name, optional }) => !optional || typed[name]?.trim())
    .map(({ name, value }) => [name, typed[name] ?? value]);

/** What an action needs beside the key. @param {string} chosen @param {Service | undefined} service to be ordered
 * @param {number[]} orders the caller's newest, by id @returns {Parameter[]} */
export function parameters(chosen, service, orders) {
  const ids = orders.length ? orders : [1, 2];
  if (chosen === "add") return orderParameters(service);
  if (chosen === "refill_status") return [{ name: "refill", value: "1" }];
  if (chosen === "status" || chosen === "refill") return [{ name: "order", value: String(ids[0]) }];
  if (chosen === "statuses" || chosen === "cancel") return [{ name: "orders", value: ids.join(",") }];
  return [];
}
