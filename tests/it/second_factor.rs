//! The second factor: turned on with an app, asked for at each log-in, spent with each code, and taken off again.

use crate::support::app::{Asker, PASSWORD, TestApp};
use crate::support::binary::{Binary, command};
use crate::support::browser::Browser;
use crate::support::member::Member;
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::accounts;
use smm_panel::kernel::clock::Clock;
use smm_panel::kernel::error::Fault;
use std::collections::BTreeSet;
use tempfile::TempDir;
use totp_rs::{Builder, Secret, Totp};

/// An authenticator app.
pub struct Authenticator {
    pub secret: String,
    pub recovery: Vec<String>,
}

impl Authenticator {
    fn totp(&self) -> Totp {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        Builder::new().with_secret(secret).build_noncompliant()
    }

    /// What it shows so many seconds from now.
    pub fn code(&self, clock: &Clock, seconds: i64) -> String {
        let at = clock.now().plus_seconds(seconds).seconds();
        self.totp().generate(u64::try_from(at).unwrap()).to_string()
    }
}

/// Sets it up, with a code of the step before the present one.
pub fn turn_on(user: &Member) -> Authenticator {
    let begun = user.post("/api/user/totp", json!({ "password": PASSWORD })).expect(201);
    let mut app = Authenticator { secret: begun["secret"].as_str().unwrap().to_owned(), recovery: vec![] };
    let code = app.code(&user.app.clock, -30);
    let confirmed = user.post("/api/user/totp/confirm", json!({ "code": code })).expect(200);
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    app.recovery = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    app
}

fn log_in(app: &TestApp, name: &str, totp: &str) -> Answer {
    let body = json!({ "login": name, "password": PASSWORD, "totp": totp });
    app.guest().post("/api/auth/login", body)
}

fn end(user: &Member, password: &str, code: &str) -> Answer {
    let body = json!({ "password": password, "code": code }).to_string();
    user.send(Method::Delete, "/api/user/totp", &[], Some(body.into_bytes()))
}

#[test]
fn it_is_set_up_with_the_password_and_a_code_of_the_app() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let begin = |password: &str| lan.post("/api/user/totp", json!({ "password": password }));
    lan.post("/api/user/totp/confirm", json!({ "code": "000000" })).refused(409, "conflict");
    begin("wrong").refused_fields(&["password"]);
    let first = begin(PASSWORD).expect(201);
    let begun = begin(PASSWORD).expect(201);
    assert_ne!(first["secret"], begun["secret"]);
    let url = begun["otpauth_url"].as_str().unwrap();
    let secret = begun["secret"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/SMM%20Panel:lan?") && url.contains(secret), "{url}");
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(lan.get("/api/auth/me").expect(200)["totp"], false);
    log_in(&app, "lan", "").expect(200);

    let phone = Authenticator { secret: secret.to_owned(), recovery: vec![] };
    let old = Authenticator { secret: first["secret"].as_str().unwrap().to_owned(), recovery: vec![] };
    let confirm = |code: &str| lan.post("/api/user/totp/confirm", json!({ "code": code }));
    confirm(&old.code(&app.clock, 0)).refused_fields(&["code"]);
    confirm("").refused_fields(&["code"]);
    let codes = confirm(&phone.code(&app.clock, 0)).expect(200)["recovery_codes"].clone();
    let codes: BTreeSet<&str> = codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(codes.len(), 10);
    assert_eq!(lan.get("/api/auth/me").expect(200)["totp"], true);
    begin(PASSWORD).refused(409, "conflict");
    confirm(&phone.code(&app.clock, 30)).refused(409, "conflict");
    let kept = app.number("SELECT count(*) FROM recovery_codes WHERE length(hash) = 32");
    assert_eq!(kept, 10);
}

