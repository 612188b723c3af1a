//! Links by which somebody who has lost the password sets another one.

use crate::second_factor::turn_on;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::member::Member;
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::accounts::{self, password};
use smm_panel::audit_log::Actor;

const NEW: &str = "another horse";

fn link(boss: &Member, user: &Member) -> String {
    let made = boss.post(&format!("/api/admin/users/{}/reset-link", user.id), json!({})).expect(201);
    made["url"].as_str().unwrap().split_once("/reset#").unwrap().1.to_owned()
}

fn reset(app: &TestApp, token: &str, more: &Value) -> Answer {
    let mut body = json!({ "token": token, "new_password": NEW });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.guest().post("/api/auth/reset", body)
}

fn log_in(app: &TestApp, password: &str) -> Answer {
    app.guest().post("/api/auth/login", json!({ "login": "lan", "password": password }))
}

#[test]
fn an_admin_s_link_sets_a_password_once_and_ends_all_sessions() {
    let app = TestApp::with(&[("PUBLIC_URL", "http://panel.example.vn/")]);
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    let path = format!("/api/admin/users/{}/reset-link", lan.id);
    for other in [&mai, &lan] {
        other.post(&path, json!({})).refused(403, "forbidden");
    }
    boss.post("/api/admin/users/4711/reset-link", json!({})).refused(404, "not_found");
    Browser::log_in(&app, "boss").post(&path, json!({})).refused(403, "confirmation_required");
    let url = boss.post(&path, json!({})).expect(201)["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://panel.example.vn/reset#"), "{url}");
    let token = url.split_once('#').unwrap().1;
    for (wrong, body) in [
        ("new_password", json!({ "new_password": "short" })),
        ("new_password", json!({ "new_password": "password123" })),
        ("token", json!({ "token": format!("{token}0") })),
        ("token", json!({ "token": "" })),
        ("role", json!({ "role": "admin" })),
    ] {
        reset(&app, token, &body).refused_fields(&[wrong]);
    }
    let session = reset(&app, token, &json!({}));
    assert_eq!(session.expect(200)["user"]["username"], "lan");
    Browser::of(&app, &session).get("/api/auth/me").expect(200);
    lan.get("/api/auth/me").refused(401, "unauthenticated");
    log_in(&app, PASSWORD).refused(401, "invalid_credentials");
    log_in(&app, NEW).expect(200);
    reset(&app, token, &json!({})).refused_fields(&["token"]);
    let log = boss.get("/api/admin/audit-log?action=user.reset_link").expect(200);
    assert_eq!(
        (&log["items"][0]["actor"], &log["items"][0]["subject_name"]),
        (&json!("boss"), &json!("lan"))
    );
    assert!(!log.to_string().contains(token));
    let used = boss.get("/api/admin/audit-log?action=user.use_reset_link").expect(200);
    let entries = used["items"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "the one that worked: {used}");
    assert_eq!(
        (&entries[0]["actor"], &entries[0]["subject_name"], &entries[0]["after"]),
        (&json!("lan"), &json!("lan"), &json!({ "made_by": "boss" }))
    );
    assert!(!used.to_string().contains(token));
    assert_eq!(app.number("SELECT count(*) FROM account_links"), 0);
}

fn check(app: &TestApp, token: &str) -> Answer {
    app.guest().post("/api/auth/reset/check", json!({ "token": token }))
}

#[test]
fn whether_a_link_serves_is_told_before_a_password_is_made_up_and_uses_nothing_up() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let token = link(&boss, &lan);
    for wrong in ["", "abc", &format!("{token}0")] {
        check(&app, wrong).refused_fields(&["token"]);
    }
    app.guest().post("/api/auth/reset/check", json!({})).refused_fields(&["token"]);
    app.guest().post("/api/auth/reset/check", json!({ "token": token, "id": 1 })).refused_fields(&["id"]);
    for _ in 0..3 {
        assert_eq!(check(&app, &token).expect(204), Value::Null, "it tells nothing of whose it is");
    }
    reset(&app, &token, &json!({})).expect(200);
    check(&app, &token).refused_fields(&["token"]);
    let old = link(&boss, &lan);
    app.clock.advance_seconds(3600);
    check(&app, &old).refused_fields(&["token"]);
}

