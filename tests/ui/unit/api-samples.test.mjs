// The programs that customers copy say what was asked, whatever is in it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { LANGUAGES, sample } from "../../../static/lib/api-samples.js";
import { given, parameters } from "../../../static/lib/reseller.js";

const TEXTS = [
  "it's",
  'a "b"',
  "back\\slash",
  "two\nlines",
  "$HOME `id` $(id)",
  "${x}",
  "đẹp 😈 &=%+",
  "'''\\'",
  "</script>",
];
const ADDRESS = "https://panel.example/api/v2";

/** What the shell hands to curl. */
const handedToCurl = (text) => {
  const script = `curl() { printf '%s\\0' "$@"; }; ${text}`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
};

test("a shell hands every value to curl as it is", () => {
  for (const text of TEXTS) {
    const [address, flag, value] = handedToCurl(sample("curl", ADDRESS, [["comments", text]]));
    assert.deepEqual([address, flag, value], [ADDRESS, "--data-urlencode", `comments=${text}`]);
  }
});

test("Node and Python read every value as it is", () => {
  for (const text of TEXTS) {
    const fields = [["comments", text]];
    const node = sample("node", ADDRESS, fields).replace(/const body[^]*/, "console.log(JSON.stringify(fields));");
    const ran = execFileSync("node", ["--input-type=module", "-e", node], { encoding: "utf8" });
    assert.deepEqual(JSON.parse(ran), { comments: text });
    const python = sample("python", ADDRESS, fields).replace(/body =[^]*/, "print(json.dumps(fields))");
    assert.deepEqual(JSON.parse(execFileSync("python3", ["-c", python], { encoding: "utf8" })), { comments: text });
  }
});

test("PHP reads every value as it is", () => {
  for (const text of TEXTS) {
    const [, quoted] = /'comments' => '([^]*)',\n\];/.exec(sample("php", ADDRESS, [["comments", text]]));
    // In single quotes a backslash means something before another and before a quote, and nothing else does.
    assert.equal(quoted.replace(/\\([\\'])/g, "$1"), text);
    assert.equal(/(?<!\\)(\\\\)*'/.test(quoted), false, quoted);
  }
});

test("each language says the address and every field", () => {
  for (const language of LANGUAGES) {
    const text = sample(language, ADDRESS, [
      ["key", "K1"],
      ["orders", "1,2"],
    ]);
    for (const said of [ADDRESS, "K1", "orders", "1,2"]) assert.ok(text.includes(said), `${language}: ${said}`);
  }
});

test("an order is asked for with what its service needs", () => {
  const fields = [
    { name: "link", kind: "link" },
    { name: "comments", kind: "lines", min: 5, max: 9 },
    { name: "device", kind: "choice", choices: ["2", "3"] },
    { name: "google_keyword", kind: "text", only_with: { field: "type_of_traffic", value: "1" } },
  ];
  const asked = parameters("add", { id: 7, fields }, []);
  const names = (/** @type {string[][]} */ fields) => fields.map(([name]) => name);
  assert.deepEqual(names(given(asked, {})), ["service", "link", "comments", "device"]);
  assert.deepEqual(given(asked, { order_reference: "r-1" }).at(-1), ["order_reference", "r-1"]);
  const fed = parameters("add", { id: 7, fields: [], dripfeed: true }, []);
  assert.deepEqual(names(given(fed, {})), ["service"]);
  assert.deepEqual(names(given(fed, { runs: "2", interval: "0", order_reference: " " })), [
    "service",
    "runs",
    "interval",
  ]);
  assert.deepEqual([asked[0].value, asked[2].value.split("\n").length, asked[3].value], ["7", 5, "2"]);
  assert.deepEqual(parameters("statuses", undefined, [12, 11]), [{ name: "orders", value: "12,11" }]);
  assert.deepEqual(parameters("balance", undefined, []), []);
});
