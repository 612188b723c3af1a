//! The password given once more: what a browser may do only after it, and for how long.

use crate::second_factor::turn_on;
use crate::support::app::{Asker, PASSWORD, TestApp};
use crate::support::browser::Browser;
use rocket::http::Method;
use serde_json::{Value, json};

fn credit(boss: &Browser, user: impl std::fmt::Display, amount: i64) -> crate::support::wire::Answer {
    boss.put(&format!("/api/admin/users/{user}/balance"), json!({ "amount": amount, "reason": "a gift" }))
}

#[test]
fn what_only_the_person_may_do_needs_the_password_once_more() {
    let app = TestApp::start();
    let (admin, lan) = (app.admin("boss"), app.member("lan"));
    let backup = admin.post("/api/admin/backups", json!({})).expect(201);
    let backup = format!("/api/admin/backups/{}", backup["name"].as_str().unwrap());
    let role = format!("/api/admin/users/{}/role", lan.id);
    let factor = format!("/api/admin/users/{}/totp", lan.id);
    let calls: [(Method, &str, Option<Value>); 8] = [
        (Method::Post, "/api/user/api-key", None),
        (Method::Post, "/api/user/api-keys", Some(json!({ "name": "shop" }))),
        (Method::Post, "/api/user/totp", Some(json!({ "password": PASSWORD }))),
        (Method::Post, "/api/user/totp/confirm", Some(json!({ "code": "000000" }))),
        (Method::Post, "/api/user/totp/recovery-codes", None),
        (Method::Get, &backup, None),
        (Method::Put, &role, Some(json!({ "role": "support" }))),
        (Method::Delete, &factor, None),
    ];
    let boss = Browser::log_in(&app, "boss");
    for (method, path, body) in &calls {
        boss.send(*method, path, body.clone()).refused(403, "confirmation_required");
    }
    boss.send(Method::Delete, "/api/user/totp", Some(json!({}))).refused(403, "confirmation_required");
    assert_eq!(app.number("SELECT count(*) FROM api_keys"), 0);
    assert_eq!(app.number("SELECT count(*) FROM second_factors"), 0);

    boss.confirm();
    for (method, path, body) in &calls {
        let answer = boss.send(*method, path, body.clone());
        // A wrong code, and codes for a factor that is not on.
        assert!(matches!(answer.status, 200 | 201 | 204 | 409 | 422), "{path}: {}", answer.text());
    }
    // What may be done without stays so, and a program's token is asked for nothing.
    Browser::log_in(&app, "boss").get("/api/admin/users").expect(200);
    admin.post("/api/user/api-keys", json!({ "name": "program" })).expect(201);
    lan.delete("/api/user/api-key").expect(204);
}

/// Else whoever copies the cookie of an open browser is asked for nothing.
#[test]
fn a_cookie_shown_as_a_token_does_no_more_than_its_browser() {
    let app = TestApp::start();
    app.admin("boss");
    let boss = Browser::log_in(&app, "boss");
    let token = boss.cookie.strip_prefix("session=").unwrap().to_owned();
    let stolen = Asker { app: &app, token: Some(token) };
    stolen.get("/api/admin/users").expect(200);
    stolen.post("/api/user/api-key", json!({})).refused(403, "confirmation_required");
    stolen
        .put("/api/admin/settings", json!({ "confirm_credit_above": 0 }))
        .refused(403, "confirmation_required");
    stolen.post("/api/auth/confirm", json!({ "password": "a guess" })).refused_fields(&["password"]);
    boss.confirm();
    stolen.post("/api/user/api-key", json!({})).expect(201);
}

/// The key that is kept would go there, and so would orders.
#[test]
fn another_server_for_a_provider_needs_it_and_another_path_does_not() {
    let app = TestApp::with(&[("PROVIDER_ALLOW_PRIVATE", "true")]);
    let admin = app.admin("boss");
    let wish = json!({ "name": "Two", "api_url": "http://127.0.0.1:1/api/v2", "api_key": "key-of-two" });
    let made = admin.post("/api/admin/providers", wish).expect(201);
    let boss = Browser::log_in(&app, "boss");
    let change = |body: Value| boss.put(&format!("/api/admin/providers/{}", made["id"]), body);
    for elsewhere in ["http://127.0.0.1:2/api/v2", "https://127.0.0.1:1/api/v2", "http://127.0.0.2:1/api/v2"]
    {
        change(json!({ "api_url": elsewhere })).refused(403, "confirmation_required");
        change(json!({ "api_url": elsewhere, "api_key": "another-key" }))
            .refused(403, "confirmation_required");
    }
    let seen = admin.get("/api/admin/providers").expect(200);
    let urls: Vec<_> = seen["items"].as_array().unwrap().iter().map(|one| one["api_url"].clone()).collect();
    assert!(urls.contains(&json!("http://127.0.0.1:1/api/v2")), "{seen}");
    change(json!({ "name": "Two", "api_url": "http://127.0.0.1:1/v2" })).expect(200);
    boss.confirm();
    change(json!({ "api_url": "http://127.0.0.1:2/v2" })).expect(200);
    // A program is asked for nothing.
    let path = format!("/api/admin/providers/{}", made["id"]);
    admin.put(&path, json!({ "api_url": "http://127.0.0.1:3/v2" })).expect(200);
}

