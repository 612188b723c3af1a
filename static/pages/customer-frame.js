// @ts-check
import { html } from "../lib/dom.js";
import { money, t } from "../lib/i18n.js";
import { home, isStaff, me, site } from "../lib/session.js";
import { Icon } from "../ui/icon.js";
import { Notice } from "../ui/notice.js";
import { Frame, entries } from "./frame.js";

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
      <${Icon} name="wallet" /> <span class="visually-hidden">${t("frame.balance")}</span> <strong class="tabular">
        ${money(user.balance)}</strong>
    </a>
    <span class="badge tier" title=${t("frame.tier")}><${Icon} name="crown" /> ${user.tier.name}</span>`;
  const closed = site.value.maintenance && html`<${Notice} kind="warning">${t("frame.maintenance")}<//>`;
  return html`<${Frame} menu=${menu} home="/" top=${top}>${closed}${children}<//>`;
}
