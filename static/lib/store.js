// @ts-check
// What the browser may refuse: storage that is blocked, full or missing, and the channel between tabs. Nobody has to
// ask first: what cannot be kept is forgotten with the page.

/** @typedef {{get(key: string): string | null, set(key: string, value: string): void, remove(key: string): void,
 *   keys(): string[]}} Store */

/** @param {() => Storage} open reading the property throws where storage is blocked @returns {Store} */
function store(open) {
  /** @template T @param {(storage: Storage) => T} use @param {T} otherwise */
  const tried = (use, otherwise) => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => tried((storage) => storage.getItem(key), null),
    set: (key, value) => tried((storage) => storage.setItem(key, value), undefined),
    remove: (key) => tried((storage) => storage.removeItem(key), undefined),
    keys: () => tried((storage) => Object.keys(storage), /** @type {string[]} */ ([])),
  };
}

/** Of this browser, until somebody clears it. */
export const browser = store(() => localStorage);
/** Of this tab, until it is closed. */
export const tab = store(() => sessionStorage);

/** Speaks to the panel's other tabs in this browser, never to itself.
 * @param {string} name @param {(message: any) => void} heard
 * @returns {((message: any) => void) | null} says something to all of them; null where tabs cannot talk */
export function channel(name, heard) {
  try {
    const line = new BroadcastChannel(name);
    line.onmessage = ({ data }) => heard(data);
    return (message) => line.postMessage(message);
  } catch {
    return null;
  }
}
