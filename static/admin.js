// @ts-check
// The admin panel: its addresses and the start. Pages that say so are for the support too.

import { html } from "./lib/dom.js";
import { AdminFrame } from "./pages/admin/parts/frame.js";
import { start } from "./pages/boot.js";

/** @type {import("./lib/match.js").Route[]} */
const PAGES = [
  { pattern: "/admin", load: () => import("./pages/admin/dashboard.js"), menu: ["layout-dashboard", "dashboard"] },
  {
    pattern: "/admin/orders",
    load: () => import("./pages/admin/orders.js"),
    needs: "staff",
    menu: ["list-check", "orders"],
  },
  { pattern: "/admin/orders/:id", load: () => import("./pages/admin/order.js"), needs: "staff" },
  { pattern: "/admin/review", load: () => import("./pages/admin/review.js"), menu: ["alert-triangle", "review"] },
  { pattern: "/admin/refills", load: () => import("./pages/admin/refills.js"), menu: ["refresh", "refills"] },
  { pattern: "/admin/services", load: () => import("./pages/admin/services.js"), menu: ["tag", "services"] },
  { pattern: "/admin/categories", load: () => import("./pages/admin/categories.js"), menu: ["list", "categories"] },
  { pattern: "/admin/import", load: () => import("./pages/admin/import.js") },
  { pattern: "/admin/providers", load: () => import("./pages/admin/providers.js"), menu: ["plug", "providers"] },
  { pattern: "/admin/users", load: () => import("./pages/admin/users.js"), needs: "staff", menu: ["users", "users"] },
  { pattern: "/admin/users/:id", load: () => import("./pages/admin/user.js"), needs: "staff" },
  {
    pattern: "/admin/deposits",
    load: () => import("./pages/admin/deposits.js"),
    needs: "staff",
    menu: ["wallet", "deposits"],
  },
  { pattern: "/admin/bank", load: () => import("./pages/admin/bank.js"), menu: ["building-bank", "bank"] },
  {
    pattern: "/admin/tickets",
    load: () => import("./pages/admin/tickets.js"),
    needs: "staff",
    menu: ["message", "tickets"],
  },
  { pattern: "/admin/tickets/:id", load: () => import("./pages/admin/ticket.js"), needs: "staff" },
  { pattern: "/admin/coupons", load: () => import("./pages/admin/coupons.js"), menu: ["gift", "coupons"] },
  {
    pattern: "/admin/announcements",
    load: () => import("./pages/admin/announcements.js"),
    menu: ["bell", "announcements"],
  },
  { pattern: "/admin/ledger", load: () => import("./pages/admin/ledger.js"), menu: ["receipt", "ledger"] },
  { pattern: "/admin/reports", load: () => import("./pages/admin/reports.js"), menu: ["chart-bar", "reports"] },
  { pattern: "/admin/audit", load: () => import("./pages/admin/audit.js"), menu: ["file-text", "audit"] },
  { pattern: "/admin/backups", load: () => import("./pages/admin/backups.js"), menu: ["archive", "backups"] },
  { pattern: "/admin/errors", load: () => import("./pages/admin/errors.js"), menu: ["circle-x", "errors"] },
  { pattern: "/admin/doctor", load: () => import("./pages/admin/doctor.js"), menu: ["circle-check", "doctor"] },
  { pattern: "/admin/settings", load: () => import("./pages/admin/settings.js"), menu: ["settings", "settings"] },
  { pattern: "/admin/wizard", load: () => import("./pages/admin/wizard.js") },
];
const ROUTES = PAGES.map((page) => ({ needs: /** @type {const} */ ("admin"), ...page }));

start({
  routes: ROUTES,
  words: ["common", "admin", "tickets"],
  frame: (content) => html`<${AdminFrame} routes=${ROUTES}>${content}<//>`,
});
