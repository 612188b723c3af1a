// @ts-check
// How long orders of a service usually take, where enough were completed to say so.

import { html } from "../../lib/dom.js";
import { duration, t } from "../../lib/i18n.js";

/** @param {{service: import("../../lib/services.js").Service}} props */
export const UsualTime = ({ service }) =>
  service.average_seconds !== null &&
  html`<div class="text-secondary small">${t("services.usually", { time: duration(service.average_seconds) })}</div>`;
