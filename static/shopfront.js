// @ts-check
// What the pages of the shop do for whoever is known to this browser: they say so in their language, and a customer who
// came by a link from elsewhere, for whom the browser kept the session back, goes on to the panel.

const LANGUAGE = "lang";
const { lang } = document.documentElement;
const asked = new URLSearchParams(location.search).get("lang");

/** The language that was chosen here before; null: none, or the browser keeps nothing. */
function remembered() {
  try {
    if (asked) localStorage.setItem(LANGUAGE, lang);
    return localStorage.getItem(LANGUAGE);
  } catch {
    return null;
  }
}

const known = remembered();
if (!asked && known && known !== lang && ["vi", "en"].includes(known)) {
  const other = new URL(location.href);
  other.searchParams.set("lang", known);
  location.replace(other);
} else if (location.pathname === "/") {
  fetch("/api/auth/session", { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : null))
    .then((session) => session?.user && location.replace("/"))
    // The page is whole without it.
    .catch(() => {});
}

export {};
