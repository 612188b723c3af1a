//! Coming in and going out: login, tokens, cookies, and every way a session dies.

use crate::support::app::{Asker, PASSWORD, TestApp};
use crate::support::wire::Answer;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rocket::http::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SECRET: &str = "a secret for tests of at least 32 bytes";

fn login(app: &TestApp, name: &str, password: &str) -> Answer {
    app.guest().post("/api/auth/login", json!({ "login": name, "password": password }))
}

fn bearer<'a>(app: &'a TestApp, session: &Value) -> Asker<'a> {
    Asker { app, token: session["access_token"].as_str().map(str::to_owned) }
}

fn is_in(asker: &Asker) -> bool {
    match asker.get("/api/auth/me") {
        answer if answer.status == 200 => true,
        answer => {
            answer.refused(401, "unauthenticated");
            false
        }
    }
}

/// `name=value` of the session cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    answer.header("Set-Cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn nobody_comes_in_without_a_token_of_ours() {
    let app = TestApp::with(&[("SECRET_KEY", SECRET)]);
    let lan = app.member("lan");
    assert!(!is_in(&app.guest()));
    let claims = |exp: i64| {
        let iat = exp - 604_800;
        json!({ "sub": lan.id.to_string(), "jti": "00", "epoch": 0, "iat": iat, "exp": exp })
    };
    let exp = app.clock.now().seconds() + 3600;
    let sign = |algorithm, secret: &str, claims: &Value| {
        let key = EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
    };
    let ours = sign(Algorithm::HS256, SECRET, &claims(exp));
    assert!(is_in(&Asker { app: &app, token: Some(ours.clone()) }), "this test knows the form");
    let (head, rest) = ours.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    for forged in [
        sign(Algorithm::HS256, "another secret of at least 32 bytes", &claims(exp)),
        sign(Algorithm::HS512, SECRET, &claims(exp)),
        sign(Algorithm::HS256, SECRET, &claims(app.clock.now().seconds())),
        format!("{unsigned}.{body}."),
        format!("{unsigned}.{body}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{ours}="),
        "null".to_owned(),
        String::new(),
    ] {
        assert!(!is_in(&Asker { app: &app, token: Some(forged.clone()) }), "{forged}");
    }
    for header in [format!("Basic {ours}"), ours.clone(), "Bearer".to_owned()] {
        let answer = app.guest().send(Method::Get, "/api/auth/me", &[("Authorization", &header)], None);
        answer.refused(401, "unauthenticated");
    }
}

#[test]
fn an_unknown_user_and_a_wrong_password_have_the_same_answer() {
    let app = TestApp::start();
    app.member("lan");
    let strip = |answer: Answer| {
        let mut problem = answer.refused(401, "invalid_credentials");
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };
    let unknown = strip(login(&app, "nobody", PASSWORD));
    assert_eq!(unknown, strip(login(&app, "lan", "wrong password")));
    for (name, password) in
        [("lan", ""), ("", ""), ("", PASSWORD), ("lan@example.vn", "x"), ("la n", PASSWORD)]
    {
        assert_eq!(unknown, strip(login(&app, name, password)), "{name:?}");
    }
    assert_eq!(unknown, strip(login(&app, "lan", &"x".repeat(100_000))));
}

#[test]
fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let app = TestApp::with(&[("BCRYPT_COST", "9")]);
    app.guest()
        .post("/api/auth/register", json!({ "username": "lan", "email": "l@x.vn", "password": PASSWORD }));
    let time = |name: &str| {
        let started = Instant::now();
        login(&app, name, "wrong password").refused(401, "invalid_credentials");
        started.elapsed()
    };
    // On a busy machine single times say little; the quickest of a few are alike, or never will be.
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    let alike = (0..30).any(|_| {
        (known, unknown) = (known.min(time("lan")), unknown.min(time("nobody")));
        unknown < known * 2 && known < unknown * 2
    });
    assert!(alike, "known {known:?}, unknown {unknown:?}");
}

