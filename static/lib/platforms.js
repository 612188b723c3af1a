// @ts-check
// The platforms that things are sold for. Pure.

/** Each with the words by which a category or a name belongs to it, and the hosts of its links. */
export const PLATFORMS = [
  { name: "TikTok", icon: "brand-tiktok", words: ["tiktok", "tik tok"], hosts: ["tiktok.com"] },
  {
    name: "Facebook",
    icon: "brand-facebook",
    words: ["facebook", "fanpage"],
    hosts: ["facebook.com", "fb.com", "fb.watch", "fb.me", "messenger.com"],
  },
  { name: "Instagram", icon: "brand-instagram", words: ["instagram"], hosts: ["instagram.com", "instagr.am"] },
  { name: "YouTube", icon: "brand-youtube", words: ["youtube"], hosts: ["youtube.com", "youtu.be"] },
  { name: "Telegram", icon: "brand-telegram", words: ["telegram"], hosts: ["t.me", "telegram.me", "telegram.org"] },
  { name: "Threads", icon: "brand-threads", words: ["threads"], hosts: ["threads.net", "threads.com"] },
  { name: "X", icon: "brand-x", words: ["twitter"], hosts: ["x.com", "twitter.com", "t.co"] },
  { name: "Shopee", icon: "brand-shopee", words: ["shopee"], hosts: ["shopee.vn", "shopee.com", "shp.ee"] },
  { name: "Spotify", icon: "brand-spotify", words: ["spotify"], hosts: ["spotify.com", "spotify.link"] },
  { name: "Discord", icon: "brand-discord", words: ["discord"], hosts: ["discord.com", "discord.gg"] },
];

/** The platform a link leads to, or "". @param {string} link */
export function platformOfLink(link) {
  const host = URL.canParse(link) ? new URL(link).hostname : "";
  const isAt = (/** @type {string} */ known) => host === known || host.endsWith(`.${known}`);
  return PLATFORMS.find(({ hosts }) => hosts.some(isAt))?.name ?? "";
}
