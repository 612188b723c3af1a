// What axe finds on a page.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const AXE = readFileSync(fileURLToPath(new URL("../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");
/** When what moves or fades in has come to its end: half faded in, nothing has its contrast. @param {any} page */
async function atRest(page) {
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    // One that was taken away before its end is over, too.
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
}

/** Serious and critical violations of what is on the page now.
 * @param {any} page @param {string[]} [rules] only these, by their ids in axe; without it all */
export async function violations(page, rules) {
  await atRest(page);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }),
    rules,
  );
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
