// @ts-check
// Style sheets that few pages need: they come with the first of them.

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** Ends when the sheets are in force, or cannot be had: what they are for is drawn either way.
 * @param {string[]} sheets */
export const styled = (...sheets) => Promise.all(sheets.map(added));

/** @param {string} href */
function added(href) {
  let there = asked.get(href);
  if (!there) {
    there = new Promise((done) => {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
      link.onload = link.onerror = () => done();
      document.head.append(link);
    });
    asked.set(href, there);
  }
  return there;
}
