// Every page can be reached: something leads to its address.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../static", import.meta.url));
const pages = readdirSync(join(root, "pages"), { recursive: true }).filter((name) => name.endsWith(".js"));
const code = pages.map((name) => readFileSync(join(root, "pages", name), "utf8")).join("\n");

for (const panel of ["app", "admin"]) {
  test(`something leads to every page of ${panel}.js`, () => {
    const text = readFileSync(join(root, `${panel}.js`), "utf8");
    const patterns = [...text.matchAll(/pattern: "([^":]+)"/g)].map(([, pattern]) => pattern);
    // The set-up is reached by the link that the panel prints.
    const missing = patterns.filter((pattern) => pattern !== "/setup" && !code.includes(`"${pattern}"`));
    assert.ok(patterns.length > 8);
    assert.deepEqual(missing, []);
  });
}
