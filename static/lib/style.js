// @ts-check
// Style sheets that few pages need: they come with the first of them.

import { asset } from "./dom.js";

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** Ends when the sheets are in force, or cannot be had: what they are for is drawn either way.
 * @param {string[]} sheets as `css/lists.css` */
export const styled = (...sheets) => Promise.all(sheets.map(added));

/** @param {string} sheet */
function added(sheet) {
  let there = asked.get(sheet);
  if (!there) {
    const href = asset(sheet);
    // A page names those of its own, and no script runs before they are there.
    const isNamed = document.querySelector(`link[href="${href}"]`) !== null;
    there = isNamed ? Promise.resolve() : linked(href);
    asked.set(sheet, there);
  }
  return there;
}

/** @param {string} href @returns {Promise<void>} */
const linked = (href) =>
  new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
