//! Every refusal that docs/API.md lists, earned at least once from outside, each in the one shape they all have.

use crate::second_factor;
use crate::support::app::{Asker, PASSWORD, TestApp, figment};
use crate::support::bank::WEBHOOK;
use crate::support::member::Member;
use crate::support::shop::wish;
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use rocket::local::blocking::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The refusals that were met.
#[derive(Default)]
struct Seen(BTreeSet<(u16, String)>);

impl Seen {
    /// That it is this refusal, whole and with nothing beside.
    #[track_caller]
    fn met(&mut self, answer: &Answer, status: u16, code: &str) {
        let problem = answer.refused(status, code);
        let mut names: BTreeSet<&str> = problem.as_object().unwrap().keys().map(String::as_str).collect();
        let has_errors = names.remove("errors");
        let (has_reason, has_values) = (names.remove("reason"), names.remove("values"));
        assert!(has_reason || !has_values, "{code}");
        for error in problem["errors"].as_array().into_iter().flatten() {
            for name in ["field", "message", "rule"] {
                assert!(error[name].as_str().is_some_and(|text| !text.is_empty()), "{code}: {error}");
            }
        }
        let always = ["code", "detail", "request_id", "status", "title", "type"];
        assert_eq!(names, BTreeSet::from(always), "{code}");
        assert_eq!(has_errors, code == "validation_failed", "{code}");
        assert_eq!(problem["type"], "about:blank");
        for text in ["title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|text| !text.is_empty()), "{code}: {text}");
        }
        assert_eq!(answer.header("Allow").is_some(), status == 405, "{code}");
        let wait = answer.header("Retry-After").map(|seconds| seconds.parse::<u64>().unwrap());
        assert_eq!(wait.is_some_and(|seconds| seconds > 0), ["rate_limited", "overloaded"].contains(&code));
        self.0.insert((status, code.to_owned()));
    }
}

