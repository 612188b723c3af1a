//! Log-ins: who guesses is slowed down, who floods waits for himself, and users see who came in and who tried.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::told::Told;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::accounts::password::{self, Cost};
use smm_panel::accounts::{self, Party};
use smm_panel::audit_log::Actor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WRONG: &str = "wrong password";

fn log_in(app: &TestApp, name: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({ "login": name, "password": password }).to_string().into_bytes();
    app.guest().send(Method::Post, "/api/auth/login", headers, Some(body))
}

/// The `name=value` of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> String {
    let set = answer.all("Set-Cookie").find(|line| line.starts_with(&format!("{name}=")));
    set.unwrap_or_else(|| panic!("no {name}")).split(';').next().unwrap().to_owned()
}

fn retry_after(answer: &Answer) -> i64 {
    answer.refused(429, "rate_limited");
    answer.header("Retry-After").unwrap().parse().unwrap()
}

/// A panel on which nothing is limited by address.
fn panel() -> TestApp {
    TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "100000")])
}

#[test]
fn guessing_one_name_is_slowed_down_whether_it_exists_or_not() {
    let app = panel();
    app.member("lan");
    for name in ["lan", "nobody", "Nobody@example.vn"] {
        for _ in 0..5 {
            log_in(&app, name, WRONG, &[]).refused(401, "invalid_credentials");
        }
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let pause =
                retry_after(&log_in(&app, &format!(" {}\u{200b}", name.to_uppercase()), PASSWORD, &[]));
            pauses.push(pause);
            app.clock.advance_seconds(pause - 1);
            retry_after(&log_in(&app, name, WRONG, &[]));
            app.clock.advance_seconds(1);
            log_in(&app, name, WRONG, &[]).refused(401, "invalid_credentials");
        }
        assert_eq!(pauses, [4, 8, 15, 30, 60, 60], "{name}");
    }
    app.clock.advance_seconds(60);
    log_in(&app, "lan", PASSWORD, &[]).expect(200);
    log_in(&app, "lan", PASSWORD, &[]).expect(200);
}

#[test]
fn an_account_is_guessed_at_no_faster_by_its_other_name() {
    let app = panel();
    app.member("lan");
    // What nobody is called counts for itself, also where it is an account's number.
    for name in ["1", "nobody", "nobody@example.vn"] {
        for _ in 0..5 {
            log_in(&app, name, WRONG, &[]).refused(401, "invalid_credentials");
        }
    }
    for name in ["lan", "LAN@example.vn", "lan", "Lan", "lan@example.vn"] {
        log_in(&app, name, WRONG, &[]).refused(401, "invalid_credentials");
    }
    for name in ["lan", "lan@example.vn"] {
        assert_eq!(retry_after(&log_in(&app, name, PASSWORD, &[])), 4, "{name}");
    }
    app.clock.advance_seconds(4);
    log_in(&app, "lan@example.vn", PASSWORD, &[]).expect(200);
    log_in(&app, "lan", WRONG, &[]).refused(401, "invalid_credentials");
}

#[test]
fn two_hundred_guesses_in_a_row_are_five() {
    let app = panel();
    app.member("lan");
    let answers: Vec<u16> = (0..200).map(|_| log_in(&app, "lan", WRONG, &[]).status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5);
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 195);
}

