// @ts-check
// Reading from the API into a component: one answer (`useAnswer`), or a list page by page (`useList`).

import { ask, withQuery } from "./api.js";
import { useEffect, useRef, useState } from "./dom.js";

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
  const [state, setState] = useState({
    path,
    data: /** @type {any} */ (null),
    error: /** @type {any} */ (null),
    loading: true,
  });
  const latest = useRef(0);
  const reload = async () => {
    if (path === null) return;
    const turn = ++latest.current;
    setState((old) => ({ ...old, data: old.path === path ? old.data : null, path, loading: true }));
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
  const set = (/** @type {any} */ data) => setState((old) => ({ ...old, data }));
  return { data: state.path === path ? state.data : null, error: state.error, loading: state.loading, reload, set };
}

/**
 * @typedef {object} Listing
 * @property {any[]} items
 * @property {boolean} loading
 * @property {any} error
 * @property {boolean} more whether another page follows
 * @property {() => Promise<void>} next reads the next page
 * @property {() => Promise<void>} reload reads the first page again
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
  const [state, setState] = useState(empty);
  const latest = useRef(0);
  const read = async (/** @type {string | null} */ cursor) => {
    const turn = ++latest.current;
    setState((old) => (old.address === address ? { ...old, loading: true } : empty));
    const asked = cursor ? withQuery(path, { ...params, cursor }) : address;
    const [page, error] = await ask(asked).then(
      (page) => [page, null],
      (error) => [null, error],
    );
    if (turn !== latest.current) return;
    setState((old) =>
      error
        ? { ...old, address, error, loading: false }
        : {
            address,
            items: cursor ? [...old.items, ...page.items] : page.items,
            cursor: page.next_cursor,
            error: null,
            loading: false,
          },
    );
  };
  useEffect(() => {
    read(null);
    return () => void latest.current++;
  }, [address]);
  const shown = state.address === address ? state : empty;
  return {
    items: shown.items,
    loading: shown.loading,
    error: shown.error,
    more: shown.cursor !== null,
    next: () => read(shown.cursor),
    reload: () => read(null),
    change: (change) => setState((old) => ({ ...old, items: change(old.items) })),
  };
}
