// @ts-check
// What the pages of the shop do for whoever is known to this browser: they keep who sent a visitor, speak the language
// that was chosen, and send on a customer who came by a link from elsewhere, whose session the browser kept back.

import { remember } from "./lib/referral.js";
import { browser } from "./lib/store.js";

const LANGUAGE = "lang";
const { lang } = document.documentElement;
const asked = new URLSearchParams(location.search).get("lang");

remember();
if (asked) browser.set(LANGUAGE, lang);
const chosen = browser.get(LANGUAGE);
if (chosen && chosen !== lang && ["vi", "en"].includes(chosen)) {
  const other = new URL(location.href);
  other.searchParams.set(LANGUAGE, chosen);
  location.replace(other);
} else if (location.pathname === "/") {
  fetch("/api/auth/session", { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((session) => session?.user && location.replace("/"))
    // The page is whole without it.
    .catch(() => {});
}
