// @ts-check
// Runs before the first paint, so that no page flashes in the other colours.
{
  const kept = localStorage.getItem("theme");
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.lang = localStorage.getItem("lang") === "en" ? "en" : "vi";
}
