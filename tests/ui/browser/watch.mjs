// What no page may do: an error or warning in the console, a breach of the Content-Security-Policy, a request to
// another host, a dialog of the browser (a script that somebody typed), a refusal that the test did not announce.

export class Watch {
  /** @type {string[]} */
  seen = [];
  /** @type {{status: number, path: string, came: boolean}[]} */
  #announced = [];
  #base = "";
  /** How often a browser asked before a page with something typed into it was left. */
  questions = 0;
  /** The answer to that: a test that goes elsewhere means it, unless it says otherwise. */
  stays = false;
  #cutsLines = false;
  /** Where links of the panel lead. @type {string[]} */
  #elsewhere = [];

  /** The test provokes this refusal, and it has to come. @param {number} status @param {string} path */
  announce(status, path) {
    this.#announced.push({ status, path, came: false });
  }

  /** It may come or not: several requests race for it. `*` is any path.
   * @param {number} status @param {string[]} paths */
  allow(status, ...paths) {
    for (const path of paths) this.#announced.push({ status, path, came: true });
  }

  /** The test follows a link of the panel to this other machine. @param {string} origin */
  leadsTo(origin) {
    this.#elsewhere.push(origin);
  }

  /** The test itself cuts connections. */
  cutsLines() {
    this.#cutsLines = true;
  }

  /** @param {import("@playwright/test").BrowserContext} context */
  async over(context) {
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    context.on("console", (message) => this.#console(message));
    context.on("weberror", (error) => this.seen.push(`script: ${error.error().stack}`));
    context.on("request", (request) => this.#request(request.url()));
    context.on("response", (response) => this.#response(response));
    context.on("dialog", (dialog) => this.#dialog(dialog));
  }

  #dialog(dialog) {
    if (dialog.type() !== "beforeunload") this.seen.push(`dialog: ${dialog.message()}`);
    else this.questions++;
    return dialog.type() === "beforeunload" && !this.stays ? dialog.accept() : dialog.dismiss();
  }

  #console(message) {
    if (!["error", "warning"].includes(message.type())) return;
    // The browser's own line about an answer, which is judged below.
    if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
    if (this.#cutsLines && message.text().startsWith("Failed to load resource: net::")) return;
    // What a program that was kept away would have used.
    if (this.#cutsLines && message.text().includes("was preloaded using link preload but not used")) return;
    this.seen.push(`console: ${message.text()} (${message.location().url})`);
  }

  #request(url) {
    const { origin, protocol } = new URL(url);
    if (!protocol.startsWith("http")) return;
    // A test talks to one panel, the one it opens first.
    this.#base ||= origin;
    if (origin !== this.#base && !this.#elsewhere.includes(origin)) this.seen.push(`foreign host: ${url}`);
  }

  #response(response) {
    if (response.status() < 400) return;
    const { pathname } = new URL(response.url());
    const known = this.#announced.find(
      ({ status, path }) => status === response.status() && (path === "*" || path === pathname),
    );
    if (known) known.came = true;
    else this.seen.push(`${response.status()}: ${response.request().method()} ${response.url()}`);
  }

  /** All that was wrong. */
  verdict() {
    const missing = this.#announced.filter(({ came }) => !came);
    return [...this.seen, ...missing.map(({ status, path }) => `announced and never seen: ${status} ${path}`)];
  }
}
