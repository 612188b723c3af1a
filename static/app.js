// @ts-check
// The customer panel: its addresses and the start.

import { html } from "./lib/dom.js";
import { start } from "./pages/boot.js";
import { CustomerFrame } from "./pages/customer-frame.js";

/** @type {import("./lib/match.js").Route[]} */
const ROUTES = [
  { pattern: "/", load: () => import("./pages/new-order.js"), needs: "user", menu: ["shopping-cart", "new_order"] },
  {
    pattern: "/mass-order",
    load: () => import("./pages/mass-order.js"),
    needs: "user",
    menu: ["list-details", "mass_order"],
  },
  { pattern: "/orders", load: () => import("./pages/orders.js"), needs: "user", menu: ["list-check", "orders"] },
  { pattern: "/orders/:id", load: () => import("./pages/order.js"), needs: "user" },
  { pattern: "/services", load: () => import("./pages/services.js"), menu: ["tag", "services"] },
  { pattern: "/deposit", load: () => import("./pages/deposit.js"), needs: "user", menu: ["wallet", "deposit"] },
  { pattern: "/deposit/:id", load: () => import("./pages/deposit.js"), needs: "user" },
  {
    pattern: "/transactions",
    load: () => import("./pages/transactions.js"),
    needs: "user",
    menu: ["history", "transactions"],
  },
  { pattern: "/referrals", load: () => import("./pages/referrals.js"), needs: "user", menu: ["gift", "referrals"] },
  {
    pattern: "/reseller",
    load: () => import("./pages/reseller.js"),
    needs: "user",
    menu: ["api", "reseller"],
    tellsGuests: true,
  },
  { pattern: "/tickets", load: () => import("./pages/tickets.js"), needs: "user", menu: ["message", "tickets"] },
  { pattern: "/tickets/:id", load: () => import("./pages/ticket.js"), needs: "user" },
  { pattern: "/announcements", load: () => import("./pages/announcements.js"), menu: ["bell", "announcements"] },
  { pattern: "/account", load: () => import("./pages/account.js"), needs: "user", menu: ["user", "account"] },
  { pattern: "/login", load: () => import("./pages/login.js"), needs: "guest", menu: ["login", "login"] },
  { pattern: "/register", load: () => import("./pages/register.js"), needs: "guest", menu: ["user-plus", "register"] },
  { pattern: "/setup", load: () => import("./pages/setup.js") },
  { pattern: "/reset", load: () => import("./pages/reset.js") },
  { pattern: "/forgot", load: () => import("./pages/forgot.js"), needs: "guest" },
  { pattern: "/confirm-email", load: () => import("./pages/confirm-email.js") },
];

// Only who comes by somebody's link needs what remembers it.
if (location.search.includes("ref=")) (await import("./lib/referral.js")).remember();
start({
  routes: ROUTES,
  words: ["common", "app"],
  frame: (content) => html`<${CustomerFrame} routes=${ROUTES}>${content}<//>`,
});
