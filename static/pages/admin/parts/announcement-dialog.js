// @ts-check
// Something to tell, made or changed.

import { post, put } from "../../../lib/api.js";
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Button } from "../../../ui/button.js";
import { Dialog } from "../../../ui/dialog.js";
import { Field, FormBox, missing, useForm } from "../../../ui/form.js";
import { toastSaved } from "../../../ui/toast.js";

/** The end of a day in Vietnam, and the day that ends so. */
const endOf = (/** @type {string} */ day) => (day ? `${day}T17:00:00Z` : null);
const dayOf = (/** @type {string | null} */ at) => (at ? at.slice(0, 10) : "");

/** @param {{told: any, done: () => void, close: () => void}} props null: a new one */
export function AnnouncementDialog({ told, done, close }) {
  const form = useForm(
    {
      title: told?.title ?? "",
      text: told?.text ?? "",
      kind: told?.kind ?? "news",
      audience: told?.audience ?? "all",
      last_day: dayOf(told?.ends_at ?? null),
    },
    async ({ last_day, ...rest }, changed) => {
      // Another end than that of a day stays.
      const wish = { ...rest, ...("last_day" in changed && { ends_at: endOf(last_day) }) };
      if (told) await put(`/api/admin/announcements/${told.id}`, wish);
      else await post("/api/admin/announcements", wish);
      toastSaved(wish);
      done();
    },
    (values) => missing(values, ["title"]),
    { draft: told ? `announcement ${told.id}` : "announcement", asks: true },
  );
  const of = (/** @type {string[]} */ values, /** @type {string} */ words) =>
    values.map((value) => ({ value, text: t(`announcements.${words}.${value}`) }));
  return html`
    <${Dialog} title=${told ? t("announcements.edit", { title: told.title }) : t("announcements.add")} close=${close}>
      <${FormBox} form=${form}>
        <${Field} form=${form} name="title" label=${t("announcements.headline")} most=${200} required />
        <${Field} form=${form} name="text" label=${t("announcements.text")} rows="4" most=${5000} />
        <${Field} form=${form} name="kind" label=${t("announcements.sort")} required
          options=${of(["news", "warning", "service"], "kind")} />
        <${Field} form=${form} name="audience" label=${t("announcements.audience")} required
          options=${of(["all", "customers"], "for")} />
        <${Field} form=${form} name="last_day" type="date" label=${t("announcements.last_day")}
          hint=${t("announcements.last_day_hint")} />
        <${Button} submit kind="primary" busy=${form.busy}>${t("common.save")}<//>
      <//>
    <//>`;
}
