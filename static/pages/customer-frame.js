// @ts-check
import { html, useEffect } from "../lib/dom.js";
import { money, t } from "../lib/i18n.js";
import { place } from "../lib/router.js";
import { home, isStaff, me, site } from "../lib/session.js";
import { Icon } from "../ui/icon.js";
import { Notice } from "../ui/notice.js";
import { Frame, entries } from "./frame.js";

/** What a customer goes to most, in the order of the bar. */
const OFTEN = ["/", "/orders", "/services", "/deposit"];

/** @param {{routes: import("../lib/match.js").Route[], children?: any}} props */
export function CustomerFrame({ routes, children }) {
  const user = me.value;
  const isShown = (/** @type {import("../lib/match.js").Route} */ { needs, tellsGuests }) =>
    !needs || (needs === "guest") === !user || tellsGuests;
  const menu = entries(routes.filter(isShown));
  if (isStaff()) menu.push({ href: home(), icon: "layout-dashboard", text: t("menu.admin") });
  const top =
    user &&
    html`
    <a class="balance" href="/deposit" title=${t("menu.deposit")}>
      <span class="visually-hidden">${t("frame.balance")}</span> <strong class="tabular">${money(user.balance)}</strong>
      <span class="balance-add"><${Icon} name="plus" /></span>
    </a>
    <span class="badge tier" title=${t("frame.tier")}><${Icon} name="crown" /> ${user.tier.name}</span>`;
  const closed = site.value.maintenance && html`<${Notice} kind="warning">${t("frame.maintenance")}<//>`;
  const often = OFTEN.flatMap((href) => menu.filter((entry) => entry.href === href));
  const bar = (/** @type {import("./frame.js").Menu} */ state) => html`<${Bar} often=${often} ...${state} />`;
  return html`<${Frame} menu=${menu} home="/" top=${top} look=${user ? "customer has-bar" : "customer"}
    bar=${user && bar}>${closed}${children}<//>`;
}

/** At the foot of a phone, where a thumb reaches it. @param {import("./frame.js").Menu & {often:
 * import("./frame.js").Entry[]}} props */
function Bar({ often, open, toggle }) {
  const { path } = place.value;
  const isAt = (/** @type {string} */ href) => path === href || (href !== "/" && path.startsWith(`${href}/`));
  useEffect(() => {
    if (!open) return;
    /** @type {HTMLElement | null} */ (document.querySelector("#menu a"))?.focus();
    const escape = (/** @type {KeyboardEvent} */ { key }) => {
      if (key !== "Escape") return;
      toggle();
      /** @type {HTMLElement | null} */ (document.querySelector(".tabbar button"))?.focus();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, [open]);
  return html`
    <nav class="tabbar" aria-label=${t("frame.often")}>
      ${often.map(
        ({ href, icon, text }) => html`
        <a key=${href} href=${href} class=${isAt(href) && !open ? "at" : ""}
          aria-current=${isAt(href) ? "page" : undefined}><${Icon} name=${icon} /><span>${text}</span></a>`,
      )}
      <button type="button" class=${open ? "at" : ""} aria-expanded=${open} aria-controls="menu" onClick=${toggle}>
        <${Icon} name=${open ? "x" : "menu-2"} /><span>${t("frame.more")}</span></button>
    </nav>`;
}
