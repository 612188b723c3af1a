import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../../../static/lib/server-words.js";

test("servers are called by what tells them apart", () => {
  const called = (...names) => {
    const servers = names.map((one, id) => ({ id, note: null, ...(typeof one === "string" ? { name: one } : one) }));
    return [...differences(servers).values()];
  };
  assert.deepEqual(
    called(
      "🔥 Follow TikTok | Global mix | 5K/ngày",
      "NEW ➤ Follow TikTok | Clone | 5K/ngày",
      "[SALE] Follow TikTok | Clone",
    ),
    ["Global mix · 5K/ngày", "Clone · 5K/ngày", "Clone"],
  );
  assert.deepEqual(called("[Việt] Follow | BH", "[Global] Follow | BH"), ["Việt", "Global"]);
  assert.deepEqual(called("Follow", "Follow | nhanh"), ["Follow", "nhanh"]);
  assert.deepEqual(called("Follow | A", "Follow | A"), ["A", "A"]);
  const noted = (name, note) => ({ name, note });
  assert.deepEqual(called(noted("F | A", "Rẻ nhất"), noted("F | B", "Rẻ nhất"), noted("F | C", "Nhanh")), [
    "Rẻ nhất · A",
    "Rẻ nhất · B",
    "Nhanh",
  ]);
});