#[test]
fn no_stranger_locks_the_owner_out() {
    let app = panel();
    let (_lan, mai) = (app.member("lan"), app.member("mai"));
    let first = log_in(&app, "lan", PASSWORD, &[]);
    let device = cookie(&first, "device");
    let set = first.all("Set-Cookie").find(|line| line.starts_with("device=")).unwrap().to_owned();
    for part in ["HttpOnly", "Max-Age=15552000", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let foreign = cookie(&log_in(&app, "mai", PASSWORD, &[]), "device");
    for _ in 0..5 {
        log_in(&app, "lan", WRONG, &[]).refused(401, "invalid_credentials");
    }
    retry_after(&log_in(&app, "lan", PASSWORD, &[]));
    for strange in [foreign.as_str(), "device=", "device=00000000000000000000000000000000"] {
        retry_after(&log_in(&app, "lan", PASSWORD, &[("Cookie", strange)]));
    }
    let beside = format!("device=x; {foreign}; {device}");
    let again = log_in(&app, "lan", PASSWORD, &[("Cookie", &beside)]);
    again.expect(200);
    assert_eq!(cookie(&again, "device"), device, "a browser keeps its name");
    // It has a count of its own, and no more than that.
    for _ in 0..5 {
        log_in(&app, "lan", WRONG, &[("Cookie", &device)]).refused(401, "invalid_credentials");
    }
    retry_after(&log_in(&app, "lan", PASSWORD, &[("Cookie", &device)]));
    drop(mai);
}

#[test]
fn a_stolen_session_does_not_guess_the_password_faster() {
    let app = panel();
    let lan = app.member("lan");
    let change = |current: &str| {
        lan.post(
            "/api/auth/password",
            json!({ "current_password": current, "new_password": "a new password" }),
        )
    };
    for _ in 0..5 {
        change(WRONG).refused_fields(&["current_password"]);
    }
    retry_after(&change(PASSWORD));
    app.clock.advance_seconds(4);
    change(PASSWORD).expect(200);
}

#[test]
fn with_the_limit_off_nobody_is_slowed_down() {
    let app = TestApp::start();
    app.member("lan");
    for _ in 0..30 {
        log_in(&app, "lan", WRONG, &[]).refused(401, "invalid_credentials");
    }
    log_in(&app, "lan", PASSWORD, &[]).expect(200);
}

#[test]
fn a_user_sees_the_living_sessions_and_ends_one() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    app.guest().get("/api/user/sessions").refused(401, "unauthenticated");
    let agent = format!("Firefox\u{202e}{}", "x".repeat(500));
    let headers = [("User-Agent", agent.as_str())];
    let first = log_in(&app, "lan", PASSWORD, &headers);
    app.clock.advance_seconds(60);
    let second = log_in(&app, "lan", PASSWORD, &[]);
    let by = |answer: &Answer, method, path: &str| {
        let bearer = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap());
        app.guest().send(method, path, &[("Authorization", &bearer)], None)
    };
    app.clock.advance_seconds(60);
    let list = by(&second, Method::Get, "/api/user/sessions").expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{list}");
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(true), &json!(false)));
    assert_eq!(items[0]["created_at"], "2026-11-22T07:40:00Z");
    assert_eq!(items[0]["last_seen_at"], "2026-11-22T07:41:00Z");
    let shown = items[1]["user_agent"].as_str().unwrap();
    assert!(shown.starts_with("Firefoxxx") && shown.chars().count() == 200, "{shown}");
    assert_eq!(list["next_cursor"], Value::Null);
    let path = format!("/api/user/sessions/{}", items[1]["id"]);
    mai.delete(&path).refused(404, "not_found");
    lan.delete("/api/user/sessions/x").refused(400, "malformed_request");
    by(&first, Method::Get, "/api/auth/me").expect(200);
    by(&second, Method::Delete, &path).expect(204);
    by(&first, Method::Get, "/api/auth/me").refused(401, "unauthenticated");
    by(&second, Method::Delete, &path).refused(404, "not_found");
    by(&second, Method::Post, "/api/auth/logout").expect(204);
    assert_eq!(lan.get("/api/user/sessions").expect(200)["items"], json!([]));
    log_in(&app, "lan", PASSWORD, &[]).expect(200);
    lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
    let last = log_in(&app, "lan", PASSWORD, &[]);
    assert_eq!(
        by(&last, Method::Get, "/api/user/sessions").expect(200)["items"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn a_user_and_the_admins_see_who_came_in_and_who_tried() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    log_in(&app, "lan", WRONG, &[("User-Agent", "curl/8")]).refused(401, "invalid_credentials");
    log_in(&app, "lan", PASSWORD, &[("User-Agent", "Firefox")]).expect(200);
    let list = lan.get("/api/user/logins").expect(200);
    let at = "2026-11-22T07:39:00Z";
    let entry = |agent: &str, wrong: Option<&str>| {
        let ok = wrong.is_none();
        json!({ "at": at, "address": null, "user_agent": agent, "ok": ok, "wrong": wrong })
    };
    let expected = [entry("Firefox", None), entry("curl/8", Some("password"))];
    assert_eq!(list["items"], json!(expected));
    let path = format!("/api/admin/users/{}/logins", lan.id);
    assert_eq!(boss.get(&path).expect(200), list);
    mai.get(&path).refused(403, "forbidden");
    boss.get("/api/admin/users/999/logins").refused(404, "not_found");
    boss.get(&format!("{path}?limit=0")).refused_fields(&["limit"]);
    assert_eq!(mai.get("/api/user/logins").expect(200)["items"], json!([]));
    let page = lan.get("/api/user/logins?limit=1").expect(200);
    let next = lan.get(&format!("/api/user/logins?limit=1&cursor={}", page["next_cursor"].as_str().unwrap()));
    assert_eq!(next.expect(200)["items"], json!([expected[1]]));
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    log_in(&app, "lan", PASSWORD, &[]).refused(403, "account_banned");
    boss.put("/api/admin/settings", json!({})).expect(200);
    assert_eq!(boss.get(&path).expect(200)["items"][0]["ok"], false);
}

#[test]
fn what_is_kept_of_tries_and_browsers_is_bounded_by_number_and_time() {
    let app = TestApp::start();
    let lan = app.member("lan");
    log_in(&app, "lan", PASSWORD, &[]).expect(200);
    for _ in 0..130 {
        log_in(&app, "lan", WRONG, &[]).refused(401, "invalid_credentials");
    }
    for _ in 0..25 {
        log_in(&app, "lan", PASSWORD, &[]).expect(200);
    }
    let count = |sql: &str| app.number(&format!("SELECT count(*) FROM {sql}"));
    assert_eq!((count("logins WHERE ok = 0"), count("logins WHERE ok = 1"), count("devices")), (100, 26, 20));
    let day = 24 * 60 * 60;
    app.clock.advance_seconds(91 * day);
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    assert_eq!((count("logins"), count("sessions"), count("devices")), (0, 0, 20));
    app.clock.advance_seconds(90 * day);
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    assert_eq!(count("devices"), 0);
    drop(lan);
}

#[test]
fn the_operator_hears_of_an_admin_in_a_new_browser_and_of_nobody_else() {
    let told = Told::start();
    let app = &told.app;
    let (_boss, _lan) = (app.admin("boss"), app.member("lan"));
    log_in(app, "lan", PASSWORD, &[]).expect(200);
    log_in(app, "boss", WRONG, &[]).refused(401, "invalid_credentials");
    let written = || app.number("SELECT count(*) FROM notices WHERE kind = 'login'");
    assert_eq!(written(), 0);
    let first = log_in(app, "boss", PASSWORD, &[("User-Agent", "Firefox")]);
    first.expect(200);
    assert_eq!(written(), 1);
    log_in(app, "boss", PASSWORD, &[("Cookie", &cookie(&first, "device"))]).expect(200);
    assert_eq!(written(), 1);
    log_in(app, "boss", PASSWORD, &[]).expect(200);
    assert_eq!(written(), 2);
}

/// By the work that was done, since a busy machine's clock tells little.
#[test]
fn a_changed_cost_tells_no_known_name_from_an_unknown_one_and_is_taken_over_at_the_log_in() {
    for (today, before) in [("6", "5"), ("5", "6")] {
        let app = TestApp::with(&[("BCRYPT_COST", before)]);
        let lan = json!({ "username": "lan", "email": "lan@example.vn", "password": PASSWORD });
        app.guest().post("/api/auth/register", lan).expect(201);
        let app = TestApp::in_folder(app.stop(), &[("BCRYPT_COST", today)]);
        let work = |name: &str| {
            let before = app.app.passwords.work();
            log_in(&app, name, WRONG, &[]).refused(401, "invalid_credentials");
            app.app.passwords.work() - before
        };
        assert_eq!((work("lan"), work("nobody")), (64, 64), "{today}");
        log_in(&app, "lan", PASSWORD, &[]).expect(200);
        let cost = app.number("SELECT CAST(substr(password_hash, 5, 2) AS INTEGER) FROM users");
        assert_eq!(cost.to_string(), today);
        let all = 1 << cost;
        assert_eq!((work("lan"), work("nobody")), (all, all), "{today}");
        log_in(&app, "lan", PASSWORD, &[]).expect(200);
    }
}

/// A log-in of lan, and what happens as soon as her password is being compared; how the log-in ends.
fn while_compared(app: &TestApp, then: impl FnOnce()) -> Answer {
    let served = app.serve();
    let before = app.app.passwords.work();
    std::thread::scope(|scope| {
        let body = json!({ "login": "lan", "password": PASSWORD }).to_string();
        let served = &served;
        let log_in = scope.spawn(move || served.send("POST", "/api/auth/login", &[], body.as_bytes()));
        while app.app.passwords.work() == before {
            std::thread::yield_now();
        }
        then();
        assert!(!log_in.is_finished(), "the comparison was over too soon");
        log_in.join().unwrap()
    })
}

#[test]
fn what_came_while_the_password_was_compared_counts() {
    let app = TestApp::with(&[("BCRYPT_COST", "13")]);
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let known =
        || app.number("SELECT (SELECT count(*) FROM logins WHERE ok = 1) + (SELECT count(*) FROM devices)");
    let ban = |banned: bool| {
        let path = format!("/api/admin/users/{}/ban", lan.id);
        boss.put(&path, json!({ "banned": banned })).expect(200);
    };
    let before = known();
    while_compared(&app, || ban(true)).refused(403, "account_banned");
    ban(false);
    while_compared(&app, || {
        let new = password::hash("another password", Cost::new(4).unwrap()).unwrap();
        app.write(move |tx| accounts::reset_password(tx, &Actor::CONSOLE, "lan", &new).unwrap());
    })
    .refused(401, "invalid_credentials");
    assert_eq!(known(), before, "neither a log-in nor a browser of hers");
}

#[test]
fn an_admin_comes_in_while_a_network_floods_the_door() {
    let app = TestApp::with(&[("BCRYPT_COST", "10")]);
    let boss = app.admin("boss");
    let device = cookie(&log_in(&app, "boss", PASSWORD, &[]), "device");
    let served = app.serve();
    let over = &AtomicBool::new(false);
    let body = |login: &str, password: &str| json!({ "login": login, "password": password }).to_string();
    let took = std::thread::scope(|scope| {
        for number in 0..100 {
            let (served, wrong) = (&served, body(&format!("nobody{number}"), WRONG));
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let answer = served.send("POST", "/api/auth/login", &[], wrong.as_bytes());
                    assert!(matches!(answer.status, 401 | 503), "{}", answer.text());
                    if answer.status == 503 {
                        assert_eq!(answer.header("Retry-After"), Some("1"));
                        std::thread::sleep(Duration::from_millis(50));
                    }
                }
            });
        }
        // The line is full once somebody is turned away.
        let full =
            || served.send("POST", "/api/auth/login", &[], body("nobody", WRONG).as_bytes()).status == 503;
        while !full() {}
        let started = Instant::now();
        let right = body("boss", PASSWORD);
        served.send("POST", "/api/auth/login", &[("Cookie", &device)], right.as_bytes()).expect(200);
        let took = started.elapsed();
        over.store(true, Ordering::Relaxed);
        took
    });
    assert!(took < Duration::from_secs(3), "{took:?}");
    drop(boss);
}

#[test]
fn an_address_that_somebody_logged_in_from_has_a_line_of_its_own_without_a_cookie() {
    let app = panel();
    app.member("lan");
    let served = app.serve();
    let party = |address: &str| {
        let visit = accounts::Visit::new(Some(address.parse().unwrap()), None, false, std::iter::empty());
        app.app.db.read_now(|tx| visit.party(tx)).unwrap()
    };
    let comes = |password: &str| {
        let body = json!({ "login": "lan", "password": password }).to_string();
        served.send("POST", "/api/auth/login", &[], body.as_bytes())
    };
    comes(WRONG).refused(401, "invalid_credentials");
    assert!(matches!(party("127.0.0.1"), Party::Network(_)), "who only tried is a stranger");
    comes(PASSWORD).expect(200);
    assert!(matches!(party("127.0.0.1"), Party::Address(_)));
    assert!(matches!(party("::ffff:127.0.0.1"), Party::Address(_)), "however it is written");
    assert!(matches!(party("127.0.0.2"), Party::Network(_)), "a neighbour is none");
}
