// @ts-check
// What both entries do: ask who is there, load the words, draw the page that the address names.

import { ApiError, UNREACHABLE } from "../lib/api.js";
import { asked, mayDiscard, proving } from "../lib/confirm.js";
import { html, render, useEffect, useState } from "../lib/dom.js";
import { come, keep } from "../lib/focus.js";
import * as i18n from "../lib/i18n.js";
import * as live from "../lib/live.js";
import { find } from "../lib/match.js";
import { until } from "../lib/retry.js";
import { leaving, place, reload, start as followLinks } from "../lib/router.js";
import * as session from "../lib/session.js";
import { tab } from "../lib/store.js";
import { Failed } from "../ui/empty.js";
import { Page, Waiting } from "../ui/page.js";
import { toastError, Toasts } from "../ui/toast.js";

const { t } = i18n;

/** @typedef {{routes: import("../lib/match.js").Route[], words: string[], frame: (content: any) => any}} Entry */

/** @param {Entry} entry */
export async function start(entry) {
  const isView = location.hash.startsWith("#view=") || tab.get("view");
  const bar = isView && (await import("./view.js")).begin();
  const found = find(entry.routes, place.value.path);
  // The page's module comes with the rest, so that all is drawn at once; if that fails it is asked for again then.
  const first = found ? loaded(found.route.load, found.route.pattern).catch(() => {}) : null;
  const line = /** @type {HTMLElement} */ (document.getElementById("away"));
  const away = (/** @type {boolean} */ yes) => void (line.hidden = !yes);
  const failed = () => away(true);
  const words = until(() => i18n.start(entry.words), failed);
  const [isOld] = await Promise.all([session.start(failed), words, first]);
  away(false);
  coloured(session.site.value.branding?.color);
  leaving.ask = mayDiscard;
  session.guardMemory(away);
  if (!bar) live.start();
  keep();
  followLinks((path) => find(entry.routes, path) !== null);
  render(html`${bar}<${Shell} entry=${entry} />`, /** @type {Element} */ (document.getElementById("app")));
  if (isOld) session.check("elsewhere").catch(() => {});
}

/** The shop's own colour, if it has one. @param {string | null | undefined} colour */
function coloured(colour) {
  const href = `/brand.css?color=${colour?.slice(1)}`;
  if (!colour) return;
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", colour);
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.onload = link.onerror = () => (link.dataset.asked = "");
  document.head.append(link);
}

/** @param {{entry: Entry}} props */
function Shell({ entry }) {
  const found = find(entry.routes, place.value.path);
  const user = session.me.value;
  const needs = found?.route.needs;
  let content;
  if (!found) content = html`<${Missing} />`;
  else if (needs === "guest" && user) content = html`<${Away} />`;
  else if (needs && needs !== "guest" && !user)
    content = html`<${Loaded} load=${() => import("./login.js")} name="login" params=${{}} />`;
  else if ((needs === "admin" && !session.isAdmin()) || (needs === "staff" && !session.isStaff()))
    content = html`<${Forbidden} />`;
  else if (session.factorNeeded.value && (needs === "admin" || needs === "staff")) content = html`<${FactorNeeded} />`;
  else content = html`<${Loaded} load=${found.route.load} name=${found.route.pattern} params=${found.params} />`;
  const question = asked.value && html`<${Asking} load=${() => import("../ui/confirm.js")} ...${asked.value} />`;
  const proof = proving.value && html`<${Asking} load=${() => import("./parts/proof.js")} answer=${proving.value} />`;
  return html`${entry.frame(content)}<${Toasts} />${question}${proof}`;
}

/** A question, whose module comes when it is asked; where it does not come, the answer is no.
 * @param {{load: () => Promise<any>, answer: (given: boolean) => void}} props */
function Asking({ load, answer, ...question }) {
  const [Question, setQuestion] = useState(/** @type {any} */ (null));
  useEffect(() => {
    load().then(
      (module) => setQuestion(() => module.default),
      () => {
        toastError(new ApiError(0, { code: UNREACHABLE }));
        answer(false);
      },
    );
  }, []);
  return Question && html`<${Question} answer=${answer} ...${question} />`;
}

/** The pages that have come, by their names. @type {Map<string, any>} */
const pages = new Map();

/** @param {() => Promise<any>} load @param {string} name */
async function loaded(load, name) {
  if (pages.has(name)) return;
  const module = await load().catch(() => {
    throw new ApiError(0, { code: UNREACHABLE });
  });
  pages.set(name, module.default);
}

/** Draws a page, when its module has come. @param {{load: () => Promise<any>, name: string, params: Record<string,
 * string>}} props */
function Loaded({ load, name, params }) {
  const [state, setState] = useState({ name: "", error: /** @type {any} */ (null) });
  const read = () =>
    loaded(load, name).then(
      () => setState({ name, error: null }),
      (error) => setState({ name, error }),
    );
  useEffect(() => {
    come();
    read();
  }, [name]);
  useEffect(() => {
    if (!state.error) return;
    // A browser does not ask again for a module that it could not get; a new page does. Drafts outlive it.
    const waited = { isAway: false, isOver: false };
    const back = () => void (waited.isAway && !waited.isOver && reload());
    until(session.check, () => void (waited.isAway = true)).then(back, () => {});
    return () => void (waited.isOver = true);
  }, [state.error]);
  const page = pages.get(name);
  if (page) return html`<${page} ...${params} />`;
  if (state.name === name && state.error) return html`<${Failed} error=${state.error} retry=${reload} />`;
  return html`<${Waiting} />`;
}

const Missing = () => html`
  <${Page} title=${t("missing.title")} lead=${t("missing.lead")}>
    <p><a class="btn btn-primary" href=${place.value.path.startsWith("/admin") ? "/admin" : "/"}>${t("missing.home")}
      </a></p>
  <//>`;

const Forbidden = () => html`
  <${Page} title=${t("forbidden.title")} lead=${t("forbidden.lead")}>
    <p><a class="btn btn-primary" href=${session.home()}>
      ${t(session.isStaff() ? "forbidden.orders" : "forbidden.home")}</a></p>
  <//>`;

const FactorNeeded = () => html`
  <${Page} title=${t("factor.needed")} lead=${t("factor.needed_lead")}>
    <p><a class="btn btn-primary" href="/account">${t("factor.to_account")}</a></p>
  <//>`;

/** A page for guests, asked by somebody who is logged in; who chose a service before finds it in the order form. */
function Away() {
  const service = new URLSearchParams(location.search).get("service");
  const to = service && !session.isStaff() ? `/?service=${encodeURIComponent(service)}` : session.home();
  useEffect(() => location.replace(to), []);
  return html`<${Waiting} />`;
}
