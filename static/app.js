// @ts-check
// The customer panel: its addresses and the start.

import { html } from "./lib/dom.js";
import { remember } from "./lib/referral.js";
import { start } from "./pages/boot.js";
import { CustomerFrame } from "./pages/customer-frame.js";

/** @type {import("./lib/match.js").Route[]} */
const ROUTES = [
  { pattern: "/", load: () => import("./pages/new-order.js"), needs: "user" },
  { pattern: "/mass-order", load: () => import("./pages/mass-order.js"), needs: "user" },
  { pattern: "/orders", load: () => import("./pages/orders.js"), needs: "user" },
  { pattern: "/orders/:id", load: () => import("./pages/order.js"), needs: "user" },
  { pattern: "/services", load: () => import("./pages/services.js") },
  { pattern: "/deposit", load: () => import("./pages/deposit.js"), needs: "user" },
  { pattern: "/deposit/:id", load: () => import("./pages/deposit.js"), needs: "user" },
  { pattern: "/transactions", load: () => import("./pages/transactions.js"), needs: "user" },
  { pattern: "/referrals", load: () => import("./pages/referrals.js"), needs: "user" },
  { pattern: "/reseller", load: () => import("./pages/reseller.js"), needs: "user" },
  { pattern: "/account", load: () => import("./pages/account.js"), needs: "user" },
  { pattern: "/login", load: () => import("./pages/login.js"), needs: "guest" },
  { pattern: "/register", load: () => import("./pages/register.js"), needs: "guest" },
  { pattern: "/setup", load: () => import("./pages/setup.js") },
];

remember();
start({ routes: ROUTES, words: ["common", "app"], frame: (content) => html`<${CustomerFrame}>${content}<//>` });
