// @ts-check
// The panel's own API. The session cookie says who asks; every refusal becomes an `ApiError`.

import { setBy } from "./time.js";

/**
 * @typedef {object} Wish
 * @property {string} [method] GET without a body, POST with one, unless said otherwise
 * @property {any} [body] sent as JSON
 * @property {string} [once] the Idempotency-Key
 * @property {AbortSignal} [signal]
 */

/** What one field must be: a rule with its figures, and both in English.
 * @typedef {{field: string, message: string, rule: string, values?: Record<string, any>}} Problem */

/** A refusal, in the words of the API: match on `code`, `reason` and rules, show by `i18n`'s `sentence`. */
export class ApiError extends Error {
  /** @param {number} status @param {any} said the problem document @param {number} [retryAfter] seconds */
  constructor(status, said, retryAfter = 0) {
    super(said.detail || said.code);
    this.status = status;
    /** As the API sent it. */
    this.problem = said;
    /** @type {string} */
    this.code = said.code;
    /** @type {Problem[]} */
    this.fields = said.errors ?? [];
    /** Why, where the code alone does not say it. @type {string | undefined} */
    this.reason = said.reason;
    /** @type {Record<string, any>} */
    this.values = said.values ?? {};
    /** @type {string} */
    this.requestId = said.request_id ?? "";
    this.retryAfter = retryAfter;
    /** Whether the reader was asked for the password and did not go on. */
    this.isDeclined = false;
  }
}

/** The code of an `ApiError` when no answer came: the network, or the panel, is away. */
export const UNREACHABLE = "unreachable";

/** Called when the panel says that nobody is logged in any more, that who works here needs a second factor, or that the
 * password is needed once more: whether it was given.
 * @type {{lost: () => void, factorNeeded: () => void, prove: () => Promise<boolean>, headers: any}} */
export const session = { lost: () => {}, factorNeeded: () => {}, prove: async () => false, headers: {} };

/** Asks the API; once more after the password was given, where that is needed.
 * @param {string} path @param {Wish} [wish] @returns {Promise<any>} */
export async function ask(path, wish = {}) {
  try {
    return await askOnce(path, wish);
  } catch (error) {
    const mayHelp = error instanceof ApiError && error.code === "confirmation_required";
    if (!mayHelp) throw error;
    if (!(await session.prove())) throw Object.assign(error, { isDeclined: true });
  }
  return askOnce(path, wish);
}

/** @param {string} path @param {Wish} wish @returns {Promise<any>} */
async function askOnce(path, wish) {
  const hasBody = wish.body !== undefined;
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, ...session.headers };
  if (hasBody) headers["Content-Type"] = "application/json";
  if (wish.once) headers["Idempotency-Key"] = wish.once;
  const method = wish.method ?? (hasBody ? "POST" : "GET");
  const body = hasBody ? JSON.stringify(wish.body) : undefined;
  const asked = performance.now();
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { method, headers, body, signal: wish.signal, credentials: "same-origin" });
  } catch (cause) {
    if (wish.signal?.aborted) throw cause;
    throw new ApiError(0, { code: UNREACHABLE });
  }
  // An answer that may be kept may be an old one.
  const isFresh = answer.headers.get("Cache-Control") === "no-store";
  // Said in the middle of the way there and back.
  if (isFresh) setBy(answer.headers.get("Date"), (performance.now() - asked) / 2);
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw await refusal(answer);
}

/** @param {Response} answer */
async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  const code = said.code ?? (answer.status >= 500 ? "internal" : "malformed_request");
  if (code === "unauthenticated") session.lost();
  if (code === "totp_setup_required") session.factorNeeded();
  const wait = Number(answer.headers.get("Retry-After") ?? 0);
  return new ApiError(answer.status, { ...said, code }, wait);
}

/** @param {string} path @param {any} [body] */
export const post = (path, body = {}) => ask(path, { body });
/** @param {string} path @param {any} body */
export const put = (path, body) => ask(path, { method: "PUT", body });

/** `path?a=1&b=2`, leaving out what is empty. @param {string} path @param {Record<string, any>} params */
export function withQuery(path, params) {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length ? `${path}?${query}` : path;
}

/** A fresh Idempotency-Key. `crypto.randomUUID` is missing on plain http. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
