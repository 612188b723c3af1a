// @ts-check
// An admin sees the panel as a customer does, in one tab: its token stands behind the `#` once, and then in the tab's
// own storage. The admin's session in the other tabs stays what it was.

import { session } from "../lib/api.js";
import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { me } from "../lib/session.js";
import { tab } from "../lib/store.js";
import { styled } from "../lib/style.js";
import { Icon } from "../ui/icon.js";
import { Spoken } from "./parts/spoken.js";

const KEPT = "view";
const MARK = "#view=";

/** From now on this tab asks with the token; what is drawn above the pages. Null: what stands there is no view. Any
 * other token, such as that of somebody's session, would have the reader act as somebody else. */
export function begin() {
  if (location.hash.startsWith(MARK)) {
    tab.set(KEPT, location.hash.slice(MARK.length));
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  const token = tab.get(KEPT) ?? "";
  const id = viewed(token);
  if (!id) {
    tab.remove(KEPT);
    return null;
  }
  session.headers.Authorization = `Bearer ${token}`;
  document.body.classList.add("is-viewed");
  styled("css/view.css");
  return html`<${Spoken} words="account"><${Bar} id=${id} /><//>`;
}

/** Whom the token is for; undefined: it is none of a view. The panel reads no token that says so as anything else.
 * @param {string} token @returns {string | undefined} */
function viewed(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).view;
  } catch {
    return undefined;
  }
}

/** Says whose pages these are, and leads back. @param {{id: string}} props the customer's */
function Bar({ id }) {
  const back = () => {
    tab.remove(KEPT);
    location.assign(`/admin/users/${encodeURIComponent(id)}`);
  };
  const user = me.value;
  return html`
    <div class="view-bar" role="status">
      <${Icon} name="eye" />
      <strong>${user ? t("view.as", { name: user.username }) : t("view.over")}</strong>
      <button type="button" class="btn btn-sm" onClick=${back}>${t("view.leave")}</button>
    </div>`;
}
