// @ts-check
// What a link that was given or sent holds behind its `#`, where it reaches neither a proxy's log nor a Referer header.

import { useEffect, useState } from "./dom.js";

/** The token of the link by which this page was opened. Another link opened in the same tab changes only what stands
 * behind the `#`: the page begins anew with it. */
export function useLinkToken() {
  const [token] = useState(location.hash.slice(1));
  useEffect(() => {
    const begin = () => location.reload();
    addEventListener("hashchange", begin);
    return () => removeEventListener("hashchange", begin);
  }, []);
  return token;
}
