// The one reader of typed numbers: the table of spellings, and what must hold for every number there is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { forField, MARKUP, PERCENT, RATE, read, SIGNED, whole, WHOLE } from "../../../static/lib/number.js";
import { SPELLINGS } from "../cases/numbers.mjs";

const said = (typed, kind) => {
  const found = read(typed, kind);
  return "text" in found ? found.text : `!${found.problem}`;
};

for (const [typed, asWhole, asRate] of SPELLINGS) {
  test(`${JSON.stringify(typed)} is ${asWhole}, as a rate ${asRate}`, () => {
    assert.equal(said(typed, WHOLE), asWhole);
    assert.equal(said(typed, RATE), asRate);
  });
}

test("a minus takes away where it may, in the panel's own spelling too", () => {
  for (const typed of ["-5.000", "−5.000 ₫", "- 5,000", "-₫5,000", "₫-5,000"])
    assert.equal(said(typed, SIGNED), "-5000", typed);
  for (const typed of ["+5.000", "5000"]) assert.equal(said(typed, SIGNED), "5000", typed);
  assert.equal(said("-0", SIGNED), "0");
  assert.equal(said("-2.5", SIGNED), "!fraction");
});

test("percents are whole, take their sign, and have their bounds", () => {
  for (const [typed, value] of [
    ["30%", "30"],
    ["30 %", "30"],
    ["7,0", "7"],
    ["100", "100"],
    ["0", "0"],
  ])
    assert.equal(said(typed, PERCENT), value, typed);
  for (const [typed, problem] of [
    ["12.5", "!fraction"],
    ["2,5%", "!fraction"],
    ["101", "!too_large"],
    ["-1", "!negative"],
  ])
    assert.equal(said(typed, PERCENT), problem, typed);
  assert.equal(said("1.000", PERCENT), "!too_large");
  assert.equal(said("1.000", MARKUP), "1000");
});

test("a blank is no number unless the field says that it may be left out", () => {
  assert.deepEqual(read("", { optional: true }), { text: "" });
  assert.equal(whole("", { optional: true }), null);
  assert.equal(whole("2.500"), 2500);
  assert.equal(whole("2.5", RATE), null);
});

const MARKS = [".", ",", " ", "\u00a0", "\u202f", "'", "’"];
const grouped = (number, mark) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, mark);
const count = fc.integer({ min: 0, max: 999_999_999_999_999 });

test("every whole number is read back from every way to group it, with and without a tail of zeros", () => {
  fc.assert(
    fc.property(count, fc.constantFrom(...MARKS), fc.constantFrom("", "0", "00"), (number, mark, zeros) => {
      const tail = zeros && (mark === "," ? `.${zeros}` : `,${zeros}`);
      assert.equal(said(grouped(number, mark) + tail, WHOLE), String(number));
      assert.equal(said(grouped(number, mark) + tail, RATE), String(number));
    }),
  );
});

test("what both languages' formats show is read back as it is", () => {
  fc.assert(
    fc.property(count, fc.constantFrom("vi-VN", "en-US"), (number, locale) => {
      for (const style of [{}, { style: "currency", currency: "VND" }])
        assert.equal(said(new Intl.NumberFormat(locale, style).format(number), WHOLE), String(number));
    }),
  );
});

test("every stored rate survives being shown in a field and read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (milli) => {
      const places = String(milli % 1000)
        .padStart(3, "0")
        .replace(/0+$/, "");
      const stored = `${Math.floor(milli / 1000)}${places && `.${places}`}`;
      assert.equal(said(forField(stored), RATE), stored);
    }),
  );
});

test("whatever is typed gives a plain number within its bounds or a reason, and the number reads as itself", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(..."0123456789.,' -%đ₫".split("")), maxLength: 12 }),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(WHOLE, RATE, PERCENT, SIGNED), (typed, kind) => {
      const found = read(typed, kind);
      if (!("text" in found)) return assert.match(found.problem, /^[a-z_]+$/);
      assert.match(found.text, kind === RATE ? /^\d{1,15}(\.\d{1,3})?$/ : /^-?\d{1,15}$/);
      assert.equal(said(forField(found.text), kind), found.text);
      // Nothing but zeros of a tail or in front may be lost on the way.
      const digits = (of) => of.replace(/\D/g, "").replace(/^0+|0+$/g, "");
      assert.equal(digits(found.text), digits(typed));
    }),
    { numRuns: 3000 },
  );
});

test("no page reads numbers in another way, or cuts what is typed", () => {
  const root = new URL("../../../static/", import.meta.url);
  const pages = ["lib", "ui", "pages"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true }).map((name) => `${folder}/${name}`),
  );
  const other = /maxlength|type="(?:number|range)"|parseInt\(|parseFloat\(|valueAsNumber/i;
  const found = pages.filter((path) => path.endsWith(".js") && other.test(readFileSync(new URL(path, root), "utf8")));
  assert.ok(pages.length > 60);
  assert.deepEqual(found, []);
});
