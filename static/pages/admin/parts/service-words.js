// @ts-check
import { html } from "../../../lib/dom.js";
import { split } from "../../../lib/service-name.js";

/** A service's name among other words: what it is, and softly what is added. @param {{name: string}} props */
export function ServiceWords({ name }) {
  const { head, tail } = split(name);
  return html`<span title=${name}><bdi>${head}</bdi>${tail && html` <bdi class="soft small">${tail}</bdi>`}</span>`;
}
