// @ts-check
// News from the panel: server-sent events, and polling by whoever listens while they fail.

import { signal, useEffect, useRef } from "./dom.js";
import { me } from "./session.js";

const NAMES = ["balance", "order", "deposit", "review", "reset"];
/** Between two readings while the stream is down. */
const POLL_MS = 10_000;
/** A failed stream is opened again after this. */
const RETRY_MS = 5000;

/** Whether news come as they happen; false while the stream is down. */
export const connected = signal(true);
/** Admins: how much waits for a decision; null before it was heard. */
export const review = signal(/** @type {number | null} */ (null));

/** @type {Set<(name: string, data: any) => void>} */
const listeners = new Set();
/** @type {EventSource | null} */
let stream = null;

/** @param {string} name @param {any} data */
function tell(name, data) {
  if (name === "balance" && me.peek()) me.value = { .../** @type {any} */ (me.peek()), ...data };
  if (name === "review") review.value = data.count;
  for (const listener of listeners) listener(name, data);
}

function open() {
  if (stream || !me.peek()) return;
  const opened = new EventSource("/api/events");
  stream = opened;
  opened.onopen = () => (connected.value = true);
  for (const name of NAMES) {
    opened.addEventListener(name, (event) => tell(name, JSON.parse(/** @type {MessageEvent} */ (event).data)));
  }
  opened.onerror = () => {
    connected.value = false;
    if (opened.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, RETRY_MS);
  };
}

function close() {
  stream?.close();
  stream = null;
}

/** Listens while somebody is logged in. */
export function start() {
  let listening = /** @type {number | null} */ (null);
  me.subscribe((user) => {
    const id = user?.id ?? null;
    if (id === listening) return;
    listening = id;
    close();
    open();
  });
  setInterval(() => {
    if (!connected.peek() && me.peek()) for (const listener of listeners) listener("reset", {});
  }, POLL_MS);
}

/** Calls `heard` with each event of these names; `reset` always comes too and means: read again.
 * @param {string[]} names @param {(name: string, data: any) => void} heard */
export function useNews(names, heard) {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const listener = (/** @type {string} */ name, /** @type {any} */ data) => {
      if (name === "reset" || names.includes(name)) latest.current(name, data);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
