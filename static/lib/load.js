// @ts-check
// Reading from the API into a component: one answer (`useAnswer`), or a list page by page (`useList`). What could not
// be read for a reason that passes is read again by itself; so is everything when news may have been missed. Who comes
// back to a page finds what it had read, and then what has changed.

import { ask, withQuery } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";
import { useNews } from "./live.js";
import { later, passes } from "./retry.js";
import { recall, remember } from "./router.js";
import { me } from "./session.js";

/** Rows that a list brings at once when it is read again. */
const MOST_ROWS = 100;

/** @param {any} error the last refusal @param {() => void} read */
function useAgain(error, read) {
  const latest = useRef(read);
  latest.current = read;
  useNews(["reset"], () => latest.current());
  useEffect(() => (passes(error) ? later(() => latest.current(), error) : undefined), [error]);
}

/**
 * @typedef {object} Answer
 * @property {any} data what the API said last; null before it did
 * @property {any} error the last refusal, null when the last reading went well
 * @property {boolean} loading
 * @property {() => Promise<void>} reload reads again and keeps what is shown until then
 * @property {(data: any) => void} set shows what another answer brought
 */

/** The answer of a path, read again when the path changes; a null path reads nothing.
 * @param {string | null} path @returns {Answer} */
export function useAnswer(path) {
  const key = `answer ${path}`;
  const [state, setState] = useState({
    path,
    data: /** @type {any} */ (recall(key) ?? null),
    error: /** @type {any} */ (null),
    loading: true,
  });
  const latest = useRef(0);
  const reload = async () => {
    if (path === null) return;
    const turn = ++latest.current;
    setState((old) => ({ ...old, data: old.path === path ? old.data : (recall(key) ?? null), path, loading: true }));
    const [data, error] = await ask(path).then(
      (data) => [data, null],
      (error) => [null, error],
    );
    if (turn !== latest.current) return;
    setState((old) => ({ path, data: error ? old.data : data, error, loading: false }));
  };
  useEffect(() => {
    reload();
    return () => void latest.current++;
  }, [path]);
  useAgain(state.error, reload);
  const set = (/** @type {any} */ data) => setState((old) => ({ ...old, data }));
  const data = state.path === path ? state.data : (recall(key) ?? null);
  if (data) remember(key, data);
  return { data, error: state.error, loading: state.loading, reload, set };
}

/**
 * @typedef {object} Listing
 * @property {any[]} items
 * @property {boolean} loading
 * @property {any} error
 * @property {boolean} more whether another page follows
 * @property {() => Promise<void>} next reads the next page
 * @property {() => Promise<void>} reload reads again as much as is shown
 * @property {(change: (items: any[]) => any[]) => void} change
 */

/** A keyset list; other parameters begin at its top again.
 * @param {string} path @param {Record<string, any>} params @returns {Listing} */
export function useList(path, params) {
  const address = withQuery(path, params);
  const empty = {
    address,
    items: /** @type {any[]} */ ([]),
    cursor: /** @type {string | null} */ (null),
    error: /** @type {any} */ (null),
    loading: true,
  };
  const key = `list ${address}`;
  const [state, setState] = useState(() => /** @type {typeof empty} */ (recall(key) ?? empty));
  const shown = state.address === address ? state : /** @type {typeof empty} */ (recall(key) ?? empty);
  if (shown !== empty) remember(key, shown);
  const latest = useRef(0);
  /** Reads on after these items, until there are so many. */
  const read = async (
    /** @type {any[]} */ items,
    /** @type {string | null} */ cursor,
    /** @type {number} */ wanted,
  ) => {
    const turn = ++latest.current;
    setState((old) => ({ ...(old.address === address ? old : shown), loading: true }));
    try {
      do {
        const limit = wanted - items.length > MOST_ROWS / 2 ? MOST_ROWS : undefined;
        const page = await ask(withQuery(path, { ...params, limit: params.limit ?? limit, cursor }));
        if (turn !== latest.current) return;
        [items, cursor] = [[...items, ...page.items], page.next_cursor];
      } while (cursor && items.length < wanted);
      setState({ address, items, cursor, error: null, loading: false });
    } catch (error) {
      if (turn === latest.current) setState((old) => ({ ...old, error, loading: false }));
    }
  };
  const reload = () => read([], null, shown.items.length);
  useEffect(() => {
    reload();
    return () => void latest.current++;
  }, [address]);
  useAgain(state.error, reload);
  return {
    items: shown.items,
    loading: shown.loading,
    error: shown.error,
    more: shown.cursor !== null,
    next: () => read(shown.items, shown.cursor, shown.items.length + 1),
    reload,
    change: (change) => setState((old) => ({ ...old, items: change(old.items) })),
  };
}

/** The services on sale with the state of their reading; read again when another tier's prices count. */
export function useServices() {
  const answer = useAnswer("/api/services");
  const discount = me.value?.tier.discount_percent ?? 0;
  const before = useRef(discount);
  useEffect(() => {
    if (before.current !== discount) answer.reload();
    before.current = discount;
  }, [discount]);
  return { services: /** @type {import("./services.js").Service[]} */ (answer.data?.items ?? []), answer };
}
