// @ts-check
// What stands around every page: menu, top bar, the site's notice, and what a reader must know when the line is down.

import { html, useEffect, useState } from "../lib/dom.js";
import { LANGUAGES, lang, sentence, t, use } from "../lib/i18n.js";
import { safeHref } from "../lib/match.js";
import { connected } from "../lib/live.js";
import { place } from "../lib/router.js";
import { logOut, me, site } from "../lib/session.js";
import { theme, toggle } from "../lib/theme.js";
import { Icon } from "../ui/icon.js";
import { toast, toastError } from "../ui/toast.js";

/** @typedef {{href: string, icon: string, text: string, count?: number | null, counts?: string}} Entry
 * `counts`: in words, what is counted */

/** What the menu shows of a panel's routes. @param {import("../lib/match.js").Route[]} routes @returns {Entry[]} */
export const entries = (routes) =>
  routes.flatMap(({ pattern, menu }) => (menu ? [{ href: pattern, icon: menu[0], text: t(`menu.${menu[1]}`) }] : []));

/** @typedef {{open: boolean, toggle: () => void}} Menu whether the menu of a phone is open */

/** @param {{menu: Entry[], home: string, top?: any, look?: string, choice?: any, bar?: (menu: Menu) => any,
 *   children?: any}} props `look`: a class of the whole; `choice` stands beside the account; `bar` draws what
 *   stands at the foot of a phone, and opens the menu there */
export function Frame({ menu, home, top, look = "", choice, bar, children }) {
  const [open, setOpen] = useState(false);
  const path = place.value.path;
  useEffect(() => setOpen(false), [path]);
  return html`
    <a class="skip" href="#content">${t("frame.skip")}</a>
    <div class=${`page ${look}`}>
      <aside class="navbar navbar-vertical navbar-expand-lg">
        <div class="container-fluid">
          <button type="button" class="navbar-toggler" aria-expanded=${open} aria-controls="menu"
            aria-label=${t("frame.menu")}
            onClick=${() => setOpen(!open)}><${Icon} name=${open ? "x" : "menu-2"} /></button>
          <a class="navbar-brand" href=${home}><img src="/logo" width="28" height="28" alt="" /> <span
            class="brand-name">${site.value.site_name}</span></a>
          <div class="frame-small">${top}</div>
          <nav class=${`collapse navbar-collapse ${open ? "show" : ""}`} id="menu" aria-label=${t("frame.menu")}>
            <ul class="navbar-nav pt-lg-3">
              ${menu.map((entry) => html`<${MenuEntry} key=${entry.href} ...${entry} path=${path} home=${home} />`)}
            </ul>
            <div class="menu-foot">${me.value ? html`<${Account}>${choice}<//>` : null}<${Choices} /></div>
          </nav>
        </div>
      </aside>
      <div class="page-wrapper">
        <header class="topbar"><div class="container-xl topbar-inner">${top}</div></header>
        ${
          !connected.value &&
          me.value &&
          html`<div class="line-down" role="status"><${Icon} name="wifi-off" /> ${t("frame.offline")}</div>`
        }
        <main class="page-body" id="content"><div class="container-xl">
          ${
            site.value.notice &&
            html`<div class="alert alert-info" role="note"><bdi class="lines">${site.value.notice}</bdi></div>`
          }
          ${children}
        </div></main>
        <${Foot} />
      </div>
      ${bar?.({ open, toggle: () => setOpen(!open) })}
    </div>`;
}

/** @param {Entry & {path: string, home: string}} props */
function MenuEntry({ href, icon, text, count, counts, path, home }) {
  const here = href === home ? path === home : path === href || path.startsWith(`${href}/`);
  return html`
    <li class=${`nav-item ${here ? "active" : ""}`}>
      <a class="nav-link" href=${href} title=${count ? `${text}: ${counts}` : text}
        aria-current=${here ? "page" : undefined}>
        <span class="nav-link-icon"><${Icon} name=${icon} /></span>
        <span class="nav-link-title">${text}</span>
        ${count ? html`<span class="badge status-orange ms-auto tabular">${count}</span>` : null}
      </a>
    </li>`;
}

/** Language and colours. */
const Choices = () => html`
  <div class="choices">
    <div class="btn-group" role="group" aria-label=${t("frame.language")}>
      ${LANGUAGES.map(
        (code) => html`<button key=${code} type="button" lang=${code}
          class=${`btn btn-sm ${lang.value === code ? "active" : ""}`}
        aria-pressed=${lang.value === code}
        onClick=${() => use(code).catch(toastError)}>${t(`languages.${code}`)}</button>`,
      )}
    </div>
    <button type="button" class="btn btn-sm btn-icon" onClick=${toggle}
      aria-label=${t(theme.value === "dark" ? "frame.light" : "frame.dark")}
      title=${t(theme.value === "dark" ? "frame.light" : "frame.dark")}><${Icon}
        name=${theme.value === "dark" ? "sun" : "moon"} /></button>
  </div>`;

/** Who could not be logged out has to know it. */
const leave = () => logOut().catch((error) => toast(t("frame.logout_failed", { why: sentence(error) }), "danger"));

/** @param {{children?: any}} props */
const Account = ({ children }) => html`
  <div class="account">
    <a class="account-way" href="/account" title=${t("frame.account")}>
      <span class="avatar avatar-sm" aria-hidden="true">${me.value?.username.slice(0, 2).toUpperCase()}</span>
      <span class="account-name">${me.value?.username}</span>
    </a>
    <button type="button" class="btn btn-sm btn-icon" aria-label=${t("frame.logout")} title=${t("frame.logout")}
      onClick=${leave}>
      <${Icon} name="logout" />
    </button>
    ${children}
  </div>`;

/** Each way to the support, with what a mere name or number is completed by. */
const WAYS = [
  { name: "Zalo", key: "zalo", base: "https://zalo.me/" },
  { name: "Telegram", key: "telegram", base: "https://t.me/" },
  { name: "E-mail", key: "email", base: "mailto:" },
];

/** @param {string} base @param {string} to a link, a name or a number */
const support = (base, to) => safeHref(to) ?? base + encodeURIComponent(to.replace(/^@/, "")).replaceAll("%40", "@");

/** A link for each way to the support. */
export const SupportWays = () => {
  const known = site.value.support ?? {};
  return WAYS.filter(({ key }) => known[key]).map(
    ({ name, key, base }) => html`
      <a key=${key} href=${support(base, known[key])} rel="noopener noreferrer" target="_blank">${name}</a>`,
  );
};

/** Where to find help. */
function Foot() {
  const ways = SupportWays();
  return html`
    <footer class="footer"><div class="container-xl foot">
      ${ways.length ? html`<span>${t("frame.support")}:</span>` : null}
      ${ways}
      <span class="ms-auto"><a href="/docs">${t("frame.reference")}</a></span>
    </div></footer>`;
}
