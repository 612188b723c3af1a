// @ts-check
// Light or dark: what the reader chose, else what the system says. `theme.js` beside the pages sets it before the
// first paint.

import { signal } from "./dom.js";
import { browser } from "./store.js";

/** `light` or `dark`. */
export const theme = signal(document.documentElement.dataset.bsTheme ?? "light");

export function toggle() {
  theme.value = theme.value === "dark" ? "light" : "dark";
  document.documentElement.dataset.bsTheme = theme.value;
  browser.set("theme", theme.value);
}
