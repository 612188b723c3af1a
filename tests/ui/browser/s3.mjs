// A storage that speaks as much of S3 as the panel does, in memory; it may refuse everything.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const md5 = (/** @type {Buffer} */ bytes) => createHash("md5").update(bytes).digest("hex");

/** @param {string} name @param {string} inside */
const document = (name, inside) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</${name}>`;

export class Storage {
  /** Whether it turns every request away. */
  refuses = false;
  /** @type {Map<string, Buffer>} */
  objects = new Map();
  /** @type {Map<string, Buffer[]>} */
  #uploads = new Map();

  static async start() {
    const storage = new Storage();
    storage.server = createServer((request, response) => storage.#answer(request, response));
    await new Promise((done) => storage.server.listen(0, "127.0.0.1", () => done(null)));
    storage.place = `http://127.0.0.1:${storage.server.address().port}/shop/panel`;
    storage.url = storage.place.replace("//", "//key:planted-secret@");
    return storage;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  async #answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const url = new URL(request.url, "http://s3");
    const [status, headers, body] = this.refuses
      ? [403, {}, "<Error><Code>AccessDenied</Code></Error>"]
      : this.#done(request.method, url, Buffer.concat(parts));
    response.writeHead(status, { ...headers, "Content-Length": body.length }).end(body);
  }

  /** @returns {[number, Record<string, string>, string]} */
  #done(method, { pathname, searchParams: query }, bytes) {
    const key = decodeURIComponent(pathname).replace("/shop/", "");
    const upload = query.get("uploadId");
    if (method === "DELETE") return [(this.objects.delete(key), 204), {}, ""];
    if (query.has("uploads")) {
      this.#uploads.set(key, []);
      return [200, {}, document("InitiateMultipartUploadResult", `<UploadId>${key}</UploadId>`)];
    }
    if (method === "PUT") {
      this.#uploads.get(upload)[Number(query.get("partNumber")) - 1] = bytes;
      return [200, { ETag: `"${md5(bytes)}"` }, ""];
    }
    if (upload) {
      this.objects.set(key, Buffer.concat(this.#uploads.get(upload)));
      return [200, {}, document("CompleteMultipartUploadResult", `<Key>${key}</Key><ETag>"whole"</ETag>`)];
    }
    const entry = ([name, { length }]) => `<Contents><Key>${name}</Key><Size>${length}</Size></Contents>`;
    const all = [...this.objects].map(entry).join("");
    return [200, {}, document("ListBucketResult", `${all}<IsTruncated>false</IsTruncated>`)];
  }
}
