// Writes `static/vendor/` and the icon sprite from the npm packages that package-lock.json pins, or with `--check`
// proves that they are what those packages hold. The only changes: modules import each other by their file names
// here instead of by package names, lines that point to source maps go, and the component style sheet keeps only what
// the pages name; its own hash is part of its name, since browsers keep it for a year.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ICONS } from "./icons.mjs";
import { trimmed } from "./trim.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(here, "../../static/vendor");
const sprite = join(here, "../../static/img/icons.svg");
/** They link to the style sheet by its name. */
const PANELS = ["index.html", "admin.html"].map((name) => join(here, "../../static", name));
const SHEET = /tabler-[\w.-]+\.min\.css/g;

/** File in the package, name here before version and ending, licence. */
const FILES = [
  { from: "preact", file: "dist/preact.mjs", name: "preact", end: "min.js" },
  { from: "preact", file: "hooks/dist/hooks.mjs", name: "preact-hooks", end: "min.js" },
  { from: "@preact/signals-core", file: "dist/signals-core.mjs", name: "signals-core", end: "min.js" },
  { from: "@preact/signals", file: "dist/signals.mjs", name: "signals", end: "min.js" },
  { from: "htm", file: "dist/htm.module.js", name: "htm", end: "min.js" },
  { from: "uplot", file: "dist/uPlot.esm.js", name: "uplot", end: "js" },
  { from: "uplot", file: "dist/uPlot.min.css", name: "uplot", end: "min.css" },
];
const COMPONENTS = { from: "@tabler/core", file: "dist/css/tabler.min.css" };
const LICENSES = ["preact", "@preact/signals", "htm", "uplot", "@tabler/core", "@tabler/icons"];
/** Package name to the file that stands for it here. */
const MODULES = { preact: "preact", "preact/hooks": "preact-hooks", "@preact/signals-core": "signals-core" };

const packageOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"));
const read = (name, file) => readFileSync(join(here, "node_modules", name, file), "utf8");
const plain = (name) => name.replace("@", "").replace("/", "-");
const nameOf = ({ from, name, end }) => `${name}-${packageOf(from).version}.${end}`;

/** @param {string} text */
function localised(text) {
  const file = (name) => nameOf(FILES.find((entry) => entry.name === name));
  return text
    .replace(/\b(from|import)\s*"(@?[a-z][\w@/.-]*)"/g, (_, word, module) => {
      if (!MODULES[module]) throw new Error(`imports ${module}, which is not vendored`);
      return `${word}"./${file(MODULES[module])}"`;
    })
    .replace(/\n?\/\/# sourceMappingURL=.*\n?/g, "\n")
    .replace(/\n?\/\*# sourceMappingURL=.*?\*\/\n?/g, "\n");
}

function licenseOf(name) {
  const found = readdirSync(join(here, "node_modules", name)).find((file) => /^licen[cs]e/i.test(file));
  if (found) return read(name, found);
  // A package without the file: the text its `license` field names, for the authors its own style sheet names.
  if (packageOf(name).license !== "MIT") throw new Error(`${name} has no licence text`);
  return readFileSync(join(here, "mit.txt"), "utf8");
}

/** The trimmed component style sheet, under a name that changes with it. */
async function components() {
  const { version, license } = packageOf(COMPONENTS.from);
  const text = await trimmed(localised(read(COMPONENTS.from, COMPONENTS.file)));
  const source = `npm \`${COMPONENTS.from}\`, \`${COMPONENTS.file}\`, trimmed`;
  return [`tabler-${version}-${sha256(text).slice(0, 8)}.min.css`, { text, version, source, license }];
}

/** Every file that belongs here, with its text and its row of the table. */
async function wanted() {
  const files = new Map([await components()]);
  for (const entry of FILES) {
    const { version, license } = packageOf(entry.from);
    const text = localised(read(entry.from, entry.file));
    files.set(nameOf(entry), { text, version, source: `npm \`${entry.from}\`, \`${entry.file}\``, license });
  }
  for (const name of LICENSES) {
    const { version } = packageOf(name);
    files.set(`${plain(name)}-${version}.LICENSE.txt`, {
      text: licenseOf(name),
      version,
      source: `npm \`${name}\``,
      license: "",
    });
  }
  return files;
}

/** One SVG with a symbol for each icon that the pages name. */
function spriteText() {
  const symbols = ICONS.map((icon) => {
    const [set, name] = icon.includes("/") ? icon.split("/") : ["outline", icon];
    const svg = read("@tabler/icons", `icons/${set}/${name}.svg`);
    const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
    const paths = inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
  });
  const { version } = packageOf("@tabler/icons");
  return `<!-- Tabler Icons ${version}, MIT; only those used. -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const row = ([name, { text, version, source, license }]) =>
  `| \`${name}\` | \`${version}\` | ${source} | \`${sha256(text)}\` | ${license} |`;

const files = await wanted();
const rows = [...files].map(row);
const icons = spriteText();
const [sheet] = files.keys();
const table = readFileSync(join(folder, "README.md"), "utf8");
const linked = (panel) => readFileSync(panel, "utf8").replace(SHEET, sheet);
if (process.argv.includes("--check")) {
  const wrong = [...files].filter(([name, { text }]) => {
    try {
      return readFileSync(join(folder, name), "utf8") !== text;
    } catch {
      return true;
    }
  });
  const names = wrong.map(([name]) => name).concat(rows.filter((line) => !table.includes(line)));
  if (readFileSync(sprite, "utf8") !== icons) names.push(sprite);
  names.push(...PANELS.filter((panel) => readFileSync(panel, "utf8") !== linked(panel)));
  if (names.length) {
    console.error(`not what the packages hold; \`npm run vendor\` writes it:\n${names.join("\n")}`);
    process.exit(1);
  }
  console.log(`${files.size} vendored files and ${ICONS.length} icons are what their packages hold`);
} else {
  mkdirSync(join(here, "../../static/img"), { recursive: true });
  for (const old of readdirSync(folder).filter((name) => !/^(redoc|swagger-ui)/.test(name) && name !== "README.md")) {
    rmSync(join(folder, old));
  }
  for (const [name, { text }] of files) writeFileSync(join(folder, name), text);
  writeFileSync(sprite, icons);
  for (const panel of PANELS) writeFileSync(panel, linked(panel));
  const [, head, kept] = /^([^]*?\n\|---.*\n)((?:\| `(?:redoc|swagger-ui).*\n)*)/.exec(table);
  const after = table.slice(head.length).replace(/^(\|.*\n)+/, "");
  writeFileSync(join(folder, "README.md"), head + kept + rows.join("\n") + "\n" + after);
  console.log(`${files.size} files and ${ICONS.length} icons written`);
}