#[test]
fn a_log_in_needs_a_code_and_each_serves_once() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let phone = turn_on(&lan);
    let without = json!({ "login": "lan", "password": PASSWORD });
    app.guest().post("/api/auth/login", without).refused(401, "totp_required");
    log_in(&app, "lan", " ").refused(401, "totp_required");
    let wrong = json!({ "login": "lan", "password": "wrong", "totp": phone.code(&app.clock, 0) });
    app.guest().post("/api/auth/login", wrong).refused(401, "invalid_credentials");
    log_in(&app, "lan", &phone.code(&app.clock, -30)).refused(401, "invalid_totp");
    let code = phone.code(&app.clock, 0);
    let spaced = format!(" {} {}", code.get(..3).unwrap(), code.get(3..).unwrap());
    assert_eq!(log_in(&app, "lan", &spaced).expect(200)["user"]["totp"], true);
    log_in(&app, "lan", &code).refused(401, "invalid_totp");
    log_in(&app, "lan", &phone.code(&app.clock, 60)).refused(401, "invalid_totp");
    // A fast clock, and then nothing of before it.
    log_in(&app, "lan", &phone.code(&app.clock, 30)).expect(200);
    app.clock.advance_seconds(30);
    log_in(&app, "lan", &phone.code(&app.clock, 0)).refused(401, "invalid_totp");
    app.clock.advance_seconds(30);
    log_in(&app, "lan", &phone.code(&app.clock, 0)).expect(200);
    // The history knows those who had the password, and not those who were asked for a code.
    app.app.db.write_blocking(|_| Ok::<_, Fault>(())).unwrap();
    let logins = lan.get("/api/user/logins").expect(200);
    let failed = logins["items"].as_array().unwrap().iter().filter(|login| login["ok"] == false).count();
    assert_eq!(failed, 5, "{logins}");
    let wrong: BTreeSet<&str> =
        logins["items"].as_array().unwrap().iter().filter_map(|login| login["wrong"].as_str()).collect();
    assert_eq!(wrong, BTreeSet::from(["code", "password"]));
}

#[test]
fn a_code_that_many_send_at_once_lets_one_in() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let (phone, id) = (turn_on(&lan), lan.id);
    for code in [phone.code(&app.clock, 0), phone.recovery[0].clone()] {
        let db = app.app.db.clone();
        let passed = at_once(6, |_| {
            let code = code.clone();
            db.write_blocking(move |tx| accounts::pass(tx, id, Some(&code))).is_ok()
        });
        assert_eq!(passed.iter().filter(|passed| **passed).count(), 1, "{passed:?}");
    }
}

#[test]
fn recovery_codes_serve_once_each_however_they_are_typed() {
    let app = TestApp::start();
    let phone = turn_on(&app.member("lan"));
    log_in(&app, "lan", &phone.recovery[0].to_lowercase().replace('-', " ")).expect(200);
    log_in(&app, "lan", &phone.recovery[0]).refused(401, "invalid_totp");
    log_in(&app, "lan", &phone.recovery[1]).expect(200);
    log_in(&app, "lan", "ABCD-EFGH-JKLM").refused(401, "invalid_totp");
    let mai = app.member("mai");
    turn_on(&mai);
    log_in(&app, "mai", &phone.recovery[2]).refused(401, "invalid_totp");
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes"), 18);
}

#[test]
fn codes_cannot_be_guessed_quickly() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    let lan = app.member("lan");
    let phone = turn_on(&lan);
    for _ in 0..20 {
        log_in(&app, "lan", "").refused(401, "totp_required");
    }
    for _ in 0..5 {
        log_in(&app, "lan", "000000").refused(401, "invalid_totp");
    }
    log_in(&app, "lan", &phone.code(&app.clock, 0)).refused(429, "rate_limited");
    app.clock.advance_seconds(60);
    log_in(&app, "lan", &phone.code(&app.clock, 0)).expect(200);
    // Nor by whoever has the session and the password, which alone forgives no wrong code.
    for _ in 0..4 {
        end(&lan, PASSWORD, "000000").refused_fields(&["code"]);
    }
    lan.post("/api/user/totp", json!({ "password": PASSWORD })).refused(409, "conflict");
    end(&lan, PASSWORD, &phone.code(&app.clock, 30)).refused(429, "rate_limited");
    app.clock.advance_seconds(60);
    end(&lan, PASSWORD, &phone.code(&app.clock, 0)).expect(204);
}

#[test]
fn it_is_turned_off_with_password_and_code() {
    let app = TestApp::start();
    let lan = app.member("lan");
    end(&lan, PASSWORD, "000000").refused(409, "conflict");
    let phone = turn_on(&lan);
    end(&lan, "wrong", &phone.code(&app.clock, 0)).refused_fields(&["password"]);
    end(&lan, PASSWORD, "000000").refused_fields(&["code"]);
    end(&lan, PASSWORD, "").refused_fields(&["code"]);
    end(&lan, PASSWORD, &phone.recovery[3]).expect(204);
    assert_eq!(lan.get("/api/auth/me").expect(200)["totp"], false);
    log_in(&app, "lan", "").expect(200);
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes"), 0);
    turn_on(&lan);
}

