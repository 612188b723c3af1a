// What a link leads to, and what of it only follows the reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOfLink, kindWanted, lacking, untracked } from "../../../static/lib/link-kind.js";

test("what follows the reader is cut, and nothing else is touched", () => {
  for (const [link, kept, cut] of [
    [
      "https://www.tiktok.com/@a?is_from_webapp=1&sender_device=pc",
      "https://www.tiktok.com/@a",
      "is_from_webapp=1&sender_device=pc",
    ],
    ["https://www.tiktok.com/@a/video/1?_r=1&lang=vi#top", "https://www.tiktok.com/@a/video/1?lang=vi#top", "_r=1"],
    ["https://youtu.be/abc?si=x&t=10", "https://youtu.be/abc?t=10", "si=x"],
    ["https://www.youtube.com/watch?v=abc&feature=share", "https://www.youtube.com/watch?v=abc", "feature=share"],
    ["https://www.instagram.com/reel/C8/?igsh=MQ==", "https://www.instagram.com/reel/C8/", "igsh=MQ=="],
    [
      "https://www.facebook.com/permalink.php?story_fbid=1&id=2&mibextid=x",
      "https://www.facebook.com/permalink.php?story_fbid=1&id=2",
      "mibextid=x",
    ],
    ["https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1", "s=20&t=abc"],
    ["https://example.vn/?s=20&utm_source=zalo", "https://example.vn/?s=20", "utm_source=zalo"],
  ])
    assert.deepEqual(untracked(link), { link: kept, cut }, link);
  for (const link of ["https://example.com/a?t=1#si=2", "https://www.tiktok.com/@a", "@a?_r=1", "https://x.vn/?", ""])
    assert.deepEqual(untracked(link), { link, cut: "" }, link);
});

test("a link says what it leads to where its address does", () => {
  for (const [link, kind] of [
    ["https://www.tiktok.com/@a.b", "profile"],
    ["https://tiktok.com/@a/video/73", "post"],
    ["https://vt.tiktok.com/ZS1/", ""],
    ["https://www.tiktok.com/@a/live", ""],
    ["https://www.instagram.com/a.b/", "profile"],
    ["https://www.instagram.com/reel/C8/", "post"],
    ["https://www.instagram.com/a/reel/C8/", "post"],
    ["https://youtu.be/abc", "post"],
    ["https://www.youtube.com/@a/videos", "profile"],
    ["https://www.youtube.com/watch?v=1", "post"],
    ["https://www.youtube.com/playlist?list=1", ""],
    ["https://www.facebook.com/a", ""],
    ["https://example.com/@a", ""],
    ["@a", ""],
    ["", ""],
  ])
    assert.equal(kindOfLink(link), kind, link);
});

test("a service says which kind it is for where its name leaves no doubt, and only then is another one lacking", () => {
  for (const [name, kind] of [
    ["Tăng follow TikTok", "profile"],
    ["Tăng theo dõi TikTok", "profile"],
    ["YouTube Subscribers", "profile"],
    ["Tăng tim video TikTok", "post"],
    ["YouTube Likes – Real Users", "post"],
    ["Facebook Page Likes", ""],
    ["Mắt live TikTok", ""],
    ["Follow + like TikTok", ""],
    ["Autoview", ""],
    ["Bất kỳ", ""],
  ])
    assert.equal(kindWanted({ name }), kind, name);
  const follow = { name: "Tăng follow TikTok" };
  assert.equal(lacking("https://www.tiktok.com/@a/video/1", follow), "profile");
  assert.equal(lacking("https://www.tiktok.com/@a", follow), "");
  assert.equal(lacking("https://vt.tiktok.com/ZS1/", follow), "");
  assert.equal(lacking("https://www.tiktok.com/@a", { name: "Tăng tim TikTok" }), "post");
});
