// @ts-check
import { ask } from "../../../lib/api.js";
import { html, useEffect } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { review } from "../../../lib/live.js";
import { me } from "../../../lib/session.js";
import { Icon } from "../../../ui/icon.js";
import { Frame, entries } from "../../frame.js";

/** @param {{routes: import("../../../lib/match.js").Route[], children?: any}} props */
export function AdminFrame({ routes, children }) {
  const isAdmin = me.value?.role === "admin";
  useEffect(() => {
    if (isAdmin)
      ask("/api/admin/review")
        .then((counts) => (review.value = counts.count))
        .catch(() => {});
  }, [isAdmin]);
  const counted = (/** @type {import("../../frame.js").Entry} */ entry) =>
    entry.href === "/admin/review" ? { ...entry, count: review.value } : entry;
  const menu = isAdmin ? entries(routes).map(counted) : [];
  const top =
    isAdmin &&
    html`<a class="btn btn-sm" href="/"
      ><${Icon} name="shopping-cart" /> ${t("menu.shop")}</a
    >`;
  return html`<${Frame} menu=${menu} home="/admin" top=${top}>${children}<//>`;
}
