// @ts-check
// A part of the panel that few readers come to: its words are loaded when somebody does.

import { html, useEffect, useState } from "../../lib/dom.js";
import { knows, more } from "../../lib/i18n.js";
import { Failed } from "../../ui/empty.js";
import { Waiting } from "../../ui/page.js";

/** @param {{words: string, children?: any}} props `words`: a file of `locales/`, without language */
export function Spoken({ words, children }) {
  const [error, setError] = useState(/** @type {any} */ (null));
  const [isThere, setThere] = useState(knows(words));
  const load = () => {
    setError(null);
    more(words).then(() => setThere(true), setError);
  };
  useEffect(() => void (isThere || load()), []);
  if (error) return html`<${Failed} error=${error} retry=${load} />`;
  return isThere ? children : html`<${Waiting} rows=${2} />`;
}
