// What people paste as a link, and what is made of it for a service with links: the link, or `!reason`.

/** @type {[typed: string, link: string][]} */
export const PASTED = [
  ["https://www.tiktok.com/@ten/video/1", "https://www.tiktok.com/@ten/video/1"],
  ["HTTPS://WWW.TIKTOK.COM/@Ten?is_from_webapp=1#c", "HTTPS://WWW.TIKTOK.COM/@Ten?is_from_webapp=1#c"],
  ["http://127.0.0.1:8000/", "http://127.0.0.1:8000/"],
  ["https://en.wikipedia.org/wiki/A_(b)", "https://en.wikipedia.org/wiki/A_(b)"],
  ["https://x.vn/?u=https://y.vn", "https://x.vn/?u=https://y.vn"],
  ["https://x.vn/a;b|c.", "https://x.vn/a;b|c."],
  // Blanks and what nobody sees at the ends.
  ["  https://x.vn/a\n", "https://x.vn/a"],
  ["\u200bhttps://x.vn/a\u2069", "https://x.vn/a"],
  ["\ufeffhttps://x.vn/a\u00ad", "https://x.vn/a"],
  // Without a scheme.
  ["tiktok.com/@x", "https://tiktok.com/@x"],
  ["www.facebook.com/abc?id=1", "https://www.facebook.com/abc?id=1"],
  ["www.cua-hang.vn", "https://www.cua-hang.vn"],
  ["youtu.be", "https://youtu.be"],
  ["tên.vn/đường", "https://tên.vn/đường"],
  ["facebook.com/sharer?u=https://tiktok.com/@x", "https://facebook.com/sharer?u=https://tiktok.com/@x"],
  // In what apps share.
  ["Xem video của Lan! https://vt.tiktok.com/ZS123/ #fyp #xuhuong", "https://vt.tiktok.com/ZS123/"],
  ["Look at this (https://youtu.be/abc).", "https://youtu.be/abc"],
  ["“https://x.vn/a”, nhé", "https://x.vn/a"],
  ["xem tiktok.com/@x nhé", "https://tiktok.com/@x"],
  ["Tải app 3.5/5 sao: https://x.vn/a", "https://x.vn/a"],
  ["看这个https://v.douyin.com/abc/ 复制打开", "https://v.douyin.com/abc/"],
  ["https://x.vn/first https://x.vn/second", "https://x.vn/first"],
  ["Tải\u200b xong https://x.vn/a\u200b nhé", "https://x.vn/a"],
  // What nobody sees inside.
  ["https://x.vn/a\u200bb", "!hidden"],
  ["https://tik\ufefftok.com/@x", "!hidden"],
  ["https://x.vn/\u2069b", "!hidden"],
  ["https://x.vn/soft\u00adhyphen", "!hidden"],
  ["tiktok.com/@x\u2060y", "!hidden"],
  // No address.
  ["", "!none"],
  [" \u200b ", "!none"],
  ["ten", "!no_address"],
  ["@ten", "!no_address"],
  ["nguyen.van", "!no_address"],
  ["javascript:alert(1)", "!no_address"],
  ["mailto:a@b.com/x", "!no_address"],
  ["ftp://x.vn/a", "!no_address"],
  ["https://", "!no_address"],
  ["https:///x.vn", "!no_address"],
  ["https://x.vn:port/", "!no_address"],
  [`https://x.vn/${"a".repeat(2757)}`, "!too_long"],
];
