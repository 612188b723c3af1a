// @ts-check
import { html } from "../lib/dom.js";
import { money, t } from "../lib/i18n.js";
import { me } from "../lib/session.js";
import { Icon } from "../ui/icon.js";
import { Frame } from "./frame.js";

const MENU = [
  ["/", "shopping-cart", "new_order"],
  ["/mass-order", "list-details", "mass_order"],
  ["/orders", "list-check", "orders"],
  ["/services", "tag", "services"],
  ["/deposit", "wallet", "deposit"],
  ["/transactions", "history", "transactions"],
  ["/referrals", "gift", "referrals"],
  ["/reseller", "api", "reseller"],
  ["/account", "user", "account"],
];
const GUEST_MENU = [
  ["/login", "login", "login"],
  ["/register", "user-plus", "register"],
  ["/services", "tag", "services"],
];

/** @param {{children?: any}} props */
export function CustomerFrame({ children }) {
  const user = me.value;
  const menu = (user ? MENU : GUEST_MENU).map(([href, icon, name]) => ({ href, icon, text: t(`menu.${name}`) }));
  if (user?.role === "admin") menu.push({ href: "/admin", icon: "layout-dashboard", text: t("menu.admin") });
  const top =
    user &&
    html`
    <a class="balance" href="/deposit" title=${t("menu.deposit")}>
      <${Icon} name="wallet" /> <span class="visually-hidden">${t("frame.balance")}</span> <strong class="tabular">
        ${money(user.balance)}</strong>
    </a>
    <span class="badge tier" title=${t("frame.tier")}><${Icon} name="crown" /> ${user.tier.name}</span>`;
  return html`<${Frame} menu=${menu} home="/" top=${top}>${children}<//>`;
}
