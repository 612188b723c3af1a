// @ts-check
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { factorNeeded, home, isAdmin, isStaff } from "../../../lib/session.js";
import { Icon } from "../../../ui/icon.js";
import { head } from "../../../ui/page.js";
import { Frame, entries } from "../../frame.js";
import { useWays } from "../desk/ways.js";
import { RailButton, isRail } from "./rail.js";
import { tasks, useTasks } from "./tasks.js";

/** On a desk the way to the shop stands beside the title, and costs no line of its own. */
const Corner = () =>
  isStaff() && html`<a class="btn desk-corner" href="/"><${Icon} name="external-link" /> ${t("menu.shop")}</a>`;
head.lay = (words) => html`<div class="page-top">${words}</div><${Corner} />`;

/** @param {{routes: import("../../../lib/match.js").Route[], children?: any}} props */
export function AdminFrame({ routes, children }) {
  const all = isAdmin();
  useWays();
  useTasks(all && !factorNeeded.value);
  const count = tasks.value?.data?.items.length ?? null;
  const counted = (/** @type {import("../../frame.js").Entry} */ entry) =>
    entry.href === "/admin/review" ? { ...entry, count, counts: t("tasks.counted", { count }) } : entry;
  const mine = isStaff() ? routes.filter((route) => all || route.needs === "staff") : [];
  const top = isStaff() && html`<a class="btn btn-sm" href="/"><${Icon} name="shopping-cart" /> ${t("menu.shop")}</a>`;
  return html`<${Frame} menu=${entries(mine).map(counted)} home=${home()} top=${top} look=${isRail() ? "is-rail" : ""}
    choice=${isStaff() && html`<${RailButton} />`}>${children}<//>`;
}
