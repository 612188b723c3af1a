// Every page can be reached: something leads to its address.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../static", import.meta.url));
const pages = readdirSync(join(root, "pages"), { recursive: true }).filter((name) => name.endsWith(".js"));
const code = pages.map((name) => readFileSync(join(root, "pages", name), "utf8")).join("\n");

/** Pages whose links the server gives. */
const GIVEN = ["/setup", "/reset", "/confirm-email"];

for (const panel of ["app", "admin"]) {
  test(`something leads to every page of ${panel}.js`, () => {
    const text = readFileSync(join(root, `${panel}.js`), "utf8");
    const routes = text.split("pattern: ").slice(1);
    const patterns = routes.map((route) => route.split('"')[1]).filter((pattern) => !pattern.includes(":"));
    const inMenu = new Set(routes.filter((route) => route.includes("menu: [")).map((route) => route.split('"')[1]));
    // The set-up is reached by the link that the panel prints.
    const known = (/** @type {string} */ pattern) =>
      GIVEN.includes(pattern) || inMenu.has(pattern) || code.includes(`"${pattern}"`);
    const missing = patterns.filter((pattern) => !known(pattern));
    assert.ok(patterns.length > 8);
    assert.deepEqual(missing, []);
  });
}