#[test]
fn a_login_that_cannot_be_read_is_refused_with_the_field() {
    let app = TestApp::start();
    let post = |body: Value| app.guest().post("/api/auth/login", body);
    post(json!({ "login": "lan" })).refused_fields(&["password"]);
    post(json!({ "password": "x" })).refused_fields(&["login"]);
    post(json!({ "login": 7, "password": "x" })).refused_fields(&["login"]);
    post(json!({ "login": "lan", "password": null })).refused_fields(&["password"]);
    post(json!({ "login": "lan", "password": "x", "otp": 1 })).refused_fields(&["otp"]);
    app.guest().send(Method::Post, "/api/auth/login", &[], None).refused(400, "malformed_request");
}

#[test]
fn a_login_is_by_name_or_address_in_any_case() {
    let app = TestApp::start();
    app.member("lan");
    for name in ["lan", "LAN", "lan@example.vn", "Lan@Example.VN"] {
        let session = login(&app, name, PASSWORD).expect(200);
        assert_eq!(session["user"]["username"], "lan", "{name}");
        assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("bearer"), &json!(604_800)));
        assert!(is_in(&bearer(&app, &session)));
    }
}

#[test]
fn what_a_phone_adds_to_a_login_is_left_off_and_nothing_of_a_password() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for added in [" ", "\t", "\u{a0}", "\u{200b}", "\u{2069}", "\u{feff}", "\u{ad}\n"] {
        let (name, email) = (format!("{added}Lan{added}"), format!("{added}lan@example.vn{added}"));
        let newcomer = json!({ "username": &name, "email": &email, "password": PASSWORD });
        let answer = app.guest().post("/api/auth/register", newcomer);
        assert!(matches!(answer.status, 201 | 409), "{added:?}: {}", answer.text());
        for typed in [&name, &email] {
            assert_eq!(login(&app, typed, PASSWORD).expect(200)["user"]["username"], "lan", "{added:?}");
            login(&app, typed, &format!("{PASSWORD}{added}")).refused(401, "invalid_credentials");
        }
        let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = boss.get(&format!("/api/admin/users?search={query}")).expect(200);
        assert_eq!(found["items"][0]["username"], "lan", "{added:?}");
    }
    login(&app, "la\u{200b}n", PASSWORD).refused(401, "invalid_credentials");
    assert_eq!(app.number("SELECT count(*) FROM users WHERE username = 'lan'"), 1);
}

#[test]
fn a_ban_is_told_after_the_right_password_only() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    login(&app, "lan", "wrong password").refused(401, "invalid_credentials");
    login(&app, "lan", PASSWORD).refused(403, "account_banned");
}

#[test]
fn a_session_lives_for_seven_days() {
    let app = TestApp::start();
    let lan = app.member("lan");
    app.clock.advance_seconds(7 * 24 * 3600 - 1);
    assert!(is_in(&lan));
    app.clock.advance_seconds(1);
    assert!(!is_in(&lan));
}

#[test]
fn a_logout_ends_this_session_at_once_and_no_other() {
    let app = TestApp::start();
    app.member("lan");
    let [first, second] = [(); 2].map(|()| bearer(&app, &login(&app, "lan", PASSWORD).expect(200)));
    let answer = first.send(Method::Post, "/api/auth/logout", &[], None);
    answer.expect(204);
    assert!(answer.header("Set-Cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
    assert!(!is_in(&first));
    assert!(is_in(&second));
    first.post("/api/auth/logout", json!({})).refused(401, "unauthenticated");
    second.post("/api/auth/logout", json!({ "everywhere": false })).expect(204);
    assert!(!is_in(&second));
}

#[test]
fn a_logout_everywhere_ends_all_sessions_of_this_user() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    let other = bearer(&app, &login(&app, "lan", PASSWORD).expect(200));
    lan.post("/api/auth/logout", json!({ "everywhere": 1 })).refused_fields(&["everywhere"]);
    lan.post("/api/auth/logout", json!({ "all": true })).refused_fields(&["all"]);
    lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
    assert!(!is_in(&lan) && !is_in(&other));
    assert!(is_in(&mai));
    assert!(is_in(&bearer(&app, &login(&app, "lan", PASSWORD).expect(200))));
}

#[test]
fn a_password_changes_only_with_the_present_one() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let change = |current: &str, new: &str| {
        lan.post("/api/auth/password", json!({ "current_password": current, "new_password": new }))
    };
    change("wrong password", "a new password").refused_fields(&["current_password"]);
    change(&format!("{PASSWORD} "), "a new password").refused_fields(&["current_password"]);
    change(PASSWORD, "short").refused_fields(&["new_password"]);
    change(PASSWORD, &"x".repeat(73)).refused_fields(&["new_password"]);
    lan.post("/api/auth/password", json!({ "new_password": "a new password" }))
        .refused_fields(&["current_password"]);
    lan.post("/api/auth/password", json!({ "current_password": PASSWORD })).refused_fields(&["new_password"]);
    let nobody = json!({ "current_password": PASSWORD, "new_password": "a new password" });
    app.guest().post("/api/auth/password", nobody).refused(401, "unauthenticated");
    assert!(is_in(&lan), "a refused change ends nothing");
    login(&app, "lan", PASSWORD).expect(200);
}

