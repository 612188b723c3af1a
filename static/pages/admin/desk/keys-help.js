// @ts-check
import { html } from "../../../lib/dom.js";
import { t } from "../../../lib/i18n.js";
import { Dialog } from "../../../ui/dialog.js";
import { letters, useLetters } from "./keys.js";
import { ways } from "./ways.js";

/** Each with the word for what it does. */
const KEYS = [
  ["j", "down"],
  ["k", "up"],
  ["x", "pick"],
  ["Shift x", "range"],
  ["a", "all"],
  ["b", "bulk"],
  ["Enter", "open"],
  ["e / F2", "edit"],
  ["o", "own"],
  ["Esc", "close"],
  ["/", "search"],
  ["1 – 9", "tab"],
  ["[", "rail"],
  ["?", "help"],
];

/** All keys of a list, below the switch for the letters among them: it has the focus, and nothing is scrolled away.
 * @param {{canEdit: boolean, close: () => void}} props `canEdit`: in the rows */
export const KeysHelp = ({ canEdit, close }) => html`
  <${Dialog} title=${t("desk.keys")} close=${close}>
    <label class="form-check mb-3">
      <input type="checkbox" class="form-check-input" checked=${letters.value}
        onChange=${(/** @type {any} */ event) => useLetters(event.target.checked)} />
      <span class="form-check-label">${t("desk.letters")}</span>
    </label>
    <dl class="facts">
      ${KEYS.filter(([, word]) => canEdit || word !== "edit").map(
        ([key, word]) =>
          html`<dt key=${`${key} key`}><kbd>${key}</kbd></dt><dd key=${key}>${t(`desk.key.${word}`)}</dd>`,
      )}
      ${ways().map(
        ([key, , word]) =>
          html`<dt key=${`g ${key} key`}><kbd>g</kbd> <kbd>${key}</kbd></dt>
            <dd key=${`g ${key}`}>${t(`menu.${word}`)}</dd>`,
      )}
    </dl>
  <//>`;
