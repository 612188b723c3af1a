// @ts-check
import { asset, html } from "../lib/dom.js";

const SPRITE = asset("img/icons.svg");

/** An icon of the sprite; decoration only, so its meaning stands beside it as text. @param {{name: string}} props */
export const Icon = ({ name }) =>
  html`<svg class="icon" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round"><use href=${`${SPRITE}#${name}`} /></svg>`;
