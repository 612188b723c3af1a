// @ts-check
// The admin panel: its addresses and the start.

import { html } from "./lib/dom.js";
import { AdminFrame } from "./pages/admin/frame.js";
import { start } from "./pages/boot.js";

/** @type {import("./lib/match.js").Route[]} */
const ROUTES = [
  { pattern: "/admin", load: () => import("./pages/admin/dashboard.js"), needs: "admin" },
  { pattern: "/admin/orders", load: () => import("./pages/admin/orders.js"), needs: "admin" },
  { pattern: "/admin/orders/:id", load: () => import("./pages/admin/order.js"), needs: "admin" },
  { pattern: "/admin/review", load: () => import("./pages/admin/review.js"), needs: "admin" },
  { pattern: "/admin/refills", load: () => import("./pages/admin/refills.js"), needs: "admin" },
  { pattern: "/admin/services", load: () => import("./pages/admin/services.js"), needs: "admin" },
  { pattern: "/admin/import", load: () => import("./pages/admin/import.js"), needs: "admin" },
  { pattern: "/admin/providers", load: () => import("./pages/admin/providers.js"), needs: "admin" },
  { pattern: "/admin/users", load: () => import("./pages/admin/users.js"), needs: "admin" },
  { pattern: "/admin/users/:id", load: () => import("./pages/admin/user.js"), needs: "admin" },
  { pattern: "/admin/deposits", load: () => import("./pages/admin/deposits.js"), needs: "admin" },
  { pattern: "/admin/bank", load: () => import("./pages/admin/bank.js"), needs: "admin" },
  { pattern: "/admin/ledger", load: () => import("./pages/admin/ledger.js"), needs: "admin" },
  { pattern: "/admin/reports", load: () => import("./pages/admin/reports.js"), needs: "admin" },
  { pattern: "/admin/audit", load: () => import("./pages/admin/audit.js"), needs: "admin" },
  { pattern: "/admin/settings", load: () => import("./pages/admin/settings.js"), needs: "admin" },
  { pattern: "/admin/wizard", load: () => import("./pages/admin/wizard.js"), needs: "admin" },
];

start({ routes: ROUTES, words: ["common", "admin"], frame: (content) => html`<${AdminFrame}>${content}<//>` });
