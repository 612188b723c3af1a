// @ts-check
// The menu as a rail of icons: by choice, or while the panel beside a list needs the room.

import { html, signal } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { place } from "../../../lib/router.js";
import { isBroad } from "../../../lib/screen.js";
import { browser } from "../../../lib/store.js";
import { Icon } from "../../../ui/icon.js";

const KEPT = "rail";
const chosen = signal(browser.get(KEPT) === "on");
const isNeeded = () => !isBroad.value && Boolean(place.value.query.open);

export const isRail = () => chosen.value || isNeeded();

/** Not while the room is needed: nobody would see what they chose. */
export function toggleRail() {
  if (isNeeded()) return;
  chosen.value = !chosen.peek();
  if (chosen.peek()) browser.set(KEPT, "on");
  else browser.remove(KEPT);
}

export const RailButton = () =>
  !isNeeded() &&
  html`<button type="button" class="btn btn-sm btn-icon rail-button" aria-pressed=${chosen.value}
    aria-label=${t("menu.rail")} title=${`${t("menu.rail")} [`} onClick=${toggleRail}>
    <${Icon} name=${chosen.value ? "chevron-right" : "chevron-left"} /></button>`;
