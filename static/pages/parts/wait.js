// @ts-check
// Waiting for something that happens elsewhere, in another program.

import { useEffect, useRef } from "../../lib/dom.js";

const EVERY_MS = 2000;

/** Reads again and again while it is waited for and somebody looks.
 * @param {boolean} isWaiting @param {() => any} read */
export function useWait(isWaiting, read) {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    if (!isWaiting) return undefined;
    const look = () => void (document.visibilityState === "visible" && latest.current());
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
}
