// @ts-check
// Runs before the first paint, so that no page flashes in the other colours, and asks for the words at once, which the
// page's scripts would ask for when all of them have come.
{
  const kept = (/** @type {string} */ key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Blocked by the browser's settings: the page looks as the system does.
      return null;
    }
  };
  const theme = kept("theme");
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  // A page that was made by the server is in the language that it says.
  if (!("made" in document.documentElement.dataset)) document.documentElement.lang = kept("lang") ?? "vi";
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  for (const name of own.dataset.words?.split(" ") ?? []) {
    const href = own.src.replace("theme.js", `locales/${name}.${document.documentElement.lang}.json`);
    const early = { rel: "preload", as: "fetch", crossOrigin: "anonymous", href };
    document.head.append(Object.assign(document.createElement("link"), early));
  }
}
