// Every word that people see is there in each language, is used, and every error of the API has a sentence.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ON_DEMAND } from "../cases/words.mjs";
import {
  LANGUAGES,
  decimalNumber,
  foreignMoney,
  money,
  number,
  percent,
  rate,
  rich,
  short,
  t,
} from "../../../static/lib/i18n.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const FILES = ["common", "app", ...ON_DEMAND, "admin"];
const words = (file, lang) => JSON.parse(readFileSync(join(root, `static/locales/${file}.${lang}.json`), "utf8"));

const read = (name) => readFileSync(join(root, "static", name), "utf8");

/** The pages that load further words, and what they show. */
const LOADED = {
  account: [
    ...["account", "forgot", "confirm-email", "reset", "setup", "view"],
    ...["parts/email-form", "parts/logins", "parts/second-factor", "parts/sessions", "parts/telegram"],
  ],
  "mass-order": ["mass-order", "parts/mass-tables"],
  money: ["deposit", "transactions", "referrals", "parts/bonus", "parts/save-qr"],
  news: ["announcements", "admin/announcements"],
  order: ["order", "parts/share-order"],
  servers: ["new-order/servers"],
  reseller: ["reseller", "parts/api-keys", "parts/api-try", "parts/key-use"],
  tickets: ["tickets", "ticket", "parts/conversation", "parts/ticket-dialog"],
};
const loadedBy = (name) =>
  Object.entries(LOADED).flatMap(([file, pages]) => (pages.some((page) => name === `pages/${page}.js`) ? [file] : []));

/** @returns {Record<string, string>} texts by their whole key */
function flat(tree, before = "") {
  return Object.assign(
    {},
    ...Object.entries(tree).map(([key, value]) =>
      typeof value === "string" ? { [before + key]: value } : flat(value, `${before}${key}.`),
    ),
  );
}

const scripts = (folder) =>
  readdirSync(join(root, "static", folder), { recursive: true })
    .filter((name) => name.endsWith(".js"))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(root, "static", folder, name), "utf8") }));
const all = [
  ...["lib", "ui", "pages"].flatMap(scripts),
  ...["app.js", "admin.js"].map((name) => ({ name, text: read(name) })),
];
const code = all.map(({ text }) => text).join("\n");

test("every language has all files, the same keys and placeholders, and its name in each", () => {
  const stored = readdirSync(join(root, "static/locales")).map((name) => name.split(".")[1]);
  assert.deepEqual([...new Set(stored)].sort(), LANGUAGES.toSorted(), "lib/time.js names those that have words");
  const [first, ...others] = LANGUAGES;
  for (const [file, lang] of FILES.flatMap((file) => others.map((lang) => [file, lang]))) {
    const [known, said] = [flat(words(file, first)), flat(words(file, lang))];
    assert.deepEqual(Object.keys(said).sort(), Object.keys(known).sort(), `${file} ${lang}`);
    for (const [key, text] of Object.entries(known)) {
      const names = (of) => [...new Set(of.match(/\{\w+(:\w+)?\}/g) ?? [])].sort();
      assert.ok(text.trim() && said[key].trim(), `${file} ${lang}: ${key} is blank`);
      assert.deepEqual(names(said[key]), names(text), `${file} ${lang}: ${key}`);
    }
  }
  assert.deepEqual(Object.keys(words("common", first).languages), LANGUAGES);
});

/** What counts something, wherever it stands in words. */
const FIGURES = [
  ...["all", "bad", "count", "created", "days", "done", "good", "hours", "lines", "max", "min", "most", "places"],
  ...["quantity", "seconds", "skipped", "updated"],
];

test("no word prints a figure as it came: each says that it is a number", () => {
  const bare = new RegExp(`\\{(?:${FIGURES.join("|")})\\}`);
  for (const file of FILES) {
    for (const lang of LANGUAGES) {
      // The sentences of the audit log are put together from elements.
      const texts = Object.entries(flat(words(file, lang))).filter(([key]) => !key.startsWith("audit.sentence."));
      assert.deepEqual(
        texts.filter(([, text]) => bare.test(text)),
        [],
        `${file} ${lang}`,
      );
    }
  }
});

