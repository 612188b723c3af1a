// @ts-check
// Runs before the first paint, so that no page flashes in the other colours.
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
}
