// @ts-check
// What a service's name says first, and what it adds. Providers write it all in one line. Split where it is shown,
// never where it is stored. Pure.

import { PLATFORMS } from "./platforms.js";
import { plain } from "./services.js";

const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\u200D\s]+/u;
const SERVER = /^\[\s*server\s*\d+\s*\]/i;
/** What only praises, in front of a name. */
const PRAISE = /^(?:new|sale|hot|top|best|mới)$/i;
const PARTS = /[|~➤[\]]|\s[-–—]\s/u;

/** Entities that came along with the name. @param {string} text */
const unescaped = (text) => text.replaceAll("&amp;", "&").replace(/&(?:#\w+|\w{2,8});/g, " ");

/** @param {string} name @returns {{head: string, tail: string}} */
export function split(name) {
  let rest = unescaped(name).trim();
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(EMOJI, "").replace(SERVER, "").trim();
  }
  const parts = rest.split(PARTS).flatMap((part) => part.replace(EMOJI, "").trim().replace(/\s+/g, " ") || []);
  while (parts.length > 1 && PRAISE.test(parts[0])) parts.shift();
  const [head = name.trim(), ...tail] = parts;
  return { head, tail: tail.join(" · ") };
}

/** The same in one line. @param {string} name */
export function inLine(name) {
  const { head, tail } = split(name);
  return tail ? `${head} · ${tail}` : head;
}

/** @type {Map<string, string>} */
const icons = new Map();

/** The picture of the platform that a name speaks of. @param {string} name */
export function platformIcon(name) {
  let icon = icons.get(name);
  if (icon === undefined) {
    const text = plain(name);
    icon = PLATFORMS.find(({ words }) => words.some((word) => text.includes(word)))?.icon ?? "tag";
    icons.set(name, icon);
  }
  return icon;
}

/** Says who was followed where, and nothing of where it leads. */
const TRACKING = /^(?:utm_\w+|fbclid|igsh\w*|si|mibextid|_[tr])$/i;

/** A link without what every link has. @param {string} link */
export function shortLink(link) {
  const [, before, query, after] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(link) ?? ["", link, "", ""];
  const rest = query.split("&").filter((part) => part && !TRACKING.test(part.split("=")[0]));
  const whole = before + (rest.length ? `?${rest.join("&")}` : "") + after;
  return whole.replace(/^https?:\/\/(?:www\.)?/i, "").replace(/\/$/, "");
}