#[test]
fn what_is_asked_for_is_not_turned_off_without_it() {
    let app = TestApp::start();
    app.admin("boss");
    let boss = Browser::log_in(&app, "boss");
    let set = |body: Value| boss.put("/api/admin/settings", body);
    for change in [json!({ "confirm_credit_above": 0 }), json!({ "require_totp": false, "site_name": "x" })] {
        set(change).refused(403, "confirmation_required");
    }
    assert_ne!(app.guest().get("/api/site").expect(200)["site_name"], "x", "all or nothing");
    set(json!({ "site_name": "x" })).expect(200);
    boss.confirm();
    set(json!({ "confirm_credit_above": 0 })).expect(200);
}

/// Else whoever sits before it could guess the password itself.
#[test]
fn a_confirmed_browser_forgives_no_wrong_password_by_giving_none() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    app.member("lan");
    let lan = Browser::log_in(&app, "lan");
    lan.confirm();
    let guess = |password: &str| lan.post("/api/auth/confirm", json!({ "password": password }));
    for number in 0..5 {
        guess(&format!("guess {number}")).refused_fields(&["password"]);
        lan.post("/api/user/totp", json!({})).expect(201);
    }
    guess(PASSWORD).refused(429, "rate_limited");
}

/// Sessions that were confirmed by the password alone.
#[test]
fn a_second_factor_ends_what_the_password_alone_confirmed() {
    let app = TestApp::start();
    let owner = app.member("lan");
    let other = Browser::log_in(&app, "lan");
    other.confirm();
    turn_on(&owner);
    other.send(Method::Delete, "/api/user/totp", Some(json!({}))).refused(403, "confirmation_required");
    other.post("/api/user/totp/recovery-codes", json!({})).refused(403, "confirmation_required");
    assert_eq!(owner.get("/api/user/totp").expect(200)["on"], true);
}

#[test]
fn it_counts_for_ten_minutes_and_for_this_session_alone() {
    let app = TestApp::start();
    app.member("lan");
    let [here, there] = [(); 2].map(|()| Browser::log_in(&app, "lan"));
    let key = |browser: &Browser| browser.post("/api/user/api-key", json!({}));
    let until = |browser: &Browser| browser.get("/api/auth/session").expect(200)["confirmed_until"].clone();
    assert_eq!(until(&here), Value::Null);
    here.confirm();
    assert_eq!(until(&here), "2026-11-22T07:49:00Z");
    assert_eq!(until(&there), Value::Null);
    key(&here).expect(201);
    key(&there).refused(403, "confirmation_required");
    app.clock.advance_seconds(599);
    key(&here).expect(201);
    app.clock.advance_seconds(1);
    key(&here).refused(403, "confirmation_required");
    assert_eq!(until(&here), Value::Null);
    // Another password begins another session.
    here.confirm();
    let body = json!({ "current_password": PASSWORD, "new_password": "another horse" });
    let anew = Browser::of(&app, &here.post("/api/auth/password", body));
    key(&anew).refused(403, "confirmation_required");
    app.guest().post("/api/auth/confirm", json!({ "password": PASSWORD })).refused(401, "unauthenticated");
}

#[test]
fn only_the_right_password_confirms_and_it_cannot_be_guessed_quickly() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    app.member("lan");
    let lan = Browser::log_in(&app, "lan");
    let confirm = |password: &str| lan.post("/api/auth/confirm", json!({ "password": password }));
    lan.post("/api/auth/confirm", json!({})).refused_fields(&["password"]);
    for _ in 0..5 {
        confirm("wrong").refused_fields(&["password"]);
    }
    confirm(PASSWORD).refused(429, "rate_limited");
    lan.post("/api/user/api-key", json!({})).refused(403, "confirmation_required");
    app.clock.advance_seconds(60);
    confirm(PASSWORD).expect(204);
    confirm("wrong").refused_fields(&["password"]);
    lan.post("/api/user/api-key", json!({})).expect(201);
}

