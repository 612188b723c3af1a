// @ts-check
import { ask } from "../../lib/api.js";
import { html, useEffect } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { review } from "../../lib/live.js";
import { me } from "../../lib/session.js";
import { Icon } from "../../ui/icon.js";
import { Frame } from "../frame.js";

const MENU = [
  ["/admin", "layout-dashboard", "dashboard"],
  ["/admin/orders", "list-check", "orders"],
  ["/admin/review", "alert-triangle", "review"],
  ["/admin/refills", "refresh", "refills"],
  ["/admin/services", "tag", "services"],
  ["/admin/providers", "plug", "providers"],
  ["/admin/users", "users", "users"],
  ["/admin/deposits", "wallet", "deposits"],
  ["/admin/bank", "building-bank", "bank"],
  ["/admin/ledger", "receipt", "ledger"],
  ["/admin/reports", "chart-bar", "reports"],
  ["/admin/audit", "file-text", "audit"],
  ["/admin/settings", "settings", "settings"],
];

/** @param {{children?: any}} props */
export function AdminFrame({ children }) {
  const isAdmin = me.value?.role === "admin";
  useEffect(() => {
    if (isAdmin)
      ask("/api/admin/review")
        .then((counts) => (review.value = counts.count))
        .catch(() => {});
  }, [isAdmin]);
  const menu = isAdmin
    ? MENU.map(([href, icon, name]) => ({
        href,
        icon,
        text: t(`menu.${name}`),
        count: name === "review" ? review.value : null,
      }))
    : [];
  const top = isAdmin && html`<a class="btn btn-sm" href="/"><${Icon} name="shopping-cart" /> ${t("menu.shop")}</a>`;
  return html`<${Frame} menu=${menu} home="/admin" top=${top}>${children}<//>`;
}
