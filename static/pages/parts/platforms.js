// @ts-check
import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { Icon } from "../../ui/icon.js";
import { Strip } from "../../ui/strip.js";

/** The platforms as a filter. @param {{platforms: {name: string, icon: string}[], value: string,
 *   choose: (name: string) => void}} props */
export const Platforms = ({ platforms, value, choose }) => html`
  <${Strip} look="platforms" label=${t("services.platform")}>
    <button type="button" class=${`btn ${value ? "" : "btn-primary"}`} aria-pressed=${!value}
      onClick=${() => choose("")}>${t("common.all")}</button>
    ${platforms.map(
      ({ name, icon }) => html`
      <button key=${name} type="button" class=${`btn ${name === value ? "btn-primary" : ""}`}
        aria-pressed=${name === value} onClick=${() => choose(name === value ? "" : name)}>
        <${Icon} name=${icon} /> ${name}
      </button>`,
    )}
  <//>`;
