// @ts-check
import { withQuery } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Button } from "../../../ui/button.js";
import { Search } from "../../../ui/search.js";

/** A field of a form that holds a user's id: found by name, or nobody.
 * @param {{form: import("../../../ui/form.js").Form, name: string, label: string, hint: string, known: string}} props
 *   `known`: the name of the user that the form began with */
export function UserPicker({ form, name, label, hint, known }) {
  const [search, setSearch] = useState("");
  const [called, setCalled] = useState(known);
  const found = useAnswer(search ? withQuery("/api/admin/users", { search, limit: 8 }) : null);
  const chosen = form.values[name];
  const choose = (/** @type {number | null} */ id, /** @type {string} */ username) => {
    form.set(name, id);
    setCalled(username);
    setSearch("");
  };
  return html`
    <fieldset class="mb-3">
      <legend class="form-label">${label} <span class="form-label-description">${t("common.optional")}</span></legend>
      ${
        chosen
          ? html`<div class="btn-list align-items-center"><strong><bdi>${called || `#${chosen}`}</bdi></strong>
              <${Button} small icon="x" work=${() => choose(null, "")}>${t("providers.is_nobody")}<//></div>`
          : html`<${Search} label=${t("bank.find_user")} value=${search} change=${setSearch} />
            <div class="list-group my-2" role="group" aria-label=${t("bank.find_user")}>
              ${(found.data?.items ?? []).map(
                (/** @type {any} */ user) => html`
                <button key=${user.id} type="button" class="list-group-item list-group-item-action"
                  onClick=${() => choose(user.id, user.username)}>
                  <bdi class="fw-bold">${user.username}</bdi> · <bdi>${user.email}</bdi>
                </button>`,
              )}
            </div>
            ${search && found.data?.items.length === 0 && html`<p class="text-secondary">${t("users.none_found")}</p>`}`
      }
      ${form.errors[name] && html`<div class="invalid-feedback d-block" role="alert">${form.errors[name]}</div>`}
      <div class="form-hint">${hint}</div>
    </fieldset>`;
}
