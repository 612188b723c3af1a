// The component style sheet without what no page names: an eighth of it is left. PurgeCSS looks for the words of the
// pages and their code among the sheet's selectors, and for the classes that the code puts together of them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";

const folder = fileURLToPath(new URL("../../static/", import.meta.url));

/** Texts of the panel's own files with this ending. @param {RegExp} ending */
const ownTexts = (ending) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => ending.test(name) && !name.startsWith("vendor"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));

const wordsOf = (text) => text.match(/[\w-]+/g) ?? [];

/** Every name that `bg-${tone}-lt` or `--tblr-${tone}` could become. @param {string} code */
function composed(code) {
  const words = [...new Set(wordsOf(code))];
  const shapes = code.matchAll(/([\w-]+-)\$\{[^}]*\}([\w-]*)/g);
  return [...shapes].flatMap(([, before, after]) => words.map((word) => before + word + after));
}

/** @param {string} sheet @returns {Promise<string>} */
export async function trimmed(sheet) {
  const pages = ownTexts(/\.(js|html)$/).join("\n");
  const names = [...wordsOf(pages), ...composed(pages)];
  const [{ css }] = await new PurgeCSS().purge({
    css: [{ raw: sheet }],
    content: [{ raw: pages, extension: "js" }],
    defaultExtractor: wordsOf,
    dynamicAttributes: ["data-bs-theme"],
    safelist: {
      standard: names,
      variables: [...wordsOf(ownTexts(/\.css$/).join("\n")), ...names],
    },
    fontFace: true,
    keyframes: true,
    variables: true,
  });
  return css;
}
