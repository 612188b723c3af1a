// @ts-check
// Programs that ask the reseller API, to be copied. Pure: the text of one, for an address and what is sent to it.

/** @typedef {[string, string][]} Fields names and values, in their order */

/** For a shell. @param {string} text */
const inShell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** In single quotes PHP knows two escapes, and lines may end within. @param {string} text */
const inPhp = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A text of JSON is one of JavaScript and of Python, too. @param {string} text */
const inJson = (text) => JSON.stringify(text);

/** @param {Fields} fields @param {(name: string, value: string) => string} line */
const lines = (fields, line) => fields.map(([name, value]) => line(name, value)).join("\n");

/** @type {Record<string, (address: string, fields: Fields) => string>} */
const WRITERS = {
  curl: (address, fields) =>
    [`curl ${inShell(address)}`, ...fields.map(([name, value]) => `  --data-urlencode ${inShell(`${name}=${value}`)}`)]
      .join(" \\\n")
      .concat("\n"),

  php: (address, fields) => `<?php
$fields = [
${lines(fields, (name, value) => `    ${inPhp(name)} => ${inPhp(value)},`)}
];
$request = curl_init(${inPhp(address)});
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_POSTFIELDS => http_build_query($fields),
    CURLOPT_RETURNTRANSFER => true,
]);
$answer = json_decode(curl_exec($request), true);
print_r($answer);
`,

  python: (address, fields) => `import json
import urllib.parse
import urllib.request

fields = {
${lines(fields, (name, value) => `    ${inJson(name)}: ${inJson(value)},`)}
}
body = urllib.parse.urlencode(fields).encode()
with urllib.request.urlopen(${inJson(address)}, body) as answer:
    print(json.load(answer))
`,

  node: (address, fields) => `const fields = {
${lines(fields, (name, value) => `  ${name}: ${inJson(value)},`)}
};
const body = new URLSearchParams(fields);
const answer = await fetch(${inJson(address)}, { method: "POST", body });
console.log(await answer.json());
`,
};

export const LANGUAGES = Object.keys(WRITERS);

/** @param {string} language one of `LANGUAGES` @param {string} address @param {Fields} fields */
export const sample = (language, address, fields) => WRITERS[language](address, fields);