#[test]
fn a_changed_password_ends_all_older_sessions() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let other = bearer(&app, &login(&app, "lan", PASSWORD).expect(200));
    let body = json!({ "current_password": PASSWORD, "new_password": "a new password" });
    let session = lan.post("/api/auth/password", body).expect(200);
    assert_eq!(session["user"]["username"], "lan");
    assert!(!is_in(&lan) && !is_in(&other));
    assert!(is_in(&bearer(&app, &session)));
    login(&app, "lan", PASSWORD).refused(401, "invalid_credentials");
    login(&app, "lan", "a new password").expect(200);
}

#[test]
fn a_ban_ends_every_session_and_key_at_once_and_its_end_revives_none() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let cookie = cookie(&login(&app, "lan", PASSWORD));
    let key = lan.post("/api/user/api-key", json!({})).expect(201)["api_key"].as_str().unwrap().to_owned();
    let dead = || {
        let by_cookie = app.guest().send(Method::Get, "/api/auth/me", &[("Cookie", &cookie)], None);
        let by_key = app.app.db.read_now(|tx| smm_panel::accounts::authenticate_key(tx, &key)).unwrap();
        !is_in(&lan) && by_cookie.status == 401 && by_key.is_none()
    };
    let ban = |banned: bool| {
        boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": banned })).expect(200)
    };
    assert!(!dead());
    assert_eq!(ban(true)["banned"], true);
    assert!(dead());
    assert_eq!(ban(false)["banned"], false);
    assert!(dead());
    assert!(is_in(&bearer(&app, &login(&app, "lan", PASSWORD).expect(200))));
}

#[test]
fn the_role_is_read_from_the_database_each_time() {
    let app = TestApp::start();
    let lan = app.member("lan");
    lan.get("/api/admin/users").refused(403, "forbidden");
    let raise = |role: &'static str| {
        let id = lan.id;
        let write = move |tx: &smm_panel::db::Tx| {
            tx.execute("UPDATE users SET role = ?2 WHERE id = ?1", (id, role)).map(drop)
        };
        app.app.db.write_blocking(write).unwrap();
    };
    raise("admin");
    lan.get("/api/admin/users").expect(200);
    raise("user");
    lan.get("/api/admin/users").refused(403, "forbidden");
}

#[test]
fn guessing_is_slowed_down_by_address() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "3")]);
    app.member("lan");
    for _ in 0..3 {
        login(&app, "lan", "wrong password").refused(401, "invalid_credentials");
    }
    let answer = login(&app, "lan", PASSWORD);
    answer.refused(429, "rate_limited");
    assert!(answer.header("Retry-After").and_then(|s| s.parse::<u64>().ok()).is_some_and(|s| s >= 1));
    let register = json!({ "username": "mai", "email": "mai@example.vn", "password": PASSWORD });
    app.guest().post("/api/auth/register", register).refused(429, "rate_limited");
}
