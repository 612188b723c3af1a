// @ts-check
import { html } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** @type {Record<string, string>} */
const TONES = {
  pending: "yellow",
  processing: "azure",
  in_progress: "blue",
  completed: "green",
  partial: "orange",
  canceled: "red",
  rejected: "red",
  expired: "secondary",
  unmatched: "orange",
  credited: "green",
  ignored: "secondary",
  manual: "secondary",
  queued: "yellow",
  sending: "azure",
  sent: "green",
  refused: "red",
  review: "orange",
  active: "green",
  inactive: "secondary",
  banned: "red",
  told: "green",
  waits: "yellow",
  ok: "green",
  failing: "red",
  open: "yellow",
  answered: "green",
};

/** A state in its word and colour. @param {{of: string, value: string}} props `of` is the group of words, as in
 * `status.order` */
export const Status = ({ of, value }) =>
  html`<span class=${`badge status-${TONES[value] ?? "secondary"}`}>${t(`status.${of}.${value}`)}</span>`;

/** The same where nothing has to be seen first: a dot and the word. @param {{of: string, value: string}} props */
export const StatusDot = ({ of, value }) =>
  html`<span class=${`dot dot-${TONES[value] ?? "secondary"}`}>${t(`status.${of}.${value}`)}</span>`;
