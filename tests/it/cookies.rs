//! The session cookie: what browsers send beside it, and from where it may change things.

use crate::support::app::{Asker, PASSWORD, TestApp};
use crate::support::operated::Operated;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::json;

/// For `PUT /api/user/api-key`, which changes something and asks for nothing else.
const BODY: &[u8] = b"{\"repeat_seconds\":5}";

fn login(app: &TestApp, name: &str, password: &str) -> Answer {
    app.guest().post("/api/auth/login", json!({ "login": name, "password": password }))
}

/// All of the session's `Set-Cookie`.
fn session_cookie(answer: &Answer) -> String {
    let mut set =
        answer.all("Set-Cookie").filter(|line| line.split('=').next().unwrap().ends_with("session"));
    set.next().unwrap().to_owned()
}

/// Its `name=value`.
fn cookie(answer: &Answer) -> String {
    session_cookie(answer).split(';').next().unwrap().to_owned()
}

#[test]
fn every_new_session_is_also_a_cookie() {
    let app = TestApp::start();
    let registered = json!({ "username": "lan", "email": "lan@example.vn", "password": PASSWORD });
    let answers = [app.guest().post("/api/auth/register", registered), login(&app, "lan", PASSWORD)];
    for answer in answers {
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let set = session_cookie(&answer);
        assert!(set.starts_with(&format!("session={token};")), "{set}");
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"] {
            assert!(set.contains(part), "{set}");
        }
        assert!(!set.contains("Secure"), "reached by http: {set}");
    }
    assert_eq!(login(&app, "lan", "wrong password").header("Set-Cookie"), None);
}

#[test]
fn behind_https_the_cookie_is_bound_to_this_host_and_browsers_stay_with_https() {
    let app = TestApp::with(&[("PUBLIC_URL", "https://panel.example.vn")]);
    app.member("lan");
    let answer = login(&app, "lan", PASSWORD);
    let set = session_cookie(&answer);
    assert!(set.starts_with("__Host-session=") && !set.contains("Domain"), "{set}");
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"] {
        assert!(set.contains(part), "{set}");
    }
    assert_eq!(answer.header("Strict-Transport-Security"), Some("max-age=31536000"));
    for path in ["/", "/health", "/api/site", "/nothing"] {
        assert!(app.guest().get(path).header("Strict-Transport-Security").is_some(), "{path}");
    }
    let ours = cookie(&answer);
    let me = |cookie: &str| app.guest().send(Method::Get, "/api/auth/me", &[("Cookie", cookie)], None);
    me(&ours).expect(200);
    // What any host of the domain can set counts for nothing.
    me(ours.trim_start_matches("__Host-")).refused(401, "unauthenticated");
    let headers = [("Cookie", ours.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let out = app.guest().send(Method::Post, "/api/auth/logout", &headers, None);
    out.expect(204);
    let cleared = session_cookie(&out);
    assert!(cleared.starts_with("__Host-session=;") && cleared.contains("Max-Age=0"), "{cleared}");
    assert!(cleared.contains("Secure") && cleared.contains("Path=/"), "else it is not taken back: {cleared}");
}

#[test]
fn without_https_no_browser_is_bound_to_it() {
    assert_eq!(TestApp::start().guest().get("/").header("Strict-Transport-Security"), None);
}

#[test]
fn foreign_cookies_of_the_same_name_do_no_harm() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    let ours = cookie(&login(&app, "lan", PASSWORD));
    let dead = format!("session={}", lan.token());
    lan.post("/api/auth/logout", json!({})).expect(204);
    let served = app.serve();
    let me = |lines: &[&str]| {
        let headers: Vec<_> = lines.iter().map(|line| ("Cookie", *line)).collect();
        served.send("GET", "/api/auth/me", &headers, b"")
    };
    for foreign in
        ["session=", "session=foreign", "session=a.b.c", "session", "=;;", "a=%ff%00", dead.as_str()]
    {
        for line in
            [format!("{foreign}; {ours}"), format!("{ours}; {foreign}"), format!("{foreign};{ours};x")]
        {
            assert_eq!(me(&[&line]).expect(200)["username"], "lan", "{line}");
        }
        assert_eq!(me(&[foreign, &ours]).expect(200)["username"], "lan", "{foreign}");
        assert_eq!(me(&[&ours, foreign]).expect(200)["username"], "lan", "{foreign}");
        me(&[foreign]).refused(401, "unauthenticated");
    }
    let many = "session=x; ".repeat(100);
    me(&[&format!("{many}{ours}")]).refused(401, "unauthenticated");
    me(&[&format!("my{ours}; SESSION=x")]).refused(401, "unauthenticated");
    drop(mai);
}

