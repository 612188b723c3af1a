// @ts-check
// Who sees a service: everybody, or only the users named here.

import { withQuery } from "../../../lib/api.js";
import { html, useState } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { useAnswer } from "../../../lib/load.js";
import { Button } from "../../../ui/button.js";
import { Search } from "../../../ui/search.js";

/** The form's `visible_to`. @param {{form: import("../../../ui/form.js").Form}} props */
export function Viewers({ form }) {
  const [search, setSearch] = useState("");
  const found = useAnswer(search ? withQuery("/api/admin/users", { search, limit: 8 }) : null).data?.items;
  const ids = /** @type {number[]} */ (form.values.visible_to);
  const free = (found ?? []).filter((/** @type {any} */ user) => !ids.includes(user.id));
  const add = (/** @type {number} */ id) => {
    form.set("visible_to", [...ids, id]);
    setSearch("");
  };
  return html`
    <fieldset class="mb-3">
      <legend class="form-label">${t("services.visible_to")}</legend>
      <p class="form-hint">${t(ids.length ? "services.visible_to_these" : "services.visible_to_all")}</p>
      <ul class="list-unstyled">
        ${ids.map(
          (id) => html`<${Viewer} key=${id} id=${id}
            remove=${() =>
              form.set(
                "visible_to",
                ids.filter((one) => one !== id),
              )} />`,
        )}
      </ul>
      <${Search} label=${t("services.find_viewer")} value=${search} change=${setSearch} />
      <div class="list-group mt-2" role="group" aria-label=${t("services.find_viewer")}>
        ${free.map(
          (/** @type {any} */ user) => html`
          <button key=${user.id} type="button" class="list-group-item list-group-item-action"
            onClick=${() => add(user.id)}>
            <bdi class="fw-bold">${user.username}</bdi> · <bdi>${user.email}</bdi>
          </button>`,
        )}
      </div>
      ${search && found?.length === 0 && html`<p class="text-secondary mt-2">${t("users.none_found")}</p>`}
    </fieldset>`;
}

/** @param {{id: number, remove: () => void}} props */
function Viewer({ id, remove }) {
  const name = useAnswer(`/api/admin/users/${id}`).data?.username ?? `#${id}`;
  return html`
    <li class="d-flex gap-2 align-items-center mb-1">
      <bdi>${name}</bdi>
      <${Button} small icon="x" label=${t("services.remove_viewer", { name })} work=${remove} />
    </li>`;
}