/// The table in docs/API.md.
fn listed() -> BTreeSet<(u16, String)> {
    let page = include_str!("../../docs/API.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let rows = rows.filter_map(|(status, rest)| Some((status.parse().ok()?, rest.split_once(" | ")?.0)));
    rows.flat_map(|(status, codes)| {
        codes.split(", ").map(move |code| (status, code.trim_matches('`').to_owned()))
    })
    .collect()
}

#[test]
fn every_refusal_that_is_listed_is_met() {
    let mut seen = Seen::default();
    unreadable(&mut seen);
    people(&mut seen);
    orders(&mut seen);
    deposits(&mut seen);
    too_many(&mut seen);
    not_set_up(&mut seen);
    full(&mut seen);
    broken(&mut seen);
    assert_eq!(seen.0, listed());
}

fn unreadable(seen: &mut Seen) {
    let app = TestApp::start();
    let lan = app.member("lan");
    seen.met(&lan.get("/api/orders/first"), 400, "malformed_request");
    let raw = |headers: &[(&str, &str)], body: &[u8]| {
        lan.send(Method::Post, "/api/orders", headers, Some(body.to_vec()))
    };
    for body in [b"".as_slice(), b"{", b"\xef\xbb\xbf{}", b"{\"link\":\"\xff\"}", b"service_id=1"] {
        seen.met(&raw(&[], body), 400, "malformed_request");
    }
    seen.met(&raw(&[("Idempotency-Key", "khoá")], b"{}"), 400, "malformed_request");
    seen.met(&lan.get("/api/nothing"), 404, "not_found");
    seen.met(&lan.get("/nothing"), 404, "not_found");
    let answer = lan.send(Method::Patch, "/api/orders", &[], None);
    assert_eq!(answer.header("Allow"), Some("GET, HEAD, POST"));
    seen.met(&answer, 405, "method_not_allowed");
    seen.met(&raw(&[("Content-Type", "text/plain")], b"{}"), 415, "unsupported_media_type");
    let mut longest = b"[]".to_vec();
    longest.resize(1024 * 1024, b' ');
    seen.met(&raw(&[], &longest), 422, "validation_failed");
    longest.push(b' ');
    seen.met(&raw(&[], &longest), 413, "payload_too_large");
}

fn people(seen: &mut Seen) {
    let app = TestApp::start();
    let (guest, lan) = (app.guest(), app.member("lan"));
    seen.met(&guest.get("/api/auth/me"), 401, "unauthenticated");
    let set_up = json!({ "token": "x", "username": "boss", "email": "b@x.vn", "password": PASSWORD });
    seen.met(&guest.post("/api/setup", set_up), 403, "forbidden");
    seen.met(&lan.get("/api/admin/users"), 403, "forbidden");
    let login = |password| guest.post("/api/auth/login", json!({ "login": "lan", "password": password }));
    seen.met(&login("wrong"), 401, "invalid_credentials");
    let register = |username: &str, email: &str| {
        let account = json!({ "username": username, "email": email, "password": PASSWORD });
        guest.post("/api/auth/register", account)
    };
    seen.met(&register("Lan", "other@example.vn"), 409, "username_taken");
    seen.met(&register("other", "LAN@example.vn"), 409, "email_taken");
    let mai = app.member("mai");
    second_factor::turn_on(&mai);
    let with = |totp: Option<&str>| {
        let body = json!({ "login": "mai", "password": PASSWORD, "totp": totp });
        guest.post("/api/auth/login", body)
    };
    seen.met(&with(None), 401, "totp_required");
    seen.met(&with(Some("000000")), 401, "invalid_totp");
    let boss = app.admin("boss");
    boss.put("/api/admin/settings", json!({ "require_totp": true })).expect(200);
    seen.met(&boss.get("/api/admin/users"), 403, "totp_setup_required");
    let deputy = app.admin("deputy");
    let body = json!({ "login": "deputy", "password": PASSWORD });
    let token = guest.post("/api/auth/login", body).expect(200)["access_token"].as_str().map(str::to_owned);
    let boss = Member { id: deputy.id, asker: Asker { app: &app, token } };
    second_factor::turn_on(&boss);
    seen.met(&deputy.get("/api/admin/users"), 403, "confirmation_required");
    let ban =
        |member: &Member| boss.put(&format!("/api/admin/users/{}/ban", member.id), json!({ "banned": true }));
    seen.met(&ban(&boss), 409, "conflict");
    let view = format!("/api/admin/users/{}/view", lan.id);
    let view = boss.post(&view, json!({ "reason": "asks for help" })).expect(201);
    let looks = Asker { app: &app, token: view["token"].as_str().map(str::to_owned) };
    seen.met(&looks.post("/api/orders", json!({})), 403, "read_only");
    ban(&lan).expect(200);
    seen.met(&login("wrong"), 401, "invalid_credentials");
    seen.met(&login(PASSWORD), 403, "account_banned");
}

fn orders(seen: &mut Seen) {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let service = app.service(|_| ());
    let buy = |key: &str, body: Value| lan.post_once("/api/orders", key, body);
    seen.met(&buy("a", wish(service, 1000)), 402, "insufficient_balance");
    app.fund(lan.id, 50_000);
    let order = buy("a", wish(service, 1000)).expect(201)["id"].clone();
    seen.met(&buy("a", wish(service, 999)), 422, "idempotency_key_reused");
    seen.met(&boss.get(&format!("/api/orders/{order}")), 404, "not_found");
    let mut dear = wish(service, 1000);
    dear["expected_charge"] = json!(11_999);
    seen.met(&buy("b", dear), 409, "price_changed");
    let inactive = app.service(|offer| offer.active = false);
    seen.met(&buy("b", wish(inactive, 1000)), 409, "service_inactive");
    let cancel = || boss.put(&format!("/api/admin/orders/{order}/status"), json!({ "status": "canceled" }));
    cancel().expect(200);
    seen.met(&cancel(), 409, "order_final");
    let by_customer = lan.post(&format!("/api/orders/{order}/cancel"), json!({}));
    seen.met(&by_customer, 409, "cancel_not_possible");
    let refill = lan.post(&format!("/api/orders/{order}/refill"), json!({}));
    seen.met(&refill, 409, "refill_not_possible");
}

fn deposits(seen: &mut Seen) {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let unknown = lan.post("/api/payment/deposit", json!({ "amount": 50_000, "coupon": "NONE" }));
    seen.met(&unknown, 409, "coupon_not_valid");
    let asked = lan.deposit(50_000);
    let approve = || boss.put(&format!("/api/admin/deposits/{}/approve", asked.id), json!({}));
    approve().expect(200);
    seen.met(&approve(), 409, "deposit_settled");
}

fn too_many(seen: &mut Seen) {
    let app = TestApp::with(&[("RATE_LIMIT_PER_MINUTE", "1")]);
    let lan = app.member("lan");
    lan.get("/api/auth/me").expect(200);
    seen.met(&lan.get("/api/auth/me"), 429, "rate_limited");
}

fn not_set_up(seen: &mut Seen) {
    let nothing = ["SEPAY_SECRET", "BUMX_API_URL", "BUMX_API_KEY", "BANK_BIN", "BANK_NAME"];
    let nothing = nothing.iter().chain(&["BANK_ACCOUNT_NUMBER", "BANK_ACCOUNT_NAME"]);
    let app = TestApp::with(&nothing.map(|name| (*name, "")).collect::<Vec<_>>());
    let lan = app.member("lan").funded(50_000);
    seen.met(&app.guest().post(WEBHOOK, json!({})), 503, "not_configured");
    seen.met(&lan.post("/api/payment/deposit", json!({ "amount": 50_000 })), 503, "not_configured");
    let service = app.service(|_| ());
    seen.met(&lan.post("/api/orders", wish(service, 1000)), 503, "not_configured");
    app.admin("boss").put("/api/admin/settings", json!({ "maintenance": true })).expect(200);
    seen.met(&lan.post("/api/orders", wish(service, 1000)), 503, "maintenance");
    assert_eq!(lan.balance(), 50_000);
}

/// The database may not grow any more, which SQLite reports like a full disk.
fn full(seen: &mut Seen) {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let credit = || boss.put(&path, json!({ "amount": 1, "reason": "x".repeat(400) }));
    app.write(|tx| tx.value("PRAGMA max_page_count = 1", (), |row| row.get::<_, i64>(0)).unwrap());
    let refused = (0..5000).map(|_| credit()).find(|answer| answer.status != 200).unwrap();
    seen.met(&refused, 503, "overloaded");
}

#[rocket::get("/api/broken")]
fn breaks() -> &'static str {
    panic!("on purpose, at /srv/panel.db")
}

