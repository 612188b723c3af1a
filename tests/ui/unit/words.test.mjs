// Every word that people see is there in each language, is used, and every error of the API has a sentence.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const FILES = ["common", "app", "admin"];
const words = (file, lang) => JSON.parse(readFileSync(join(root, `static/locales/${file}.${lang}.json`), "utf8"));

/** @returns {Record<string, string>} texts by their whole key */
function flat(tree, before = "") {
  return Object.assign(
    {},
    ...Object.entries(tree).map(([key, value]) =>
      typeof value === "string" ? { [before + key]: value } : flat(value, `${before}${key}.`),
    ),
  );
}

const scripts = [
  "",
  "lib",
  "ui",
  "pages",
  "pages/parts",
  "pages/new-order",
  "pages/admin",
  "pages/admin/parts",
  "pages/admin/settings",
]
  .flatMap((folder) => readdirSync(join(root, "static", folder)).map((name) => join(root, "static", folder, name)))
  .filter((path) => path.endsWith(".js"));
const code = scripts.map((path) => readFileSync(path, "utf8")).join("\n");

test("both languages have the same keys and placeholders", () => {
  for (const file of FILES) {
    const [vi, en] = [flat(words(file, "vi")), flat(words(file, "en"))];
    assert.deepEqual(Object.keys(en).sort(), Object.keys(vi).sort(), file);
    for (const [key, text] of Object.entries(vi)) {
      const names = (of) => [...new Set(of.match(/\{\w+\}/g) ?? [])].sort();
      assert.ok(text.trim() && en[key].trim(), `${file}: ${key} is blank`);
      assert.deepEqual(names(en[key]), names(text), `${file}: ${key}`);
    }
  }
});

test("every key that the code names is there", () => {
  const known = { ...flat(words("common", "vi")), ...flat(words("app", "vi")), ...flat(words("admin", "vi")) };
  const named = [...code.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, key]) => key);
  assert.ok(named.length > 300, "the code names its words");
  assert.deepEqual([...new Set(named.filter((key) => !(key in known)))], []);
});

test("no word is left that nothing uses", () => {
  // Keys that are put together as the page runs: `status.order.${value}`.
  const prefixes = [...code.matchAll(/[`"]([\w.]+[._])\$\{/g)].map(([, prefix]) => prefix);
  const groups = ["status.", "errors.", "invalid.", "menu.", "order_actions.", "login.", "providers.", "deposit."];
  const unused = FILES.flatMap((file) => Object.keys(flat(words(file, "vi"))))
    .filter((key) => !code.includes(`"${key}"`))
    .filter(
      (key) => !prefixes.some((prefix) => key.startsWith(prefix)) && !groups.some((group) => key.startsWith(group)),
    );
  assert.deepEqual([...new Set(unused)], []);
});

test("every error of the API has a sentence", () => {
  const table = readFileSync(join(root, "docs/API.md"), "utf8").match(/\| status \| code \| when \|[\s\S]*?\n\n/)[0];
  const codes = [...table.matchAll(/`([a-z_]+)`/g)]
    .map(([, code]) => code)
    .filter((code) => !["expected_charge"].includes(code));
  const known = words("common", "vi").errors;
  const missing = codes.filter((code) => !(code in known) && /_/.test(code) && code !== "validation_failed");
  assert.ok(codes.length > 20);
  assert.deepEqual(
    missing.filter((code) => !["request_id"].includes(code)),
    [],
  );
});