test("no note prints a cause, a reason or another note as it came: each says how it is said", () => {
  const bare = /\{(?:cause|reason|rule|why|note|refusal|defect|remark)\}/;
  for (const lang of LANGUAGES) {
    const texts = words("admin", lang);
    const coded = Object.entries(flat({ note: texts.note, finding: texts.finding, cause: texts.cause }));
    assert.ok(coded.length > 100);
    assert.deepEqual(
      coded.filter(([, text]) => bare.test(text)),
      [],
      lang,
    );
  }
});

test("English says one of a thing in the singular", () => {
  // A span ends with the larger number, and the largest possible is never one.
  const plural = /(?<!to )\{(?!max)\w+:number\}(?: more| other| open| good)? [a-z]{2,}s\b/;
  const forms = /\{\w+\|[^|}]+\|[^|}]+\}/;
  let formed = 0;
  for (const file of FILES) {
    const texts = Object.entries(flat(words(file, "en")));
    formed += texts.filter(([, text]) => forms.test(text)).length;
    assert.deepEqual(
      texts.filter(([, text]) => plural.test(text)),
      [],
      file,
    );
    // Vietnamese needs none, and the server says its sentences without them.
    assert.ok(Object.values(flat(words(file, "vi"))).every((text) => !forms.test(text)));
  }
  assert.ok(formed > 40, `${formed}`);
});

test("one is said in the singular, whatever else is counted, and a missing part falls away", () => {
  // A text that is no key stands for itself.
  const said = "{count:number} {count|order|orders}[ of {others:number} {others|other|others}]";
  assert.equal(t(said, { count: 1, others: null }), "1 order");
  assert.equal(t(said, { count: 1, others: 2000 }), "1 order of 2.000 others");
  assert.equal(t(said, { count: 0, others: 1 }), "0 orders of 1 other");
  assert.deepEqual(rich("{count} {count|order|orders}", { count: "1" }, { count: "1" }), ["", "1", " order"]);
});

test("an amount of a provider is read like every other, or stays as it was written", () => {
  const plain = (text, currency) => foreignMoney(text, currency).replace(/\s/g, " ");
  assert.equal(plain("100000000.00", "VND"), "100.000.000 ₫");
  assert.equal(plain("-2.5", "vnd"), "−2,5 ₫");
  assert.equal(plain("1234.5600", "USD"), "1.234,56 USD");
  assert.equal(plain("5000000", null), "5.000.000");
  assert.equal(plain("1,000.00", "USD"), "1,000.00 USD");
  assert.equal(plain("many", "VND"), "many VND");
});

