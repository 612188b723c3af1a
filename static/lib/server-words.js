// @ts-check
// What tells the servers of one job apart: their names without what all of them say. Pure.

import { split } from "./service-name.js";
import { plain } from "./services.js";

/** @typedef {{id: number, name: string, note: string | null}} Named */

/** What a server is called beside the others, by its id: the shop's own note, and where that says nothing of its own,
 * or there is none, the name without what every other name says too.
 * @param {Named[]} servers @returns {Map<number, string>} */
export function differences(servers) {
  const said = servers.map(({ name }) => {
    const { head, tail } = split(name);
    return [head, ...tail.split(" · ").filter(Boolean)];
  });
  const heard = said.map((parts) => new Set(parts.map(plain)));
  const isShared = (/** @type {string} */ part) => heard.every((parts) => parts.has(plain(part)));
  const own = said.map((parts) => parts.filter((part) => !isShared(part)).join(" · "));
  const notes = servers.map(({ note }) => plain(note ?? ""));
  const isOnly = (/** @type {string} */ note) => notes.filter((one) => one === note).length === 1;
  const texts = servers.map(({ note }, at) => {
    if (note && isOnly(notes[at])) return note;
    return [note, own[at]].filter(Boolean).join(" · ") || said[at].slice(1).join(" · ") || said[at][0];
  });
  return new Map(servers.map(({ id }, at) => [id, texts[at]]));
}
