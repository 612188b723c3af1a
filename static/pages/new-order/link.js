// @ts-check
// The link of an order: what was made of what was pasted, and what to know before it is charged for.

import { html, signal, useEffect, useRef, useState } from "../../lib/dom.js";
import { remarked, t } from "../../lib/i18n.js";
import { MOST_CHARACTERS, readLink } from "../../lib/link.js";
import { platformOfLink } from "../../lib/platforms.js";
import { foreignPlatform } from "../../lib/services.js";
import { Field } from "../../ui/form.js";

const PAUSE_MS = 400;

/** What looks closer at a link; it comes with the first one. @typedef {typeof import("../../lib/link-kind.js") &
 * typeof import("../../lib/running.js")} Lens */
const lens = signal(/** @type {Lens | null} */ (null));

/** Without it an order is placed all the same: only remarks hang on it. @returns {Promise<Lens | null>} */
async function look() {
  lens.value ??= await Promise.all([import("../../lib/link-kind.js"), import("../../lib/running.js")]).then(
    ([kinds, running]) => ({ ...kinds, ...running }),
    () => null,
  );
  return lens.value;
}

/** What a pasted text says of itself, in one line; "" where nothing is to be said. @param {string} typed
 * @param {ReturnType<typeof readLink>} found */
function understood(typed, found) {
  if (!("link" in found)) return found.problem === "hidden" ? remarked({ key: "link.hidden", about: found.about }) : "";
  if (found.isMade) return t("link.made", { link: found.link });
  const platform = platformOfLink(found.link);
  const kind = lens.value?.kindOfLink(found.link);
  return platform && (kind ? t(`link.is_${kind}`, { platform }) : t("link.is_of", { platform }));
}

/** Above the choice of a service, too: whoever comes has a link and a wish. Two lines beneath it are always kept.
 * @param {{form: import("../../ui/form.js").Form, service?: import("../../lib/services.js").Service,
 *   warnings: {text: string, order: number | null}}} props */
export function LinkField({ form, service, warnings }) {
  const kind = service?.link_kind ?? "any";
  const [cleaned, setCleaned] = useState({ link: "", before: "", cut: "" });
  const typed = String(form.values.link ?? "");
  const found = readLink(typed, kind);
  const isCleaned = cleaned.cut !== "" && cleaned.link === typed;
  // Typing changes nothing of what is typed; what is pasted over all of it is cleaned, and may be had back.
  const paste = (/** @type {any} */ event) => {
    const { value, selectionStart, selectionEnd } = event.target;
    if (value && !(selectionStart === 0 && selectionEnd === value.length)) return;
    const before = event.clipboardData?.getData("text/plain") ?? "";
    const read = readLink(before, kind);
    const { link, cut } = ("link" in read && lens.value?.untracked(read.link)) || { link: "", cut: "" };
    if (!cut) return;
    event.preventDefault();
    form.set("link", link);
    setCleaned({ link, before, cut });
  };
  const cut = html`${t("link.cut", { cut: cleaned.cut })}
    <button type="button" class="as-link" onClick=${() => form.set("link", cleaned.before)}>
      ${t("link.uncut")}</button>`;
  return html`
    <${Field} form=${form} name="link" label=${t(`link_kind.${service?.link_kind ?? "url"}`)} required
      autocomplete="off" inputmode=${kind === "handle" ? "text" : "url"} spellcheck=${false}
      most=${"link" in found || !typed ? undefined : MOST_CHARACTERS} onPaste=${paste} onFocus=${look}
      placeholder=${kind === "handle" ? undefined : t("link.paste")}
      hint=${html`<div class="link-said">
        <div class="understood text-break" aria-live="polite">
          ${isCleaned ? cut : html`<bdi>${understood(typed, found) || (!typed && t("link.public"))}</bdi>`}</div>
        <div class="link-warned" role=${warnings.text ? "alert" : undefined}>
          ${warnings.text}${warnings.order && html` <a href=${`/orders/${warnings.order}`}>${t("link.see")}</a>`}</div>
      </div>`} />`;
}

/** The warnings of a link, looked for when typing pauses. `look` looks at once and says what they are now; `text` is
 * what has been said, "" when there is nothing to say; `order` is the one that runs on it.
 * @param {import("../../lib/services.js").Service | undefined} service @param {string} link "" while there is none */
export function useWarnings(service, link) {
  const [running, setRunning] = useState({ link: "", order: /** @type {number | null} */ (null) });
  const latest = useRef("");
  latest.current = link;
  const say = (/** @type {string} */ of, /** @type {number | null} */ order) => {
    const platform = service && of ? foreignPlatform(of, service) : "";
    const wants = service && of && !platform && lens.value?.lacking(of, service);
    const remarks = [
      platform && remarked({ key: "link.other_platform", about: { platform } }),
      wants && t(`link.wants_${wants}`),
      order && remarked({ key: "link.running", about: { id: order } }),
    ];
    return remarks.filter(Boolean).join(" ");
  };
  const lookAt = async (/** @type {string} */ of) => {
    if (running.link === of) return say(of, running.order);
    // Only a warning hangs on it: the order does not wait for a look that fails.
    const order = (await (await look())?.runningOn(of).catch(() => null)) ?? null;
    if (latest.current === of) setRunning({ link: of, order });
    return say(of, order);
  };
  useEffect(() => {
    if (!link) return;
    const timer = setTimeout(() => lookAt(link), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [link]);
  const order = running.link === link ? running.order : null;
  return { look: lookAt, order, text: say(link, order) };
}
