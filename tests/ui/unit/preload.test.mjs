// What the first pages need is asked for at once, not import after import.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../static/", import.meta.url));
const read = (path) => readFileSync(folder + path, "utf8");

/** A module with all that it imports before it runs. @param {string} path @param {Set<string>} [seen] */
function closure(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, from] of read(path).matchAll(/(?:import|from)\s*"(\.[^"]+)"/g))
    closure(posix.join(dirname(path), from), seen);
  return seen;
}

for (const [panel, entry, pages] of [
  ["index.html", "app.js", ["pages/new-order.js", "pages/login.js"]],
  ["admin.html", "admin.js", ["pages/admin/dashboard.js"]],
]) {
  test(`${panel} preloads the modules of its first page and no others`, () => {
    const needed = [entry, ...pages].flatMap((path) => [...closure(path)]).filter((path) => path !== entry);
    const named = [...read(panel).matchAll(/rel="modulepreload" href="\/assets\/([^"]+)"/g)].map(([, path]) => path);
    assert.ok(needed.includes("lib/dom.js") && needed.includes(pages[0]), "imports are found");
    assert.deepEqual(named.toSorted(), [...new Set(needed)].toSorted());
  });
}
