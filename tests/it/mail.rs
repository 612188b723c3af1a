//! What users are written by e-mail: another address and its confirmation, and notices of what was done with the
//! account.

use crate::second_factor::turn_on;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::binary::{Binary, command, own_folder};
use crate::support::browser::Browser;
use crate::support::fake_smtp::{FakeSmtp, Received};
use crate::support::member::Member;
use crate::support::process::alone;
use crate::support::tls::Authority;
use crate::support::wire::Answer;
use rocket::http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use smm_panel::accounts::{self, password};
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::jobs::scheduled::{housekeeping, mail};
use smm_panel::kernel::error::Fault;
use std::path::Path;
use std::time::Duration;

pub const NEW: &str = "another horse";
/// Nobody is there, and nobody is called unless the job runs.
pub const NOWHERE: (&str, &str) = ("SMTP_URL", "smtps://shop:s3cret@127.0.0.1:1");
pub const FROM: (&str, &str) = ("SMTP_FROM", "shop@example.vn");
pub const PLACE: (&str, &str) = ("PUBLIC_URL", "http://panel.example.vn");

/// A panel that writes letters, and sends none.
pub fn writing() -> TestApp {
    TestApp::with(&[NOWHERE, FROM, PLACE])
}

/// A panel and its mail server. Only inside `alone`.
pub struct Posted {
    pub smtp: FakeSmtp,
    pub app: TestApp,
}

impl Posted {
    pub fn start() -> Posted {
        let smtp = FakeSmtp::start(Authority::trusted().server("localhost"), true);
        let app = TestApp::with(&[("SMTP_URL", &smtp.url()), FROM, PLACE]);
        Posted { smtp, app }
    }

    /// All that was sent since the last time, after what waits has gone out.
    pub fn sent(&self, known: usize) -> Vec<Received> {
        settle(&self.app);
        mail::run(&self.app.app, Duration::from_secs(5)).unwrap();
        self.smtp.letters().split_off(known)
    }

    pub fn only(&self, known: usize) -> Received {
        let [letter] = self.sent(known).try_into().unwrap();
        letter
    }
}

/// Until what nobody waits for is written.
fn settle(app: &TestApp) {
    app.app.db.write_blocking(|_| Ok::<_, Fault>(())).unwrap();
}

pub fn forgot(app: &TestApp, email: &str) -> Answer {
    let answer = app.guest().post("/api/auth/forgot", json!({ "email": email }));
    settle(app);
    answer
}

pub fn reset(app: &TestApp, token: &str) -> Answer {
    app.guest().post("/api/auth/reset", json!({ "token": token, "new_password": NEW }))
}

pub fn confirm(app: &TestApp, token: &str) -> Answer {
    app.guest().post("/api/auth/email", json!({ "token": token }))
}

pub fn change(user: &Member, email: &str) -> Answer {
    user.post("/api/user/email", json!({ "email": email, "password": PASSWORD }))
}

pub fn log_in(app: &TestApp, login: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({ "login": login, "password": password }).to_string().into_bytes();
    app.guest().send(Method::Post, "/api/auth/login", headers, Some(body))
}

pub fn ban(boss: &Member, user: &Member, banned: bool) {
    boss.put(&format!("/api/admin/users/{}/ban", user.id), json!({ "banned": banned })).expect(200);
}

pub fn letters(app: &TestApp, of: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM letters WHERE {of}"))
}

#[test]
fn another_address_counts_once_its_link_is_followed() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        assert_eq!(
            change(&lan, "Lan.New@example.com").expect(202),
            json!({ "email": "lan.new@example.com", "in_force": false })
        );
        let shown = lan.get("/api/user/email").expect(200);
        assert_eq!(
            (&shown["email"], &shown["pending"]["email"]),
            (&json!("lan@example.vn"), &json!("lan.new@example.com"))
        );
        let letter = post.only(0);
        assert_eq!(letter.to, ["RCPT TO:<lan.new@example.com>"]);
        assert!(letter.body().contains("http://panel.example.vn/confirm-email#"), "{}", letter.body());
        // It sets no password, and a scanner that only looks changes nothing.
        reset(app, &letter.token()).refused_fields(&["token"]);
        app.guest().get(&format!("/confirm-email#{}", letter.token()));
        assert_eq!(lan.get("/api/auth/me").expect(200)["email"], "lan@example.vn");
        assert_eq!(confirm(app, &letter.token()).expect(200), json!({ "email": "lan.new@example.com" }));
        confirm(app, &letter.token()).refused_fields(&["token"]);
        assert_eq!(
            lan.get("/api/user/email").expect(200),
            json!({ "email": "lan.new@example.com", "pending": null })
        );
        let told = post.only(1);
        assert_eq!(told.to, ["RCPT TO:<lan@example.vn>"]);
        assert!(!told.body().contains("lan.new"), "{}", told.body());
        log_in(app, "lan.new@example.com", PASSWORD, &[]).expect(200);
        log_in(app, "lan@example.vn", PASSWORD, &[]).refused(401, "invalid_credentials");
        let found = |text: &str| {
            boss.get(&format!("/api/admin/users?search={text}")).expect(200)["items"]
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!((found("lan.new"), found("lan@example.vn")), (1, 0));
    });
}