#[test]
fn who_works_here_needs_one_where_the_setting_says_so() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    let needs = |who: &Member| who.get("/api/auth/session").expect(200)["totp_setup_required"] == true;
    assert!(!needs(&boss));
    boss.put("/api/admin/settings", json!({ "require_totp": true })).expect(200);
    boss.get("/api/admin/users").refused(403, "totp_setup_required");
    boss.put("/api/admin/settings", json!({ "require_totp": false })).refused(403, "totp_setup_required");
    mai.get("/api/admin/orders").refused(403, "totp_setup_required");
    assert!(needs(&boss) && needs(&mai) && !needs(&lan));
    lan.get("/api/admin/users").refused(403, "forbidden");
    lan.get("/api/user/balance").expect(200);
    boss.get("/api/auth/me").expect(200);
    for name in ["boss", "mai"] {
        let worker = Browser::log_in(&app, name);
        worker.get("/api/admin/orders").refused(403, "totp_setup_required");
        worker.confirm();
        let begun = worker.post("/api/user/totp", json!({})).expect(201);
        let phone = Authenticator { secret: begun["secret"].as_str().unwrap().to_owned(), recovery: vec![] };
        let code = json!({ "code": phone.code(&app.clock, 0) });
        worker.post("/api/user/totp/confirm", code).expect(200);
        worker.get("/api/admin/orders").expect(200);
    }
    assert!(!needs(&boss) && !needs(&mai));
}

/// Whoever was logged in before the factor has not shown it.
#[test]
fn a_session_of_before_the_second_factor_is_asked_for_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let older = Browser::log_in(&app, "boss");
    let phone = turn_on(&boss);
    older.get("/api/admin/users").expect(200);
    boss.put("/api/admin/settings", json!({ "require_totp": true })).expect(200);
    older.get("/api/admin/users").refused(403, "confirmation_required");
    boss.get("/api/admin/users").refused(403, "confirmation_required");
    let code = phone.code(&app.clock, 0);
    older.post("/api/auth/confirm", json!({ "password": PASSWORD, "totp": code })).expect(204);
    older.get("/api/admin/users").expect(200);
    app.clock.advance_seconds(3600);
    older.get("/api/admin/users").expect(200);
    // So has whoever logs in with it, and goes on after another password.
    let body = json!({ "login": "boss", "password": PASSWORD, "totp": phone.code(&app.clock, 0) });
    let newer = Browser::log_in_with(&app, body);
    newer.get("/api/admin/users").expect(200);
    let body = json!({ "current_password": PASSWORD, "new_password": "another horse" });
    let anew = Browser::of(&app, &newer.post("/api/auth/password", body));
    anew.get("/api/admin/users").expect(200);
    older.get("/api/admin/users").refused(401, "unauthenticated");
}

#[test]
fn recovery_codes_are_counted_and_made_anew() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let state = || lan.get("/api/user/totp").expect(200);
    let renew = |password: &str, code: &str| {
        lan.post("/api/user/totp/recovery-codes", json!({ "password": password, "code": code }))
    };
    assert_eq!(state(), json!({ "on": false, "recovery_codes_left": 0 }));
    renew(PASSWORD, "000000").refused(409, "conflict");
    let phone = turn_on(&lan);
    log_in(&app, "lan", &phone.recovery[0]).expect(200);
    assert_eq!(state(), json!({ "on": true, "recovery_codes_left": 9 }));
    renew("wrong", &phone.code(&app.clock, 1)).refused_fields(&["password"]);
    renew(PASSWORD, "000000").refused_fields(&["code"]);
    for (body, field) in [(json!({ "code": "1" }), "password"), (json!({ "password": PASSWORD }), "code")] {
        lan.post("/api/user/totp/recovery-codes", body).refused_fields(&[field]);
    }
    let made = renew(PASSWORD, &phone.code(&app.clock, 1)).expect(200);
    assert_eq!(state(), json!({ "on": true, "recovery_codes_left": 10 }));
    log_in(&app, "lan", &phone.recovery[1]).refused(401, "invalid_totp");
    log_in(&app, "lan", made["recovery_codes"][4].as_str().unwrap()).expect(200);
    assert_eq!(app.number("SELECT count(*) FROM recovery_codes"), 9);
}

