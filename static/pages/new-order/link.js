// @ts-check
// The link of an order: what was made of what was pasted, and what to know before it is charged for.

import { html, useEffect, useRef, useState } from "../../lib/dom.js";
import { remarked, t } from "../../lib/i18n.js";
import { MOST_CHARACTERS, readLink } from "../../lib/link.js";
import { runningOn } from "../../lib/running.js";
import { foreignPlatform } from "../../lib/services.js";
import { Field } from "../../ui/form.js";

const PAUSE_MS = 400;

/** @param {{form: import("../../ui/form.js").Form, service: import("../../lib/services.js").Service}} props */
export function LinkField({ form, service }) {
  const found = readLink(form.values.link, service.link_kind);
  let below = "";
  if ("link" in found) below = found.isMade ? t("link.made", { link: found.link }) : "";
  else if (found.problem === "hidden") below = remarked({ key: "link.hidden", about: found.about });
  return html`
    <${Field} form=${form} name="link" label=${t(`link_kind.${service.link_kind}`)} required autocomplete="off"
      inputmode=${service.link_kind === "url" ? "url" : "text"} spellcheck=${false}
      most=${"link" in found ? undefined : MOST_CHARACTERS}
      placeholder=${service.link_kind === "url" ? "https://" : undefined}
      hint=${html`<div class="understood text-break" aria-live="polite"><bdi>${below}</bdi></div>`} />`;
}

/** The warnings of a link, looked for when typing pauses. `look` looks at once and says what they are now; `text` is
 * what has been said, "" when there is nothing to say.
 * @param {import("../../lib/services.js").Service | undefined} service @param {string} link "" while there is none */
export function useWarnings(service, link) {
  const [running, setRunning] = useState({ link: "", order: /** @type {number | null} */ (null) });
  const latest = useRef("");
  latest.current = link;
  const say = (/** @type {string} */ of, /** @type {number | null} */ order) => {
    const platform = service && of ? foreignPlatform(of, service) : "";
    const remarks = [
      platform && remarked({ key: "link.other_platform", about: { platform } }),
      order && remarked({ key: "link.running", about: { id: order } }),
    ];
    return remarks.filter(Boolean).join(" ");
  };
  const look = async (/** @type {string} */ of) => {
    if (running.link === of) return say(of, running.order);
    // Only a warning hangs on it: the order does not wait for a look that fails.
    const order = await runningOn(of).catch(() => null);
    if (latest.current === of) setRunning({ link: of, order });
    return say(of, order);
  };
  useEffect(() => {
    if (!link) return;
    const timer = setTimeout(() => look(link), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [link]);
  return { look, text: say(link, running.link === link ? running.order : null) };
}