#[test]
fn a_link_to_another_address_ends_with_the_password_with_another_wish_and_with_its_hour() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let lan = app.member("lan");
        change(&lan, "one@example.com").expect(202);
        let one = post.only(0).token();
        change(&lan, "two@example.com").expect(202);
        let two = post.only(1).token();
        confirm(app, &one).refused_fields(&["token"]);
        // Somebody else has it by then.
        let mai = app.member("mai");
        change(&mai, "three@example.com").expect(202);
        let of_mai = post.only(2).token();
        change(&lan, "three@example.com").expect(202);
        confirm(app, &two).refused_fields(&["token"]);
        let three = post.only(3).token();
        confirm(app, &of_mai).expect(200);
        confirm(app, &three).refused(409, "email_taken");
        // The present address takes back what waits.
        app.clock.advance_seconds(3600);
        change(&lan, "four@example.com").expect(202);
        let sent = post.sent(4);
        let four = sent.iter().find(|letter| letter.to[0].contains("four")).unwrap().token();
        change(&lan, "lan@example.vn").expect(202);
        assert_eq!(lan.get("/api/user/email").expect(200)["pending"], Value::Null);
        confirm(app, &four).refused_fields(&["token"]);
        // Another password ends it.
        change(&lan, "five@example.com").expect(202);
        let known = post.smtp.letters().len();
        let five = post.only(known).token();
        let passwords = json!({ "current_password": PASSWORD, "new_password": NEW });
        lan.post("/api/auth/password", passwords).expect(200);
        confirm(app, &five).refused_fields(&["token"]);
        let again = app.signed(lan.id);
        assert_eq!(again.get("/api/user/email").expect(200)["pending"], Value::Null);
        let body = json!({ "email": "six@example.com", "password": NEW });
        again.post("/api/user/email", body).expect(202);
        let sent = post.sent(known + 1);
        let six = sent.iter().find(|letter| letter.to[0].contains("six")).unwrap().token();
        app.clock.advance_seconds(3600);
        confirm(app, &six).refused_fields(&["token"]);
        app.clock.advance_seconds(1);
        housekeeping::tick(&app.app).unwrap();
        assert_eq!(app.number("SELECT count(*) FROM email_changes"), 0);
    });
}

#[test]
fn without_links_another_address_counts_at_once_for_whoever_proves_who_that_is() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    app.guest().post("/api/user/email", json!({ "email": "x@example.vn" })).refused(401, "unauthenticated");
    let wish = |password: Option<&str>| {
        let mut body = json!({ "email": "new@example.vn" });
        password.into_iter().for_each(|password| body["password"] = json!(password));
        body
    };
    lan.post("/api/user/email", wish(None)).refused_fields(&["password"]);
    lan.post("/api/user/email", wish(Some("wrong"))).refused_fields(&["password"]);
    change(&lan, "not an address").refused_fields(&["email"]);
    change(&lan, "MAI@example.vn").refused(409, "email_taken");
    let browser = Browser::log_in(&app, "lan");
    browser.post("/api/user/email", wish(Some(PASSWORD))).refused(403, "confirmation_required");
    assert_eq!(lan.get("/api/auth/me").expect(200)["email"], "lan@example.vn");
    browser.confirm();
    let done = browser.post("/api/user/email", wish(None)).expect(202);
    assert_eq!(done, json!({ "email": "new@example.vn", "in_force": true }));
    assert_eq!(lan.get("/api/auth/me").expect(200)["email"], "new@example.vn");
    change(&mai, "lan@example.vn").expect(202);
    assert_eq!(letters(&app, "1"), 0, "where no mail is sent none is written");
    // A link to the address before, from an admin, serves no more.
    let boss = app.admin("boss");
    let made = boss.post(&format!("/api/admin/users/{}/reset-link", mai.id), json!({})).expect(201);
    change(&mai, "mai@example.vn").expect(202);
    let token = made["url"].as_str().unwrap().split_once('#').unwrap().1;
    reset(&app, token).refused_fields(&["token"]);
}

