// @ts-check
// What a link leads to, which part of it only tells where it was copied, and which kind a service is for. Pure.

import { platformOfLink } from "./platforms.js";
import { plain } from "./services.js";

/** Parts of an address that follow the reader and lead nowhere; of some hosts alone.
 * @type {[RegExp | null, RegExp][]} */
const TRACKING = [
  [null, /^(utm_\w+|fbclid|gclid|igsh\w*|mibextid|ref_src|ref_url)$/i],
  [
    /(^|\.)tiktok\.com$/,
    /^(_[a-z]|is_from_webapp|is_copy_url|sender_device|sender_web_id|share_\w+|web_id|u_code|tt_from)$/,
  ],
  [/(^|\.)(facebook|fb)\.com$/, /^(rdid|share_url|__cft__\S*|__tn__|paipv|eav|refid|sfnsn)$/],
  [/(^|\.)(youtube\.com|youtu\.be|spotify\.com)$/, /^(si|pp|feature|context)$/],
  [/(^|\.)(x|twitter)\.com$/, /^[st]$/],
];

/** The link without what only follows the reader, and what that was: "" where there is nothing of it.
 * @param {string} link @returns {{link: string, cut: string}} */
export function untracked(link) {
  const [, before, query, hash = ""] = /^([^?#]*)\?([^#]*)(#.*)?$/.exec(link) ?? [];
  if (query === undefined || !URL.canParse(link)) return { link, cut: "" };
  const { hostname } = new URL(link);
  const follows = (/** @type {string} */ part) =>
    TRACKING.some(([host, names]) => (!host || host.test(hostname)) && names.test(part.split("=")[0]));
  const parts = query.split("&");
  const cut = parts.filter(follows).join("&");
  const rest = parts.filter((part) => !follows(part)).join("&");
  return { link: cut ? `${before}${rest && `?${rest}`}${hash}` : link, cut };
}

/** Where a path begins by what it leads to. @type {Record<string, [post: RegExp, profile: RegExp]>} */
const PATHS = {
  TikTok: [/^\/@[^/]+\/(video|photo)\/\d/, /^\/@[^/]+\/?$/],
  Instagram: [/^\/(?:[^/]+\/)?(p|reel|tv)\/./, /^\/[\w.]+\/?$/],
  YouTube: [/^\/(watch|shorts\/.|live\/.)/, /^\/(@[^/]+|(channel|c|user)\/[^/]+)(\/(videos|shorts|featured))?\/?$/],
  Threads: [/^\/@[^/]+\/post\/./, /^\/@[^/]+\/?$/],
  X: [/^\/[^/]+\/status\/\d/, /^\/\w+\/?$/],
};

/** What a link leads to, where its address says so. @param {string} link @returns {"post" | "profile" | ""} */
export function kindOfLink(link) {
  const [post, profile] = PATHS[platformOfLink(link)] ?? [];
  if (!post) return "";
  const { hostname, pathname } = new URL(link);
  if (/(^|\.)youtu\.be$/.test(hostname)) return pathname.length > 1 ? "post" : "";
  return post.test(pathname) ? "post" : profile.test(pathname) ? "profile" : "";
}

const OF_PROFILE = /\b(follow\w*|theo doi|subscri\w*|subs?|thanh vien|members?)\b/;
const OF_POST = /\b(likes?|tim|hearts?|views?|luot xem|comments?|binh luan|shares?|saves?|reels?|videos?)\b/;
const OF_BOTH = /\b(live\w*|mat|page|fanpage|story|stories|auto|group|nhom|profile)\b/;

/** What a service is for, where its name leaves no doubt. @param {{name: string}} service
 * @returns {"post" | "profile" | ""} */
export function kindWanted({ name }) {
  const text = plain(name);
  const [profile, post] = [OF_PROFILE.test(text), OF_POST.test(text)];
  if (profile === post || OF_BOTH.test(text)) return "";
  return profile ? "profile" : "post";
}

/** What the service needs where the link is of another kind, else "". @param {string} link
 * @param {{name: string}} service @returns {"post" | "profile" | ""} */
export function lacking(link, service) {
  const [is, wants] = [kindOfLink(link), kindWanted(service)];
  return is && wants && is !== wants ? wants : "";
}
