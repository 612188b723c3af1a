// A Telegram that has messages for the bot, and keeps what the bot says.
import { createServer } from "node:http";

export const BOT = "shop_bot";

export class Telegram {
  static async start() {
    const telegram = new Telegram();
    /** @type {{chat_id: number, text: string}[]} */
    telegram.said = [];
    telegram.updates = [];
    telegram.next = 1;
    telegram.server = createServer((request, response) => telegram.serve(request, response));
    await new Promise((done) => telegram.server.listen(0, "127.0.0.1", () => done(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (telegram.server.address());
    telegram.env = { TELEGRAM_API_URL: `http://127.0.0.1:${port}` };
    return telegram;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Somebody presses Start behind a link, in a private chat or a group. @param {string} link @param {any} chat */
  follow(link, chat) {
    const url = new URL(link);
    const token = url.searchParams.get("start") ?? url.searchParams.get("startgroup");
    this.updates.push({ update_id: this.next++, message: { chat, text: `/start ${token}` } });
  }

  async serve(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString() || "{}");
    const method = request.url.split("/").pop();
    response.setHeader("Content-Type", "application/json").setHeader("Connection", "close");
    response.end(JSON.stringify({ ok: true, result: this.answer(method, body) }));
  }

  answer(method, body) {
    if (method === "getMe") return { id: 7, is_bot: true, username: BOT };
    if (method === "getUpdates") {
      this.updates = this.updates.filter((update) => update.update_id >= (body.offset ?? 0));
      return this.updates;
    }
    this.said.push(body);
    return { message_id: this.said.length };
  }
}