#[test]
fn who_has_mail_and_no_address_of_its_own_is_told_of_a_change_that_counts_at_once() {
    let app = TestApp::with(&[NOWHERE, FROM]);
    let lan = app.member("lan");
    assert_eq!(change(&lan, "new@example.vn").expect(202)["in_force"], true);
    assert_eq!(letters(&app, "kind = 'email_changed' AND address = 'lan@example.vn'"), 1);
}

#[test]
fn users_are_written_about_what_was_done_with_their_account() {
    let app = writing();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let known = |kind: &str| letters(&app, &format!("kind = '{kind}' AND user_id = {}", lan.id));
    let phone = turn_on(&lan);
    assert_eq!(known("factor_on"), 1);
    app.clock.advance_seconds(60);
    let given = json!({ "password": PASSWORD, "code": phone.code(&app.clock, 0) });
    lan.post("/api/user/totp/recovery-codes", given).expect(200);
    assert_eq!(known("recovery_codes"), 1);
    let given = json!({ "password": PASSWORD, "code": phone.recovery[0] }).to_string();
    lan.send(Method::Delete, "/api/user/totp", &[], Some(given.into_bytes())).refused_fields(&["code"]);
    assert_eq!(known("factor_off"), 0);
    boss.delete(&format!("/api/admin/users/{}/totp", lan.id)).expect(204);
    boss.delete(&format!("/api/admin/users/{}/totp", lan.id)).expect(204);
    assert_eq!(known("factor_off"), 1);
    lan.post("/api/user/api-key", json!({})).expect(201);
    lan.post("/api/user/api-keys", json!({ "name": "call 0900 now" })).expect(201);
    assert_eq!(known("new_api_key"), 2);
    assert_eq!(letters(&app, "fields LIKE '%0900%'"), 0, "what somebody typed goes into no letter");
    let passwords = json!({ "current_password": PASSWORD, "new_password": NEW });
    lan.post("/api/auth/password", passwords).expect(200);
    assert_eq!(known("password_changed"), 1);
    let hash = password::hash(NEW, password::Cost::new(4).unwrap()).unwrap();
    let by_hand = move |tx: &Tx| accounts::reset_password(tx, &Actor::CONSOLE, "lan", &hash).map(drop);
    app.app.db.write_blocking(by_hand).unwrap();
    assert_eq!(known("password_changed"), 2);
}

#[test]
fn a_log_in_from_a_browser_that_was_not_used_before_is_told_and_a_flood_of_them_is_not() {
    let app = writing();
    let register = json!({ "username": "lan", "email": "lan@example.vn", "password": PASSWORD });
    let own = [("User-Agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"), ("Accept-Language", "en-US,vi")];
    let body = register.to_string().into_bytes();
    let first = app.guest().send(Method::Post, "/api/auth/register", &own, Some(body));
    let device = first.all("Set-Cookie").find(|line| line.starts_with("device=")).unwrap();
    let device = device.split(';').next().unwrap().to_owned();
    let told = || letters(&app, "kind = 'new_login'");
    app.clock.advance_seconds(60);
    let strange = "http://evil.example call 0900 Firefox/1.0";
    log_in(&app, "lan", PASSWORD, &[("Cookie", &device), ("User-Agent", strange)]).expect(200);
    assert_eq!(told(), 0, "the browser is known by its cookie");
    app.clock.advance_seconds(60);
    log_in(&app, "lan", PASSWORD, &own).expect(200);
    assert_eq!(told(), 0, "a program has no cookie, and comes as it came before");
    log_in(&app, "lan", "wrong", &[("User-Agent", "curl/8")]).refused(401, "invalid_credentials");
    assert_eq!(told(), 0);
    log_in(&app, "lan", PASSWORD, &[("User-Agent", "curl/8")]).expect(200);
    assert_eq!(letters(&app, "kind = 'new_login' AND language = 'en' AND fields LIKE '%\"curl\"%'"), 1);
    for number in 0..20 {
        let agent = format!("{strange} {number}");
        log_in(&app, "lan", PASSWORD, &[("User-Agent", &agent)]).expect(200);
    }
    assert_eq!(told(), 10);
    assert_eq!(letters(&app, "fields LIKE '%evil%'"), 0);
}

