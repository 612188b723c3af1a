// @ts-check
// What a change of many comes to, by the server, before it is made.

import { post } from "../../../lib/api.js";
import { useEffect, useState } from "../../../lib/dom.js";

const PAUSE_MS = 300;

/** What the change comes to, read when typing pauses, and anew when asked to. @param {string} path
 * @param {object | null} body null while it is not known @returns {{plan: any, error: any, again: () => void}} */
export function usePlan(path, body) {
  const [turn, setTurn] = useState(0);
  const again = () => setTurn((old) => old + 1);
  const asked = body && JSON.stringify([body, turn]);
  const [known, setKnown] = useState({ asked, plan: /** @type {any} */ (null), error: /** @type {any} */ (null) });
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(
      () =>
        post(path, { ...body, dry_run: true }).then(
          (plan) => setKnown({ asked, plan, error: null }),
          (error) => setKnown({ asked, plan: null, error }),
        ),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [asked]);
  return { ...(known.asked === asked ? known : { plan: null, error: null }), again };
}
