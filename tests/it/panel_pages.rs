//! The panels' pages: what they say of who is there, and to whom.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::wire::Answer;
use flate2::read::GzDecoder;
use rocket::http::Method;
use serde_json::{Value, json};
use std::io::Read;

const HOSTILE: &str = "</script><script>alert(1)</script>\u{2028}<!--";
const PAGES: [&str; 4] = ["/", "/orders", "/login", "/admin/orders"];

/// The cookie of a new session.
fn log_in(app: &TestApp, name: &str) -> String {
    let answer = app.guest().post("/api/auth/login", json!({ "login": name, "password": PASSWORD }));
    format!("session={}", answer.expect(200)["access_token"].as_str().unwrap())
}

fn with_cookie(app: &TestApp, path: &str, cookie: &str) -> Answer {
    app.guest().send(Method::Get, path, &[("Cookie", cookie)], None)
}

/// What the page starts with, if anything.
fn start(html: &str) -> Option<Value> {
    let json = html.split("<script type=\"application/json\" id=\"start\">").nth(1)?;
    Some(serde_json::from_str(json.split("</script>").next().unwrap()).unwrap())
}

#[test]
fn a_page_says_who_is_there_as_the_api_does() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.member("lan");
    boss.put("/api/admin/settings", json!({ "site_name": HOSTILE })).expect(200);
    for name in ["boss", "lan"] {
        let cookie = log_in(&app, name);
        for path in PAGES {
            let page = with_cookie(&app, path, &cookie);
            let start = start(&page.text()).unwrap_or_else(|| panic!("{path} says nothing"));
            assert_eq!(start["session"], with_cookie(&app, "/api/auth/session", &cookie).json(), "{path}");
            assert_eq!(start["session"]["user"]["username"], name);
            assert_eq!(start["now"], app.clock.now().rfc3339());
            assert_eq!(start["site"], app.guest().get("/api/site").json(), "{path}");
            assert_eq!(start["site"]["site_name"], HOSTILE);
            assert!(!page.text().contains("<script>alert"), "{path}: a name has become a script");
            assert_eq!(page.header("Cache-Control"), Some("no-store"), "{path}");
            assert_eq!(page.header("ETag"), None, "{path} is this reader's alone");
            let policy = page.header("Content-Security-Policy").unwrap();
            assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
        }
    }
}

#[test]
fn who_takes_it_packed_gets_the_same_page() {
    let app = TestApp::start();
    app.member("lan");
    let cookie = log_in(&app, "lan");
    let plain = with_cookie(&app, "/orders", &cookie);
    let headers = [("Cookie", cookie.as_str()), ("Accept-Encoding", "gzip, br")];
    let packed = app.guest().send(Method::Get, "/orders", &headers, None);
    assert_eq!(packed.header("Content-Encoding"), Some("gzip"));
    for answer in [&plain, &packed] {
        assert_eq!(answer.header("Vary"), Some("Accept-Encoding"));
    }
    let mut unpacked = String::new();
    GzDecoder::new(packed.body.as_slice()).read_to_string(&mut unpacked).unwrap();
    assert_eq!(start(&unpacked), start(&plain.text()));
}

#[test]
fn of_nobody_nothing_is_said() {
    let app = TestApp::start();
    app.member("lan");
    let ended = log_in(&app, "lan");
    let headers = [("Cookie", ended.as_str()), ("Sec-Fetch-Site", "same-origin")];
    app.guest().send(Method::Post, "/api/auth/logout", &headers, None).expect(204);
    for cookie in ["", "session=whatever", ended.as_str()] {
        for path in PAGES {
            let page = with_cookie(&app, path, cookie);
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(start(&page.text()), None, "{path} with {cookie:?}");
        }
    }
}

#[test]
fn a_ban_is_a_ban_on_the_next_page() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let cookie = log_in(&app, "lan");
    assert!(start(&with_cookie(&app, "/orders", &cookie).text()).is_some());
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    assert_eq!(start(&with_cookie(&app, "/orders", &cookie).text()), None);
}

#[test]
fn who_cannot_be_anybody_spends_nothing_of_the_address() {
    let app = TestApp::with(&[("RATE_LIMIT_PER_MINUTE", "4")]);
    for _ in 0..12 {
        assert_eq!(app.guest().get("/login").status, 200);
    }
    app.guest().get("/api/site").expect(200);
}
