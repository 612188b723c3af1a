//! The log tells what happened and holds no secret, at whatever level, whichever door the secret came through.

use crate::support::bank::{Notice, WEBHOOK, signature};
use crate::support::binary::{Binary, command, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::fake_sepay::FakeSepay;
use crate::support::fake_telegram::FakeTelegram;
use crate::support::reply::Reply;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const BOSS_PASSWORD: &str = "planted-password-of-the-boss";
const PASSWORD: &str = "planted-password-of-lan";
const WRONG_PASSWORD: &str = "planted-password-that-is-wrong";
const NEW_PASSWORD: &str = "planted-password-that-is-new";
const RESET_PASSWORD: &str = "planted-password-from-the-console";
const SECRET_KEY: &str = "planted-secret-key-of-thirty-two-bytes";
const PROVIDER_KEY: &str = "planted-provider-key-1";
const OTHER_PROVIDER_KEY: &str = "planted-provider-key-2";
const SEPAY_SECRET: &str = "planted-sepay-secret";
const SEPAY_TOKEN: &str = "planted-sepay-api-token";
const BOT_TOKEN: &str = "700112233:AAF-planted-telegram-token";
const OTHER_BOT_TOKEN: &str = "700112234:AAF-planted-telegram-other";
const METRICS_TOKEN: &str = "planted-metrics-token";
const MAIL: &str = "smtps://shop:planted-mail-password@127.0.0.1:1";

/// What every planted text holds.
const PLANTED: &str = "planted";

struct Panel {
    binary: Binary,
    /// What the panel itself made: tokens and keys.
    made: Vec<String>,
}

impl Panel {
    fn start(folder: &Path, provider: &FakeProvider, sepay: &FakeSepay, telegram: &FakeTelegram) -> Panel {
        let vars = [
            ("LOG_LEVEL", "trace"),
            ("SECRET_KEY", SECRET_KEY),
            ("ADMIN_USERNAME", "boss"),
            ("ADMIN_EMAIL", "boss@example.vn"),
            ("ADMIN_PASSWORD", BOSS_PASSWORD),
            ("BUMX_API_URL", &provider.url()),
            ("BUMX_API_KEY", PROVIDER_KEY),
            ("BUMX_SYNC_SECONDS", "1"),
            ("BUMX_TIMEOUT_SECONDS", "1"),
            ("BUMX_ADD_TIMEOUT_SECONDS", "1"),
            ("PROVIDER_ALLOW_PRIVATE", "true"),
            ("SEPAY_SECRET", SEPAY_SECRET),
            ("SEPAY_API_TOKEN", SEPAY_TOKEN),
            ("SEPAY_API_URL", &sepay.url()),
            ("TELEGRAM_BOT_TOKEN", BOT_TOKEN),
            ("TELEGRAM_CHAT_ID", "-100200300"),
            ("TELEGRAM_API_URL", &telegram.url()),
            ("METRICS_TOKEN", METRICS_TOKEN),
            ("SMTP_URL", MAIL),
            ("SMTP_FROM", "shop@example.vn"),
            // Names that are nearly ours are told of.
            ("SEPAY_SECRETS", "planted-in-a-misspelt-variable"),
        ];
        Panel { binary: Binary::start(folder, &[], &vars), made: Vec::new() }
    }

    fn sends(&self, method: &str, path: &str, token: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        self.binary.send(method, path, &[("Authorization", &bearer)], body.to_string().as_bytes())
    }

    fn logs_in(&mut self, login: &str, password: &str) -> String {
        let body = json!({ "login": login, "password": password }).to_string();
        let answer = self.binary.send("POST", "/api/auth/login", &[], body.as_bytes()).expect(200);
        self.keeps(&answer["access_token"])
    }

    fn keeps(&mut self, secret: &Value) -> String {
        let secret = secret.as_str().unwrap().to_owned();
        self.made.push(secret.clone());
        secret
    }
}

/// Registers, is refused, changes the password, takes keys and uses them in every way.
fn at_the_doors(panel: &mut Panel) {
    let customer = json!({ "username": "lan", "email": "lan@example.vn", "password": PASSWORD });
    let made =
        panel.binary.send("POST", "/api/auth/register", &[], customer.to_string().as_bytes()).expect(201);
    let token = panel.keeps(&made["access_token"]);
    for wrong in [
        format!(r#"{{"login":"lan","password":"{WRONG_PASSWORD}"}}"#),
        format!(r#"{{"login":"{WRONG_PASSWORD}","password":"{PASSWORD}"}}"#),
        format!(r#"{{"login":"lan","password":"{WRONG_PASSWORD}""#),
        format!(r#"{{"login":"lan","passwort":"{WRONG_PASSWORD}"}}"#),
        format!(r#"{{"login":"lan","password":["{WRONG_PASSWORD}"]}}"#),
        format!(r#"{{"login":"lan","password":"{WRONG_PASSWORD}","password":"{PASSWORD}"}}"#),
        format!(r#""{WRONG_PASSWORD}""#),
    ] {
        for path in ["/api/auth/login", "/api/auth/register", "/api/setup", "/api/auth/password"] {
            assert!(panel.binary.send("POST", path, &[], wrong.as_bytes()).status >= 400, "{path} {wrong}");
        }
    }
    let setup =
        json!({ "token": "planted-setup", "username": "x", "email": "x@example.vn", "password": PASSWORD });
    panel.binary.send("POST", "/api/setup", &[], setup.to_string().as_bytes()).refused(404, "not_found");
    let change = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let token =
        panel.keeps(&panel.sends("POST", "/api/auth/password", &token, &change).expect(200)["access_token"]);
    let key =
        panel.keeps(&panel.sends("POST", "/api/user/api-key", &token, &json!({})).expect(201)["api_key"]);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for key in [key.as_str(), "planted-wrong-key"] {
        let body = format!("key={key}&action=balance");
        panel.binary.send("POST", "/api/v2", &form, body.as_bytes());
        panel.binary.send("GET", &format!("/api/v2?{body}"), &[], b"");
        panel.binary.send("POST", "/api/v2", &[("Authorization", &format!("Bearer {key}"))], b"{}");
        panel.binary.send("PUT", &format!("/api/v2?{body}"), &[], b"");
        panel.binary.send("GET", &format!("/api/orders?token={key}&search={key}"), &[], b"");
    }
    for header in
        [format!("Bearer {token}x"), format!("Basic {token}"), format!("Apikey {key}"), token.clone()]
    {
        panel
            .binary
            .send("GET", "/api/auth/me", &[("Authorization", &header)], b"")
            .refused(401, "unauthenticated");
    }
    for token in [METRICS_TOKEN, "planted-wrong-metrics-token"] {
        panel.binary.send("GET", "/metrics", &[("Authorization", &format!("Bearer {token}"))], b"");
    }
    let cookie = format!("session={token}; device=planted-device; other=planted");
    let foreign = [("Cookie", cookie.as_str()), ("Origin", "https://foreign.example")];
    panel.binary.send("POST", "/api/auth/logout", &foreign, b"{}").refused(403, "forbidden");
    panel.binary.send("GET", "/api/auth/me", &foreign, b"").expect(200);
    panel.binary.send("POST", "/api/auth/logout", &[("Authorization", &format!("Bearer {token}"))], b"{}");
    panel.logs_in("lan", NEW_PASSWORD);
}

/// The bank's notices, rightly and wrongly proven.
fn from_the_bank(panel: &Panel) {
    let notice = Notice::new(1, 50_000, "no code").bytes();
    let signed = signature(SEPAY_SECRET, 1, &notice);
    for headers in [
        [("Authorization", format!("Apikey {SEPAY_SECRET}")), ("X-Other", String::new())],
        [("Authorization", "Apikey planted-wrong-secret".to_owned()), ("X-Other", String::new())],
        [("X-SePay-Signature", signed), ("X-SePay-Timestamp", "1".to_owned())],
    ] {
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        panel.binary.send("POST", WEBHOOK, &headers, &notice);
    }
}

/// What an admin types, what a provider throws back, what Telegram and SePay's list refuse.
fn from_the_admin(panel: &mut Panel, provider: &FakeProvider) {
    let boss = panel.logs_in("boss", BOSS_PASSWORD);
    let other = FakeProvider::start();
    let said = format!("bad key {OTHER_PROVIDER_KEY} for http://x/?key={OTHER_PROVIDER_KEY}");
    other.otherwise(Reply::json(200, json!({ "error": said })));
    let new = json!({ "name": "Other", "api_url": other.url(), "api_key": OTHER_PROVIDER_KEY });
    panel.sends("POST", "/api/admin/providers", &boss, &new).expect(201);
    panel.sends("POST", "/api/admin/providers/2/test", &boss, &json!({}));
    let import = json!({ "provider_id": 2, "markup_percent": 10, "dry_run": true });
    panel.sends("POST", "/api/admin/services/import", &boss, &import);
    let inside = json!({ "name": "X", "api_url": format!("https://me:{OTHER_PROVIDER_KEY}@x.example/") });
    panel.sends("POST", "/api/admin/providers", &boss, &inside);
    for settings in [
        json!({ "telegram": { "bot_token": OTHER_BOT_TOKEN } }),
        json!({ "sepay": { "secret": "planted-other-sepay-secret", "api_token": 7 } }),
        json!({ "sepay": { "planted": "planted" } }),
    ] {
        panel.sends("PUT", "/api/admin/settings", &boss, &settings);
    }
    panel.sends("POST", "/api/admin/telegram/test", &boss, &json!({}));
    let me = panel.sends("GET", "/api/auth/me", &boss, &Value::Null).expect(200)["id"].clone();
    let funds = json!({ "amount": 1_000_000, "reason": "for the test" });
    panel.sends("PUT", &format!("/api/admin/users/{me}/balance"), &boss, &funds).expect(200);
    let service = json!({
        "name": "Likes", "category": "TikTok", "rate": "12000", "min_quantity": 1, "max_quantity": 1000,
        "provider_id": 1, "provider_service_id": "2"
    });
    let service = panel.sends("POST", "/api/admin/services", &boss, &service).expect(201)["id"].clone();
    for (number, reply) in [
        Reply::json(200, json!({ "error": format!("{PROVIDER_KEY} is no key, {PROVIDER_KEY}") })),
        Reply::text(500, &format!("<html>trace: key={PROVIDER_KEY}</html>")),
        Reply::json(200, json!({ "order": PROVIDER_KEY })),
    ]
    .into_iter()
    .enumerate()
    {
        let before = provider.requests_for("add").len();
        provider.next_for("add", reply);
        let link = format!("https://x.vn/{number}");
        let order = json!({ "service_id": service, "link": link, "quantity": 100 });
        panel.sends("POST", "/api/orders", &boss, &order).expect(201);
        let asked = Instant::now();
        while provider.requests_for("add").len() == before && asked.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A password that somebody pipes into the command beside the panel.
fn from_the_console(folder: &Path) -> String {
    let arguments = ["admin", "reset-password", "--username", "boss", "--password-stdin"];
    let mut command = command(folder, &arguments, &[("LOG_LEVEL", "trace"), ("SECRET_KEY", SECRET_KEY)]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{RESET_PASSWORD}").unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success());
    String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap()
}

#[test]
fn no_secret_is_in_the_log_whichever_door_it_came_through() {
    let folder = own_folder();
    let (provider, sepay, telegram) = (FakeProvider::start(), FakeSepay::start(), FakeTelegram::start());
    provider
        .always_for("balance", Reply::json(401, json!({ "error": format!("no such key: {PROVIDER_KEY}") })));
    for _ in 0..3 {
        sepay.next(401, &json!({ "error": format!("no such token: {SEPAY_TOKEN}") }).to_string());
        telegram.next_error(401, &format!("Unauthorized: bot{BOT_TOKEN}"), json!({}));
        telegram.next_silence();
    }
    let mut panel = Panel::start(folder.path(), &provider, &sepay, &telegram);
    at_the_doors(&mut panel);
    from_the_bank(&panel);
    from_the_admin(&mut panel, &provider);
    let console = from_the_console(folder.path());
    panel.binary.log_with("SePay");
    panel.binary.log_with("Telegram");
    panel.binary.log_with("waits for review");
    panel.binary.send("GET", "/api/the-last-one", &[], b"");
    let log = panel.binary.log_with("/api/the-last-one");
    assert!(
        log.contains("is it SEPAY_SECRET?") && log.contains("a session cookie from a foreign page"),
        "{log}"
    );
    for text in [&log, &panel.binary.said(), &console] {
        let told = text.lines().find(|line| line.contains(PLANTED));
        assert_eq!(told, None);
        for secret in &panel.made {
            // Neither whole nor the part that is enough.
            let enough = secret.get(secret.len() / 2..).unwrap();
            let told = text.lines().find(|line| line.contains(enough));
            assert_eq!(told, None);
        }
    }
}