#[test]
fn another_password_forgives_no_wrong_code() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    let lan = app.member("lan");
    let phone = turn_on(&lan);
    for _ in 0..5 {
        end(&lan, PASSWORD, "000000").refused_fields(&["code"]);
    }
    app.clock.advance_seconds(60);
    let body = json!({ "current_password": PASSWORD, "new_password": "another horse" });
    let anew = lan.post("/api/auth/password", body).expect(200);
    let anew = Asker { app: &app, token: anew["access_token"].as_str().map(str::to_owned) };
    let body = json!({ "password": "another horse", "code": phone.code(&app.clock, 0) }).to_string();
    let end = || anew.send(Method::Delete, "/api/user/totp", &[], Some(body.clone().into_bytes()));
    end().expect(204);
}

#[test]
fn an_admin_takes_it_off_whoever_has_lost_it() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    turn_on(&lan);
    let path = format!("/api/admin/users/{}/totp", lan.id);
    assert_eq!(boss.get(&format!("/api/admin/users/{}", lan.id)).expect(200)["totp"], true);
    lan.delete(&path).refused(403, "forbidden");
    mai.delete(&path).refused(403, "forbidden");
    boss.delete("/api/admin/users/4711/totp").refused(404, "not_found");
    boss.delete(&path).expect(204);
    boss.delete(&path).expect(204);
    log_in(&app, "lan", "").expect(200);
    let log = boss.get("/api/admin/audit-log?action=user.end_second_factor").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&log["items"][0]["actor"], &log["items"][0]["subject_name"]),
        (&json!("boss"), &json!("lan"))
    );
}

#[test]
fn nothing_tells_the_secret_or_a_code_afterwards() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let phone = turn_on(&lan);
    for answer in [
        lan.get("/api/auth/me"),
        boss.get("/api/admin/users"),
        boss.get("/api/admin/users.csv"),
        boss.get("/api/admin/audit-log"),
    ] {
        let told = answer.text();
        assert!(!told.contains(&phone.secret) && !told.contains(&phone.recovery[0]), "{told}");
    }
}

#[test]
fn the_command_line_takes_it_off_a_locked_out_admin() {
    let folder = TempDir::new().unwrap();
    let made = ["admin", "create", "--username", "boss", "--email", "b@x.vn"];
    let panel = Binary::start(folder.path(), &[], &[("BCRYPT_COST", "4")]);
    let printed = |arguments: &[&str]| {
        let output = command(folder.path(), arguments, &[("BCRYPT_COST", "4")]).output().unwrap();
        assert!(output.status.success());
        let said = String::from_utf8(output.stdout).unwrap();
        let password = said.lines().find_map(|line| line.strip_prefix("password: ")).unwrap().to_owned();
        (said, password)
    };
    let login = |password: &str| {
        let body = json!({ "login": "boss", "password": password }).to_string();
        panel.send("POST", "/api/auth/login", &[], body.as_bytes())
    };
    let (_, password) = printed(&made);
    let bearer = format!("Bearer {}", login(&password).expect(200)["access_token"].as_str().unwrap());
    let post = |path: &str, body: Value| {
        panel.send("POST", path, &[("Authorization", &bearer)], body.to_string().as_bytes())
    };
    let begun = post("/api/user/totp", json!({ "password": password })).expect(201);
    let phone = Authenticator { secret: begun["secret"].as_str().unwrap().to_owned(), recovery: vec![] };
    let code = phone.code(&Clock::system(), 0);
    post("/api/user/totp/confirm", json!({ "code": code })).expect(200);
    let reset = ["admin", "reset-password", "--username", "boss"];
    let (said, password) = printed(&reset);
    assert!(said.contains("--disable-totp takes it off"), "{said}");
    login(&password).refused(401, "totp_required");
    let (said, password) = printed(&[&reset[..], &["--disable-totp"]].concat());
    assert!(said.contains("boss has no second factor any more"), "{said}");
    login(&password).expect(200);
}
