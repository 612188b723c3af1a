// @ts-check
// A category's name and picture, typed where it stands in the list.

import { post, put } from "../../../lib/api.js";
import { html, isComposing, useEffect, useId, useRef } from "../../../lib/dom.js";
import { sentence, t } from "../../../lib/i18n.js";
import { PLATFORMS } from "../../../lib/platforms.js";
import { plain } from "../../../lib/services.js";
import { Button } from "../../../ui/button.js";
import { missing, useForm } from "../../../ui/form.js";
import { toastSaved } from "../../../ui/toast.js";

/** What the API calls a platform. @param {{name: string}} platform */
const wordOf = ({ name }) => name.toLowerCase();

/** The picture of a category: the one that was chosen, or that of the platform its name speaks of.
 * @param {{name: string, icon: string | null}} category */
export function iconOf({ name, icon }) {
  const text = plain(name);
  const found = icon
    ? PLATFORMS.find((platform) => wordOf(platform) === icon)
    : PLATFORMS.find(({ words }) => words.some((word) => text.includes(word)));
  return found?.icon ?? "tag";
}

/** @param {{category?: any, done: () => void, close: () => void}} props without a category it makes one */
export function CategoryForm({ category, done, close }) {
  const [id, box] = [useId(), useRef(/** @type {HTMLFormElement | null} */ (null))];
  const send = async (/** @type {Record<string, any>} */ values, /** @type {Record<string, any>} */ changed) => {
    const wish = category ? changed : values;
    const body = "icon" in wish ? { ...wish, icon: wish.icon || null } : wish;
    await (category ? put(`/api/admin/categories/${category.id}`, body) : post("/api/admin/categories", body));
    toastSaved(body);
    done();
  };
  const form = useForm({ name: category?.name ?? "", icon: category?.icon ?? "" }, send, (values) =>
    missing(values, ["name"]),
  );
  useEffect(() => {
    const input = box.current?.querySelector("input");
    input?.focus();
    input?.select();
  }, []);
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (isComposing(event)) {
      // Some browsers send a form by the Enter that only ends a word.
      if (event.key === "Enter") event.preventDefault();
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  const error = form.errors.name || (form.failure && sentence(form.failure));
  const icons = PLATFORMS.map((platform) => ({ value: wordOf(platform), text: platform.name }));
  const type = (/** @type {string} */ name) => (/** @type {any} */ event) => form.set(name, event.target.value);
  return html`
    <form ref=${box} class="sorting-form" onSubmit=${form.submit} onKeyDown=${key} noValidate
      aria-label=${category ? t("categories.edit", { name: category.name }) : t("categories.new")}>
      <input class=${`form-control ${error ? "is-invalid" : ""}`} name="name" value=${form.values.name}
        autocomplete="off" aria-label=${t("categories.name")} aria-required="true"
        aria-invalid=${error ? "true" : undefined} aria-describedby=${error ? id : undefined} onInput=${type("name")} />
      <select class="form-select" name="icon" value=${form.values.icon} aria-label=${t("categories.icon")}
        onChange=${type("icon")}>
        ${[{ value: "", text: t("categories.icon_auto") }, ...icons].map(
          ({ value, text }) =>
            html`<option key=${value} value=${value} selected=${value === form.values.icon}>${text}</option>`,
        )}
      </select>
      <div class="btn-list">
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
        <${Button} work=${close}>${t("common.cancel")}<//>
      </div>
      ${error && html`<div class="invalid-feedback d-block" id=${id} role="alert">${error}</div>`}
    </form>`;
}
