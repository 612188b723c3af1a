// @ts-check
import { html } from "../lib/dom.js";

/** An icon of the sprite; decoration only, so its meaning stands beside it as text. @param {{name: string}} props */
export const Icon = ({ name }) =>
  html`<svg class="icon" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round" stroke-linejoin="round"><use href=${`/img/icons.svg#${name}`} /></svg>`;