#[test]
fn who_has_a_second_factor_confirms_with_a_code_too() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    let phone = turn_on(&app.member("lan"));
    let body = json!({ "login": "lan", "password": PASSWORD, "totp": phone.code(&app.clock, 0) });
    let lan = Browser::log_in_with(&app, body);
    let confirm = |totp: &str| lan.post("/api/auth/confirm", json!({ "password": PASSWORD, "totp": totp }));
    let bare = || lan.post("/api/auth/confirm", json!({ "password": PASSWORD }));
    for _ in 0..10 {
        bare().refused(401, "totp_required");
    }
    confirm(&phone.code(&app.clock, 0)).refused(401, "invalid_totp");
    for _ in 0..4 {
        confirm("000000").refused(401, "invalid_totp");
    }
    bare().refused(429, "rate_limited");
    app.clock.advance_seconds(60);
    let code = phone.code(&app.clock, 0);
    confirm(&code).expect(204);
    confirm(&code).refused(401, "invalid_totp");
    lan.post("/api/user/api-key", json!({})).expect(201);
    // It was shown a moment ago, and need not come again.
    let made = lan.post("/api/user/totp/recovery-codes", json!({})).expect(200);
    assert_eq!(made["recovery_codes"].as_array().unwrap().len(), 10);
    lan.send(Method::Delete, "/api/user/totp", Some(json!({}))).expect(204);
    assert_eq!(lan.get("/api/auth/me").expect(200)["totp"], false);
}

#[test]
fn what_was_wrong_in_a_session_stands_in_the_log_in_history() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")]);
    let owner = app.member("lan");
    let phone = turn_on(&owner);
    let body = json!({ "login": "lan", "password": PASSWORD, "totp": phone.code(&app.clock, 0) });
    let lan = Browser::log_in_with(&app, body);
    lan.post("/api/auth/confirm", json!({ "password": "wrong" })).refused_fields(&["password"]);
    lan.post("/api/auth/confirm", json!({ "password": PASSWORD })).refused(401, "totp_required");
    let code = json!({ "password": PASSWORD, "totp": "000000" });
    lan.post("/api/auth/confirm", code).refused(401, "invalid_totp");
    let new = json!({ "current_password": "wrong", "new_password": "another horse" });
    lan.post("/api/auth/password", new).refused_fields(&["current_password"]);
    let wrong_code = json!({ "password": PASSWORD, "code": "000000" });
    let end = owner.send(Method::Delete, "/api/user/totp", &[], Some(wrong_code.to_string().into_bytes()));
    end.refused_fields(&["code"]);
    let list = lan.get("/api/user/logins").expect(200);
    let wrong: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| one["wrong"].clone()).collect();
    let expected = json!(["session_code", "session_password", "session_code", "session_password", null]);
    assert_eq!(json!(wrong), expected);
}

#[test]
fn large_credits_by_hand_need_it_and_small_ones_do_not() {
    let app = TestApp::start();
    let (admin, lan) = (app.admin("boss"), app.member("lan"));
    let boss = Browser::log_in(&app, "boss");
    credit(&boss, lan.id, 5_000_000).expect(200);
    credit(&boss, lan.id, 5_000_001).refused(403, "confirmation_required");
    credit(&boss, lan.id, -5_000_000).expect(200);
    let deposit = |amount: i64| lan.post("/api/payment/deposit", json!({ "amount": amount })).expect(201);
    let approve = |deposit: &Value, body: Value| {
        boss.put(&format!("/api/admin/deposits/{}/approve", deposit["id"]), body)
    };
    let (small, large) = (deposit(10_000), deposit(6_000_000));
    approve(&large, json!({})).refused(403, "confirmation_required");
    approve(&small, json!({ "amount": 6_000_000 })).refused(403, "confirmation_required");
    approve(&small, json!({})).expect(200);
    assert_eq!(lan.balance(), 10_000);
    let set = |above: i64| admin.put("/api/admin/settings", json!({ "confirm_credit_above": above }));
    set(-1).refused_fields(&["confirm_credit_above"]);
    set(20_000).expect(200);
    credit(&boss, lan.id, 20_001).refused(403, "confirmation_required");
    set(0).expect(200);
    credit(&boss, lan.id, 20_001).expect(200);
    set(20_000).expect(200);
    boss.confirm();
    credit(&boss, lan.id, 20_001).expect(200);
    approve(&large, json!({})).expect(200);
}

#[test]
fn an_answer_is_repeated_without_asking_again() {
    let app = TestApp::start();
    let lan = app.member("lan");
    app.admin("boss");
    let boss = Browser::log_in(&app, "boss");
    boss.confirm();
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let body = json!({ "amount": 6_000_000, "reason": "a gift" }).to_string().into_bytes();
    let once = || {
        let headers =
            [("Cookie", boss.cookie.as_str()), ("Sec-Fetch-Site", "same-origin"), ("Idempotency-Key", "one")];
        app.guest().send(Method::Put, &path, &headers, Some(body.clone()))
    };
    once().expect(200);
    app.clock.advance_seconds(601);
    let again = once();
    again.expect(200);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(lan.balance(), 6_000_000);
}