#[test]
fn links_cannot_be_guessed_by_checking_them() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "5")]);
    for _ in 0..5 {
        check(&app, "abc").refused_fields(&["token"]);
    }
    check(&app, "abc").refused(429, "rate_limited");
}

#[test]
fn a_link_serves_for_an_hour_and_until_something_else_happens() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let token = link(&boss, &lan);
    app.clock.advance_seconds(3599);
    let later = link(&boss, &lan);
    app.clock.advance_seconds(1);
    reset(&app, &token, &json!({})).refused_fields(&["token"]);
    lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
    reset(&app, &later, &json!({})).refused_fields(&["token"]);
    let [first, second] = [(); 2].map(|()| link(&boss, &lan));
    let ban = |banned: bool| {
        boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": banned })).expect(200);
    };
    ban(true);
    reset(&app, &first, &json!({})).refused_fields(&["token"]);
    let banned = link(&boss, &lan);
    reset(&app, &banned, &json!({})).refused(403, "account_banned");
    ban(false);
    for dead in [second, banned] {
        reset(&app, &dead, &json!({})).refused_fields(&["token"]);
    }
    // Of several the first one ends the others.
    let [first, second] = [(); 2].map(|()| link(&boss, &lan));
    reset(&app, &second, &json!({})).expect(200);
    reset(&app, &first, &json!({})).refused_fields(&["token"]);
    app.clock.advance_seconds(3600);
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM account_links"), 0);
}

#[test]
fn a_link_ends_with_the_rights_of_whoever_made_it_and_with_the_role_it_was_made_for() {
    let app = TestApp::start();
    let (boss, mate, lan) = (app.admin("boss"), app.admin("mate"), app.member("lan"));
    let role = |user: &Member, role: &str| {
        boss.put(&format!("/api/admin/users/{}/role", user.id), json!({ "role": role })).expect(200);
    };
    let of_mate = link(&mate, &lan);
    role(&mate, "user");
    reset(&app, &of_mate, &json!({})).refused_fields(&["token"]);
    let of_boss = link(&boss, &lan);
    role(&lan, "support");
    reset(&app, &of_boss, &json!({})).refused_fields(&["token"]);
}

#[test]
fn a_second_factor_is_asked_for_and_cannot_be_guessed() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let phone = turn_on(&lan);
    let token = link(&boss, &lan);
    for _ in 0..10 {
        reset(&app, &token, &json!({})).refused(401, "totp_required");
    }
    for _ in 0..5 {
        reset(&app, &token, &json!({ "totp": "000000" })).refused(401, "invalid_totp");
    }
    reset(&app, &token, &json!({ "totp": phone.code(&app.clock, 0) })).refused(429, "rate_limited");
    let tried = lan.get("/api/user/logins").expect(200);
    let tried: Vec<_> = tried["items"].as_array().unwrap().iter().map(|one| &one["wrong"]).collect();
    assert_eq!(tried, [&json!("link_code"); 5], "what was not given was not wrong");
    app.clock.advance_seconds(60);
    log_in(&app, NEW).refused(401, "invalid_credentials");
    app.clock.advance_seconds(60);
    reset(&app, &token, &json!({ "totp": phone.code(&app.clock, 0) })).expect(200);
}

#[test]
fn one_link_followed_twice_at_once_sets_one_password() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let token = link(&boss, &lan);
    let (db, hash) = (app.app.db.clone(), password::hash(NEW, password::Cost::new(4).unwrap()).unwrap());
    let done = at_once(4, |_| {
        let (token, hash) = (token.clone(), hash.clone());
        db.write_blocking(move |tx| accounts::reset_by_link(tx, &Actor::CONSOLE, &token, &hash, None)).is_ok()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    log_in(&app, NEW).expect(200);
}

#[test]
fn nothing_in_the_database_opens_the_account() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let token = link(&boss, &lan);
    let kept = app.number("SELECT count(*) FROM account_links WHERE length(hash) = 32");
    assert_eq!(kept, 1);
    let bytes = std::fs::read(app.folder.path().join("panel.db-wal")).unwrap();
    assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()));
}