fn broken(seen: &mut Seen) {
    let app = TestApp::start();
    let panel = smm_panel::app::rocket(app.app.clone(), figment()).mount("/", rocket::routes![breaks]);
    let client = Client::untracked(panel).unwrap();
    let answer = Answer::from_local(client.get("/api/broken").dispatch());
    seen.met(&answer, 500, "internal");
    assert!(!answer.text().contains("purpose") && !answer.text().contains("/srv"), "{}", answer.text());
}

#[test]
fn a_method_nobody_knows_is_refused_like_any_other() {
    let app = TestApp::start();
    let served = app.serve();
    for path in ["/api/orders", "/health", "/"] {
        let answer = served.send("PROPFIND", path, &[], b"");
        answer.refused(405, "method_not_allowed");
        assert!(answer.header("Allow").is_some_and(|methods| methods.contains("GET")), "{path}");
    }
    served.send("PROPFIND", "/api/nothing", &[], b"").refused(404, "not_found");
    let page = served.send("PROPFIND", "/nothing", &[("Accept", "text/html")], b"");
    assert_eq!(page.status, 404);
    assert!(page.header("X-Request-Id").is_some());
}

#[test]
fn refusals_have_names_of_their_own() {
    let app = TestApp::start();
    let served = app.serve();
    let names: Vec<String> = at_once(8, |_| served.send("GET", "/api/nothing", &[], b""))
        .iter()
        .map(|answer| answer.refused(404, "not_found")["request_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 8, "{names:?}");
}