test("every key that a page names is among the words of its panel", () => {
  const missing = [];
  let named = 0;
  for (const { name, text } of all) {
    const common = /^(lib|ui)\//.test(name) || ["pages/boot.js", "pages/frame.js", "pages/login.js"].includes(name);
    const own = name.startsWith("pages/admin/") || name === "admin.js" ? ["admin", "tickets"] : ["app"];
    own.push(...loadedBy(name));
    const known = Object.assign({}, ...["common", ...(common ? [] : own)].map((file) => flat(words(file, "vi"))));
    const keys = [...text.matchAll(/\bt\(\s*"([\w.]+)"/g)].map(([, key]) => key);
    named += keys.length;
    missing.push(...keys.filter((key) => !(key in known)).map((key) => `${name}: ${key}`));
  }
  assert.ok(named > 300, "the code names its words");
  assert.deepEqual(missing, []);
});

test("no word is left that nothing uses", () => {
  // Keys that are put together as the page runs: `status.order.${value}`.
  const prefixes = [...code.matchAll(/[`"]([\w.]+[._])\$\{/g)].map(([, prefix]) => prefix);
  const isUsed = (key) => code.includes(`"${key}"`) || prefixes.some((prefix) => key.startsWith(prefix));
  const unused = FILES.flatMap((file) => Object.keys(flat(words(file, "vi")))).filter((key) => !isUsed(key));
  assert.deepEqual([...new Set(unused)], []);
});

test("every error of the API has a sentence", () => {
  const [table] = /\| status \| code \| when \|[\s\S]*?\n\n/.exec(readFileSync(join(root, "docs/API.md"), "utf8"));
  const cells = table
    .trim()
    .split("\n")
    .slice(2)
    .map((row) => row.split("|")[2]);
  const codes = cells.flatMap((cell) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  assert.ok(codes.length > 20);
  for (const lang of LANGUAGES) {
    const known = words("common", lang).errors;
    assert.deepEqual(
      codes.filter((code) => !(code in known)),
      [],
      lang,
    );
  }
});

test("customers hear of nobody behind the panel", () => {
  const others = /nhà cung cấp|nguồn hàng|bên thứ ba|provider|upstream|supplier|vendor|third.party|bumx/i;
  const said = ["common", "app", "mass-order", "money", "reseller", "news", "tickets", "order", "servers"].flatMap(
    (file) =>
      LANGUAGES.flatMap((lang) => Object.entries(flat(words(file, lang))).map(([key, text]) => `${key}: ${text}`)),
  );
  assert.ok(said.length > 500);
  // The key may name what the API calls it; the words may not.
  assert.deepEqual(
    said.filter((line) => others.test(line.slice(line.indexOf(":")))),
    [],
  );
});

test("every action of the audit log has its name and its sentence", () => {
  const source = readFileSync(join(root, "src/audit_log/mod.rs"), "utf8");
  const [, list] = /pub const ACTIONS: &\[&str\] = &\[([\s\S]*?)\];/.exec(source);
  const actions = [...list.matchAll(/"([a-z_.]+)"/g)].map(([, action]) => action);
  assert.ok(actions.length > 20);
  for (const lang of LANGUAGES) {
    const { audit } = words("admin", lang);
    assert.deepEqual(Object.keys(flat(audit.action)).sort(), [...actions].sort(), lang);
    const sentences = Object.keys(flat(audit.sentence));
    const isSaid = (action) => sentences.some((key) => key === action || key.startsWith(`${action}_`));
    assert.deepEqual(
      actions.filter((action) => !isSaid(action)),
      [],
      lang,
    );
    for (const [key, text] of Object.entries(flat(audit.sentence))) {
      assert.match(text, /\{actor\}/, key);
      assert.match(text, /\{subject\}/, key);
    }
  }
});

test("the audit log's sentences have a word for every setting, which begins small", () => {
  const source = readFileSync(join(root, "src/config/table.rs"), "utf8");
  const settings = [...source.matchAll(/Setting::new\(\s*"([a-z_.]+)",\s*Kind::(\w+)/g)];
  assert.ok(settings.length > 18);
  const names = settings.map(([, name, kind]) => {
    const isSecret = ["Key", "BotToken"].includes(kind);
    return `${name.replaceAll(".", "_")}${isSecret ? "_set" : ""}`;
  });
  for (const lang of LANGUAGES) {
    const { field } = words("admin", lang).audit;
    assert.deepEqual(
      names.filter((name) => !(name in field)),
      [],
      lang,
    );
    const capitals = Object.values(field).filter((text) => /^\p{Lu}\p{Ll}/u.test(text));
    assert.deepEqual(
      capitals.filter((text) => !/^(Zalo|Telegram|SePay)\b/.test(text)),
      [],
      lang,
    );
  }
});

test("a minus is a minus sign in whatever is written of a number", () => {
  const written = [number(-44), percent(-44), money(-44), rate("-4.5"), decimalNumber("-4.5"), short(-44)];
  for (const text of written) assert.match(text, /^−\D*4/, text);
  assert.equal(percent(-44), "−44%");
});