#[test]
fn a_letter_speaks_the_language_of_the_last_log_in() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let boss = app.admin("boss");
        let contact = json!({ "site_name": "Shop <b>", "support": { "zalo": "0901234567" } });
        boss.put("/api/admin/settings", contact).expect(200);
        let _lan = app.member("lan");
        forgot(app, "lan@example.vn").expect(202);
        let first = post.only(0).body();
        assert!(first.contains("Hỗ trợ: Zalo 0901234567") && first.contains("tại Shop <b>"), "{first}");
        let english = [("Accept-Language", "en"), ("Cookie", "")];
        log_in(app, "lan", PASSWORD, &english).expect(200);
        forgot(app, "lan@example.vn").expect(202);
        // The one with the link goes out first.
        let second = post.sent(1)[0].body();
        assert!(second.contains("The link works once, within an hour."), "{second}");
        log_in(app, "lan", PASSWORD, &[("Accept-Language", "fr")]).expect(200);
        forgot(app, "lan@example.vn").expect(202);
        assert!(post.sent(3)[0].body().starts_with("Hello,"));
    });
}

#[test]
fn what_waits_when_the_mail_server_is_taken_away_is_dropped_and_old_letters_are_forgotten() {
    let app = writing();
    let lan = app.member("lan");
    lan.post("/api/user/api-key", json!({})).expect(201);
    assert_eq!(letters(&app, "state = 'waiting'"), 1);
    let app = TestApp::in_folder(app.stop(), &[]);
    assert_eq!(letters(&app, "state = 'dropped' AND fields IS NULL"), 1);
    app.clock.advance_seconds(7 * 24 * 60 * 60 + 1);
    housekeeping::tick(&app.app).unwrap();
    assert_eq!(letters(&app, "1"), 0);
}

#[test]
fn an_account_that_came_without_an_address_is_written_nothing() {
    let app = writing();
    let lan = app.member("lan");
    let moved = |tx: &Tx| tx.execute("UPDATE users SET email = 'lan@moved.invalid'", ());
    app.app.db.write_blocking(moved).unwrap();
    lan.post("/api/user/api-key", json!({})).expect(201);
    forgot(&app, "lan@moved.invalid").expect(202);
    assert_eq!(letters(&app, "1"), 0);
}

#[test]
fn letters_that_wait_in_a_backup_are_not_sent_after_its_restore() {
    let folder = own_folder();
    let panel = Binary::start(folder.path(), &[], &[NOWHERE, FROM, PLACE]);
    let account = json!({ "username": "lan", "email": "lan@example.vn", "password": PASSWORD });
    let made = panel.send("POST", "/api/auth/register", &[], account.to_string().as_bytes()).expect(201);
    let bearer = format!("Bearer {}", made["access_token"].as_str().unwrap());
    panel.send("POST", "/api/user/api-key", &[("Authorization", &bearer)], b"{}").expect(201);
    let wish = json!({ "email": "new@example.vn", "password": PASSWORD }).to_string();
    panel.send("POST", "/api/user/email", &[("Authorization", &bearer)], wish.as_bytes()).expect(202);
    let run = |arguments: &[&str]| {
        let ended = command(folder.path(), arguments, &[]).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    };
    run(&["backup", "backup.db"]);
    assert!(panel.terminate().0.success());
    run(&["restore", "backup.db"]);
    let count = |sql: &str| look(&folder.path().join("smm-panel.db"), sql);
    assert_eq!(count("SELECT count(*) FROM letters WHERE state = 'dropped' AND fields IS NULL"), 2);
    assert_eq!(count("SELECT count(*) FROM email_changes"), 0);
}

#[expect(clippy::disallowed_methods, reason = "a look at what was stored")]
fn look(database: &Path, sql: &str) -> i64 {
    Connection::open(database).unwrap().query_row(sql, (), |row| row.get(0)).unwrap()
}
