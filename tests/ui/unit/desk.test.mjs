// What a row of the desk makes of what it is given: names, links, columns that fit.
import assert from "node:assert/strict";
import { test } from "node:test";

import { platformIcon, shortLink, split } from "../../../static/lib/service-name.js";
import { fitting } from "../../../static/pages/admin/desk/fitting.js";

test("a name is what it is, and softly what is added", () => {
  for (const [name, head, tail] of [
    ["🔥 Facebook Followers | Max 500K | 30 Days ♻️", "Facebook Followers", "Max 500K · 30 Days ♻️"],
    ["TikTok Shares ~ SVIP ~ HQ", "TikTok Shares", "SVIP · HQ"],
    ["[SERVER 14] TikTok Live giá rẻ | 60 phút", "TikTok Live giá rẻ", "60 phút"],
    ["𝗕𝗘𝗦𝗧 ➤ Facebook ➤ S", "𝗕𝗘𝗦𝗧", "Facebook · S"],
    ["⚡Followers &amp; Real Users &lt;b", "Followers & Real Users b", ""],
    ["Telegram Members [ Non Drop ] [ R30 ]", "Telegram Members", "Non Drop · R30"],
    ["Tăng theo dõi, không-tụt", "Tăng theo dõi, không-tụt", ""],
    ["100K Views - HQ", "100K Views", "HQ"],
    ["🔥🔥", "🔥🔥", ""],
    ["", "", ""],
  ])
    assert.deepEqual(split(name), { head, tail }, name);
});

test("a link loses what every link has, and what follows its reader", () => {
  assert.equal(shortLink("https://www.facebook.com/a/?fbclid=x1&id=7"), "facebook.com/a/?id=7");
  assert.equal(shortLink("https://tiktok.com/@a/"), "tiktok.com/@a");
  assert.equal(shortLink("@somebody"), "@somebody");
});

test("a name has its platform's picture, or one for all others", () => {
  assert.equal(platformIcon("Tăng like Facebook"), "brand-facebook");
  assert.equal(platformIcon("Google Maps"), "tag");
});

test("columns leave in their order until the rest fits", () => {
  const columns = [
    { key: "id", label: "", width: 60, cell: () => "" },
    { key: "link", label: "", width: 150, drop: 1, cell: () => "" },
    { key: "name", label: "", least: 200, cell: () => "" },
    { key: "user", label: "", width: 100, drop: 2, cell: () => "" },
  ];
  const kept = (room) => fitting(columns, room).map(({ key }) => key);
  assert.deepEqual(kept(510), ["id", "link", "name", "user"]);
  assert.deepEqual(kept(509), ["id", "name", "user"]);
  assert.deepEqual(kept(300), ["id", "name"]);
  assert.deepEqual(kept(10), ["id", "name"]);
});
