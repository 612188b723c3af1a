// A mail server with TLS that takes every letter and keeps it.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";

/** Of `localhost`, signed by itself, for tests alone. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBtTCCAVygAwIBAgIUOQHmR6uvqx73hjT+hduFBt9GHOswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDAwMzE0MFoYDzIxMjYxMTA2
MDAzMTQwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT0Fx0WecHV3m8f7KgB0fWB0AzgYkVskZZuydVKoxqyc+pA+G7U/0Ot
sc54LTOHORBF8NczXwxaDESUfpz0VOJio4GJMIGGMB0GA1UdDgQWBBRCP6MvZJ9o
zT+N8ep5OckIYYyCITAfBgNVHSMEGDAWgBRCP6MvZJ9ozT+N8ep5OckIYYyCITAU
BgNVHREEDTALgglsb2NhbGhvc3QwDAYDVR0TAQH/BAIwADALBgNVHQ8EBAMCB4Aw
EwYDVR0lBAwwCgYIKwYBBQUHAwEwCgYIKoZIzj0EAwIDRwAwRAIgOJmdC9Oclnc9
X2zZWWJUwOQ4ab6gROuLAM0gMMDcGckCICqS+2ARStR16ER8aHWsxhvkfCI+XXUF
nXDCZ6ZVREWt
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg26dMndEUvqvS6jy6
vFqiFdi0W8vfNTZe7DioyCGsUD+hRANCAAT0Fx0WecHV3m8f7KgB0fWB0AzgYkVs
kZZuydVKoxqyc+pA+G7U/0Otsc54LTOHORBF8NczXwxaDESUfpz0VOJi
-----END PRIVATE KEY-----
`;

/** The text of a letter, of which lines and letters outside ASCII are written with `=`. @param {string} letter */
function read(letter) {
  const body = letter.slice(letter.indexOf("\r\n\r\n") + 4).replace(/=\r\n/g, "");
  const bytes = body.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

export class MailServer {
  static async start() {
    const mail = new MailServer();
    /** @type {{to: string, text: string}[]} */
    mail.letters = [];
    mail.server = createServer({ cert: CERT, key: KEY }, (socket) => mail.serve(socket));
    await new Promise((done) => mail.server.listen(0, "127.0.0.1", () => done(undefined)));
    const trusted = join(mkdtempSync(join(tmpdir(), "mail-ui-")), "trusted.pem");
    writeFileSync(trusted, CERT);
    /** What a panel needs to use it. */
    mail.env = {
      SMTP_URL: `smtps://shop:secret@localhost:${mail.server.address().port}`,
      SMTP_FROM: "shop@example.vn",
      SSL_CERT_FILE: trusted,
    };
    return mail;
  }

  /** @param {import("node:tls").TLSSocket} socket */
  serve(socket) {
    let [rest, to, isLetter] = ["", "", false];
    socket.on("error", () => {});
    socket.write("220 fake\r\n");
    socket.on("data", (part) => {
      rest += part.toString("latin1");
      for (;;) {
        const end = isLetter ? rest.indexOf("\r\n.\r\n") : rest.indexOf("\r\n");
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + (isLetter ? 5 : 2));
        if (isLetter) this.letters.push({ to, text: read(line) });
        if (line.startsWith("RCPT TO:")) to = line.slice(9, -1);
        const begins = !isLetter && line === "DATA";
        if (begins) socket.write("354 go on\r\n");
        else if (!isLetter && line.startsWith("EHLO")) socket.write("250-fake\r\n250 AUTH PLAIN\r\n");
        else if (!isLetter && line.startsWith("AUTH")) socket.write("235 in\r\n");
        else socket.write("250 ok\r\n");
        isLetter = begins;
      }
    });
  }

  /** The link of the newest letter to this address, once it is there. @param {string} address */
  async link(address) {
    for (const begun = Date.now(); ;) {
      const letter = this.letters.findLast(({ to, text }) => to === address && text.includes("#"));
      if (letter) return letter.text.split("\r\n").find((line) => line.startsWith("http"));
      if (Date.now() - begun > 30_000) throw new Error(`no link came to ${address}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  stop() {
    this.server.close();
  }
}
