// The real program on a database of its own, and the ways in that tests need.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.PANEL ?? fileURLToPath(new URL("../../../target/debug/smm-panel", import.meta.url));
export const ADMIN = { login: "boss", password: "boss-password" };
export const PASSWORD = "correct horse";

/** Starts with a bank, SePay, the practice provider and an admin. */
export const SHOP = {
  ADMIN_USERNAME: ADMIN.login,
  ADMIN_EMAIL: "boss@example.vn",
  ADMIN_PASSWORD: ADMIN.password,
  BUMX_API_URL: "sandbox",
  BUMX_API_KEY: "sandbox-key",
  BUMX_SYNC_SECONDS: "1",
  BUMX_ADD_TIMEOUT_SECONDS: "2",
  SEPAY_SECRET: "sepay-secret",
  BANK_BIN: "970422",
  BANK_NAME: "MBBank",
  BANK_ACCOUNT_NUMBER: "0903123456",
  BANK_ACCOUNT_NAME: "NGUYEN VAN A",
};

/** So long may anything take that has to happen, on the busiest machine. */
const PATIENCE_MS = 60_000;

export class Panel {
  /** @param {{mode?: "serve" | "demo" | "demo --filled", env?: Record<string, string>}} how */
  static async start({ mode = "serve", env = {} } = {}) {
    const panel = new Panel();
    panel.folder = mkdtempSync(join(tmpdir(), "panel-ui-"));
    panel.mode = mode;
    panel.env = {
      // The system chooses one that is free.
      ROCKET_PORT: "0",
      ROCKET_CONFIG: join(panel.folder, "none.toml"),
      // Longer than this side keeps a connection: no request meets one that is being closed.
      ROCKET_KEEP_ALIVE: "600",
      DATABASE_URL: join(panel.folder, "panel.db"),
      RATE_LIMIT_PER_MINUTE: "0",
      AUTH_RATE_LIMIT_PER_MINUTE: "0",
      BCRYPT_COST: "4",
      LOG_FORMAT: "text",
      ...env,
    };
    await panel.startAgain();
    return panel;
  }

  /** On the same database, and where it was before if it has run. */
  async startAgain() {
    const port = this.base ? { ROCKET_PORT: new URL(this.base).port } : {};
    this.log = "";
    this.process = spawn(PROGRAM, this.mode.split(" "), { cwd: this.folder, env: { ...this.env, ...port } });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (part) => (this.log += part));
    [, this.base] = await this.said(/smm-panel listens on (http:\S+)/);
  }

  /** Waits for a line of what the program prints. @param {RegExp} line */
  async said(line) {
    for (const begun = Date.now(); ;) {
      const found = line.exec(this.log);
      if (found) return found;
      const { exitCode } = this.process;
      if (exitCode !== null || Date.now() - begun > PATIENCE_MS)
        throw new Error(`the panel never said ${line} (exit code ${exitCode}):\n${this.log}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Kills the process; what is in the database stays. */
  async crash() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGKILL");
    await ended;
  }

  async stop() {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks the API and insists on success. */
  async ask(method, path, body, token) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async token({ login, password }) {
    return (await this.ask("POST", "/api/auth/login", { login, password })).access_token;
  }

  /** A new customer with money; names differ from test to test. */
  async customer(balance = 0, name = `u${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`) {
    const account = { username: name, email: `${name}@example.vn`, password: PASSWORD };
    const { user, access_token: token } = await this.ask("POST", "/api/auth/register", account);
    if (balance) {
      const admin = await this.token(ADMIN);
      await this.ask("PUT", `/api/admin/users/${user.id}/balance`, { amount: balance, reason: "test" }, admin);
    }
    return { id: user.id, login: name, password: PASSWORD, token };
  }

  /** A service of the practice provider, as that lists it: the price guard looks at once. */
  async service(change = {}) {
    const admin = await this.token(ADMIN);
    const service = {
      name: "Tăng theo dõi TikTok",
      category: "TikTok",
      rate: "10000",
      min_quantity: 50,
      max_quantity: 100_000,
      provider_id: 1,
      provider_service_id: "2",
      cost: "9000",
      ...change,
    };
    return this.ask("POST", "/api/admin/services", service, admin);
  }

  /** What SePay would tell of a transfer. */
  async transfer(id, amount, content) {
    const notice = {
      id,
      gateway: "MBBank",
      accountNumber: "0903123456",
      transferType: "in",
      transferAmount: amount,
      content,
    };
    const headers = { "Content-Type": "application/json", Authorization: "Apikey sepay-secret" };
    const answer = await fetch(`${this.base}/api/payment/sepay/webhook`, {
      method: "POST",
      headers,
      body: JSON.stringify(notice),
    });
    if (!answer.ok) throw new Error(`the webhook: ${answer.status} ${await answer.text()}`);
  }
}
