// @ts-check
// News from the panel: one stream of server-sent events for all tabs of a browser, and polling by whoever listens while
// it is down. A browser opens only six connections to a plain http host, so that a stream in each tab would leave none
// for the seventh. The tab that holds the lock has the stream and tells the others; a hidden tab gives the lock back.
// Where there are no locks (plain http on an address that is not this machine's), each visible tab has its own stream.

import { signal, useEffect, useRef } from "./dom.js";
import { atOnce, later } from "./retry.js";
import { check, me } from "./session.js";
import { channel } from "./store.js";

const NAMES = ["balance", "order", "refill", "deposit", "ticket", "review", "desk", "reset"];
const LOCK = "live";
/** Between two readings while the stream is down. */
const POLL_MS = 10_000;
/** What was read so shortly before the stream opened is new enough. */
const FRESH_MS = 5000;

/** Whether news come as they happen; false while the stream is down. */
export const connected = signal(true);

/** @type {Set<(name: string, data: any) => void>} */
const listeners = new Set();
/** @type {EventSource | null} */
let stream = null;
/** Ends this tab's listening, or its waiting for it; null while it does neither. @type {(() => void) | null} */
let end = null;
/** When this tab has read everything. */
let readAt = -Infinity;

const isVisible = () => document.visibilityState === "visible";

/** @param {string} name @param {any} data */
function tell(name, data) {
  if (name === "balance" && me.peek()) me.value = { .../** @type {any} */ (me.peek()), ...data };
  if (name === "reset") readAt = performance.now();
  for (const listener of listeners) listener(name, data);
}

/** @param {boolean} up */
function setUp(up) {
  connected.value = up;
  if (up) atOnce();
}

const tellTabs = channel(LOCK, ({ user, up, name, data }) => {
  if (user !== me.peek()?.id) return;
  if (up === undefined) tell(name, data);
  else setUp(up);
});

/** To all tabs, this one too. @param {{up: boolean} | {name: string, data: any}} news */
function share(news) {
  tellTabs?.({ user: me.peek()?.id, ...news });
  if ("up" in news) setUp(news.up);
  else tell(news.name, news.data);
}

function open() {
  if (stream || !end) return;
  const opened = new EventSource("/api/events");
  stream = opened;
  opened.onopen = () => {
    share({ up: true });
    // Nobody listened since the stream before it ended.
    if (performance.now() - readAt > FRESH_MS) share({ name: "reset", data: {} });
    readAt = -Infinity;
  };
  for (const name of NAMES) {
    opened.addEventListener(name, (event) =>
      share({ name, data: JSON.parse(/** @type {MessageEvent} */ (event).data) }),
    );
  }
  opened.onerror = () => {
    share({ up: false });
    if (opened.readyState !== EventSource.CLOSED) return;
    // Refused: the session has ended, or the panel is busy.
    close();
    check().catch(() => {});
    later(open);
  };
}

function close() {
  stream?.close();
  stream = null;
}

/** Takes part in the listening, if somebody is logged in and looks. */
function begin() {
  if (end || !me.peek() || !isVisible()) return;
  const over = new AbortController();
  end = () => {
    end = null;
    over.abort();
    close();
  };
  if (!tellTabs || !navigator.locks) return open();
  const turn = () =>
    new Promise((done) => {
      over.signal.addEventListener("abort", done);
      open();
    });
  // Blocked storage blocks locks too.
  navigator.locks.request(LOCK, { signal: over.signal }, turn).catch(() => over.signal.aborted || open());
}

/** Back from where news do not reach: takes part again, and reads what may have changed. */
function comeBack() {
  begin();
  tell("reset", {});
}

/** Listens while somebody is logged in and looks at the page. */
export function start() {
  let listening = /** @type {number | null} */ (null);
  readAt = performance.now();
  me.subscribe((user) => {
    const id = user?.id ?? null;
    if (id === listening) return;
    listening = id;
    end?.();
    connected.value = true;
    begin();
  });
  document.addEventListener("visibilitychange", () => {
    if (!isVisible()) return end?.();
    check().catch(() => {});
    comeBack();
  });
  addEventListener("pagehide", () => end?.());
  addEventListener("pageshow", ({ persisted }) => persisted && comeBack());
  setInterval(() => {
    if (!connected.peek() && me.peek() && isVisible()) tell("reset", {});
  }, POLL_MS);
}

/** Calls `heard` with each event of these names. `reset` means that everything may be different; `load.js` reads it
 * again.
 * @param {string[]} names @param {(name: string, data: any) => void} heard */
export function useNews(names, heard) {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const listener = (/** @type {string} */ name, /** @type {any} */ data) => {
      if (names.includes(name)) latest.current(name, data);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}