/// The operator who put a proxy before the panel finds in the log what is wrong, and what to do.
#[test]
fn a_refused_cookie_is_explained_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let cookie = format!("session={}", panel.token());
    let post = |more: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie.as_str())], more].concat();
        let answer = panel.binary.send("POST", "/api/user/api-key", &headers, b"");
        answer.refused(403, "forbidden")["request_id"].as_str().unwrap().to_owned()
    };
    let ids = [
        post(&[("Origin", "https://panel.example.vn")]),
        post(&[("Sec-Fetch-Site", "cross-site")]),
        post(&[]),
    ];
    // The last of the three; the log is written behind the answers.
    let log = panel.binary.log_with("neither Sec-Fetch-Site nor Origin");
    let said = |id: &str, what: &str| {
        let lines = log.lines().filter(|line| line.contains(id) && line.contains("\"WARN\""));
        assert!(lines.clone().count() == 1 && lines.clone().all(|line| line.contains(what)), "{what}: {log}");
    };
    said(&ids[0], "https://panel.example.vn");
    said(&ids[0], "PUBLIC_URL is not set");
    said(&ids[1], "cross-site");
    said(&ids[2], "neither Sec-Fetch-Site nor Origin");
    assert!(!log.contains(panel.token()), "no token in the log");
}

#[test]
fn a_cookie_changes_things_from_our_own_pages_only() {
    let app = TestApp::start();
    app.member("lan");
    let cookie = cookie(&login(&app, "lan", PASSWORD));
    let post = |headers: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie.as_str()), ("Host", "panel.vn")], headers].concat();
        app.guest().send(Method::Put, "/api/user/api-key", &headers, Some(BODY.to_vec()))
    };
    post(&[]).refused(403, "forbidden");
    for foreign in [
        "https://evil.example",
        "null",
        "http://panel.vn.evil.example",
        "http://evil.example/panel.vn",
        "panel.vn",
        "file://panel.vn",
        "http://panel.vn:8080",
    ] {
        post(&[("Origin", foreign)]).refused(403, "forbidden");
    }
    for site in ["cross-site", "same-site", "none", ""] {
        post(&[("Sec-Fetch-Site", site)]).refused(403, "forbidden");
        post(&[("Sec-Fetch-Site", site), ("Origin", "http://panel.vn")]).refused(403, "forbidden");
    }
    assert_eq!(app.number("SELECT count(*) FROM users WHERE repeat_seconds > 0"), 0);
    post(&[("Origin", "http://panel.vn")]).expect(200);
    post(&[("Sec-Fetch-Site", "same-origin")]).expect(200);
    // A proxy has changed Host; the browser knows better.
    post(&[("Sec-Fetch-Site", "same-origin"), ("Origin", "http://localhost:3000")]).expect(200);
    let reading = app.guest().send(Method::Get, "/api/auth/me", &[("Cookie", &cookie)], None);
    reading.expect(200);
}

#[test]
fn a_cookie_is_read_from_a_real_browser_s_request() {
    let app = TestApp::start();
    app.member("lan");
    let cookie = format!("theme=dark; {}; lang=vi", cookie(&login(&app, "lan", PASSWORD)));
    let served = app.serve();
    let origin = format!("http://{}", served.address);
    let post = |origin: &str| {
        served.send("PUT", "/api/user/api-key", &[("Cookie", &cookie), ("Origin", origin)], BODY)
    };
    post("https://evil.example").refused(403, "forbidden");
    post(&origin).expect(200);
    served.send("GET", "/api/auth/me", &[("Cookie", &cookie)], b"").expect(200);
    served.send("GET", "/api/auth/me", &[], b"").refused(401, "unauthenticated");
}

#[test]
fn the_public_address_decides_which_origin_is_ours() {
    let app = TestApp::with(&[("PUBLIC_URL", "https://panel.example.vn")]);
    app.member("lan");
    let cookie = cookie(&login(&app, "lan", PASSWORD));
    let post = |origin: &str| {
        let headers = [("Cookie", cookie.as_str()), ("Host", "127.0.0.1:8000"), ("Origin", origin)];
        app.guest().send(Method::Put, "/api/user/api-key", &headers, Some(BODY.to_vec()))
    };
    post("http://127.0.0.1:8000").refused(403, "forbidden");
    post("http://panel.example.vn").refused(403, "forbidden");
    post("https://panel.example.vn").expect(200);
}

#[test]
fn the_header_wins_over_the_cookie() {
    let app = TestApp::start();
    let (lan, _mai) = (app.member("lan"), app.member("mai"));
    let cookie = cookie(&login(&app, "mai", PASSWORD));
    let both = lan.send(Method::Get, "/api/auth/me", &[("Cookie", &cookie)], None);
    assert_eq!(both.expect(200)["username"], "lan");
    lan.send(Method::Post, "/api/user/api-key", &[("Cookie", &cookie)], None).expect(201);
    let broken = Asker { app: &app, token: Some("broken".to_owned()) };
    let answer = broken.send(Method::Get, "/api/auth/me", &[("Cookie", &cookie)], None);
    answer.refused(401, "unauthenticated");
}
