// The one reading of a pasted link: the table, and what must hold for whatever is pasted.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { commonPart, linkKey, readLink } from "../../../static/lib/link.js";
import { platformOfLink } from "../../../static/lib/platforms.js";
import { PASTED } from "../cases/links.mjs";

const made = (typed, kind = "url") => {
  const found = readLink(typed, kind);
  return "link" in found ? found.link : `!${found.problem}`;
};

for (const [typed, link] of PASTED) {
  test(`${JSON.stringify(typed).slice(0, 70)} is ${link}`, () => assert.equal(made(typed), link));
}

test("a link as long as it may be is taken, and one longer says how long it is", () => {
  const link = (length) => `https://x.vn/${"ă".repeat(length - 13)}`;
  assert.equal(made(link(2048)), link(2048));
  assert.deepEqual(readLink(link(2049), "url"), { problem: "too_long", about: { count: 2049, most: 2048 } });
});

test("names stay names, and only an address with a path is an address where both may stand", () => {
  for (const name of ["ten", "@ten", "nguyen.van", "tiktok.com"]) assert.equal(made(name, "any"), name);
  assert.equal(made(" @ten\u200b", "handle"), "@ten");
  assert.equal(made("\u3164@ten\u{e0041}", "handle"), "@ten");
  for (const hidden of ["\u200b", "\u061c", "\u3164", "\u{e0041}"])
    assert.equal(made(`t${hidden}en`, "handle"), "!hidden");
  assert.equal(made("ten\u2764\ufe0f", "handle"), "ten\u2764\ufe0f");
  assert.equal(made("tiktok.com/@x", "any"), "https://tiktok.com/@x");
  assert.equal(made("xem https://x.vn/a", "any"), "https://x.vn/a");
});

test("what was made of a text says so", () => {
  assert.deepEqual(readLink(" https://x.vn/a ", "url"), { link: "https://x.vn/a", isMade: false });
  assert.deepEqual(readLink("x.vn/a", "url"), { link: "https://x.vn/a", isMade: true });
});

test("a link made of whatever text stands in it, holds nothing that nobody sees, and reads as itself", () => {
  const piece = fc.constantFrom(
    "https://x.vn/a",
    "tiktok.com/@b",
    "\u200b",
    "\ufeff",
    " ",
    "\n",
    "(",
    ")",
    ".",
    "nhé",
    "@ten",
    "?c=1",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (typed) => {
      const found = readLink(typed, "url");
      if (!("link" in found)) return;
      assert.ok(typed.includes(found.link) || typed.includes(found.link.replace("https://", "")), found.link);
      assert.doesNotMatch(found.link, /\s|[^\P{DI}\p{VS}]/u);
      assert.equal(made(found.link), found.link);
    }),
    { numRuns: 2000 },
  );
});

test("links are the same whatever a phone writes around them", () => {
  const same = ["https://www.tiktok.com/@x/", "https://m.tiktok.com/@x", "http://TikTok.com/@x#top"];
  assert.equal(new Set(same.map(linkKey)).size, 1);
  for (const link of same) assert.equal(commonPart(link).toLowerCase(), "tiktok.com/@x");
  assert.notEqual(linkKey("https://x.vn/a?b=1"), linkKey("https://x.vn/a?b=2"));
  assert.notEqual(linkKey("https://x.vn/A"), linkKey("https://x.vn/a"));
  assert.equal(linkKey("@Ten"), linkKey("ten"));
});

test("a link's platform is its host's, and a look-alike has none", () => {
  for (const [link, name] of [
    ["https://www.tiktok.com/@x", "TikTok"],
    ["https://vt.tiktok.com/ZS1/", "TikTok"],
    ["https://youtu.be/a", "YouTube"],
    ["https://m.facebook.com/a", "Facebook"],
    ["https://x.com/a", "X"],
    ["https://netflix.com/a", ""],
    ["https://tiktok.com.example.vn/a", ""],
    ["https://notiktok.com/a", ""],
    ["@ten", ""],
  ])
    assert.equal(platformOfLink(link), name, link);
});
