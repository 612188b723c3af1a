// @ts-check
// How wide the window is, for what is drawn in another way there and not only looks different.

import { signal } from "./dom.js";

/** @param {string} query @returns {import("./dom.js").Signal<boolean>} */
function follows(query) {
  const media = matchMedia(query);
  const fits = signal(media.matches);
  media.addEventListener("change", () => (fits.value = media.matches));
  return fits;
}

/** Rows fit in one line. */
export const isDesk = follows("(min-width: 768px)");
/** A side panel fits beside a list. */
export const isRoomy = follows("(min-width: 1100px)");
/** The whole menu fits beside both. */
export const isBroad = follows("(min-width: 1400px)");

/** How many rows of a long list are read at first: on a phone so many. @param {number} count */
export const first = (count) => (isDesk.peek() ? undefined : count);
