// @ts-check
// A style sheet that few pages need: it comes with the first of them.

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** Ends when the sheet is in force, or cannot be had: what it is for is drawn either way. @param {string} href */
export function styled(href) {
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
