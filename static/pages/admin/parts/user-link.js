// @ts-check
import { html } from "../../../lib/dom.js";

/** Who it belongs to. @param {{id: number, name: string}} props */
export const UserLink = ({ id, name }) => html`<a href=${`/admin/users/${id}`}><bdi>${name}</bdi></a>`;
