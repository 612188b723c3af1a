// @ts-check
// The one reading of a link that was typed or pasted. Pure: it gives the link, or the reason why there is none.
//
// The first address is taken out of a text that was shared, a missing https:// is put before it, and what nobody sees is
// taken off its ends. Nothing else of an address is touched; what nobody sees inside of it is refused.

import { platformOfLink } from "./platforms.js";

export const MOST_CHARACTERS = 2048;

/** @typedef {{link: string, isMade: boolean} | {problem: string, about: Record<string, string | number>}} ReadLink
 * `isMade`: it is not what was typed */

/** As the server has it: what no font draws, but for what makes an emoji colourful; and breaks of lines. */
const HIDDEN = "[^\\P{DI}\\p{VS}]|[\\u2028\\u2029]";
const BLANK = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";
const ENDS = new RegExp(`^(?:${HIDDEN}|[${BLANK}])+|(?:${HIDDEN}|[${BLANK}])+$`, "gu");
const BETWEEN = new RegExp(`[${BLANK}]+`);
const INSIDE = new RegExp(HIDDEN, "u");
const SCHEME = /https?:\/\//i;
/** A host with a dot, and perhaps what follows it. */
const BARE = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}(?::\d+)?(?:[/?#].*)?$/u;
/** What ends a sentence and not an address. */
const CLOSING = /[.,;:!?…"'”’»>\]}]+$/;

/** Without blanks and what nobody sees at the ends. @param {string} text */
export const trimmed = (text) => text.replace(ENDS, "");

/** @param {string} problem @param {Record<string, string | number>} [about] @returns {ReadLink} */
const refused = (problem, about = {}) => ({ problem, about });

/** Reads what was typed for a service with this kind of link. @param {string} typed
 * @param {string} kind `url`, `handle` or `any` @returns {ReadLink} */
export function readLink(typed, kind) {
  const text = trimmed(typed);
  if (!text) return refused("none");
  const link = kind === "handle" ? text : (address(text, kind) ?? (kind === "any" ? text : null));
  if (link === null) return refused("no_address");
  const hidden = INSIDE.exec(link);
  if (hidden)
    return refused("hidden", { code: `U+${hidden[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}` });
  const count = [...link].length;
  if (count > MOST_CHARACTERS) return refused("too_long", { count, most: MOST_CHARACTERS });
  if (SCHEME.test(link) && !isAddress(link)) return refused("no_address");
  return { link, isMade: link !== text };
}

/** The first address in a text, with its scheme. @param {string} text @param {string} kind */
function address(text, kind) {
  const words = text.split(BETWEEN).map(trimmed);
  const isShared = words.length > 1;
  for (const word of words) {
    const at = word.search(SCHEME);
    if (at >= 0 && !isBare(word, kind)) return at > 0 || isShared ? unquoted(word.slice(at)) : word;
  }
  const bare = words.map((word) => (isShared ? unquoted(word) : word)).find((word) => isBare(word, kind));
  return bare === undefined ? null : `https://${bare}`;
}

/** Without what closes the sentence around it. @param {string} word @returns {string} */
function unquoted(word) {
  const open = word.replace(CLOSING, "");
  return open.endsWith(")") && !open.includes("(") ? unquoted(open.slice(0, -1)) : open;
}

/** An address without its scheme: with a path, or of a host that is known or says what it is. Where a name may stand
 * too (`ten.toi`), only a path tells. @param {string} word @param {string} kind */
function isBare(word, kind) {
  if (!BARE.test(word)) return false;
  return word.includes("/") || (kind === "url" && (/^www\./i.test(word) || platformOfLink(`https://${word}`) !== ""));
}

/** As the panel demands it: a host follows the scheme. @param {string} link */
const isAddress = (link) => /^https?:\/\/[^/\\?#]/i.test(link) && URL.canParse(link);

/** By which two links are the same: host without www. or m., path without its last /, no fragment; of a name without @.
 * @param {string} link */
export function linkKey(link) {
  if (!URL.canParse(link)) return link.replace(/^@/, "").toLowerCase();
  const { host, pathname, search } = new URL(link);
  return `${host.replace(/^(?:www|m)\./, "")}${pathname.replace(/\/$/, "")}${search}`;
}

/** The part of a link that every spelling of it has, to search for. @param {string} link */
export const commonPart = (link) =>
  link
    .replace(/^https?:\/\/(?:(?:www|m)\.)?/i, "")
    .replace(/#.*$/, "")
    .replace(/\/$/, "")
    .replace(/^@/, "");
