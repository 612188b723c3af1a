//! Seeing the panel as a user: who may, what is read by it, what ends it, and that nothing at all is changed by it.

use crate::support::app::{Asker, PASSWORD, TestApp};
use crate::support::member::Member;
use crate::support::shop::wish;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::accounts::Role;
use smm_panel::accounts::token::VIEW_SECONDS;
use smm_panel::jobs::scheduled::{key_use, last_seen};
use smm_panel::web;

fn begin(by: &Member, user: impl std::fmt::Display) -> crate::support::wire::Answer {
    by.post(&format!("/api/admin/users/{user}/view"), json!({ "reason": "asks where the money is" }))
}

fn view<'a>(app: &'a TestApp, by: &Member, of: &Member) -> Asker<'a> {
    let begun = begin(by, of.id).expect(201);
    Asker { app, token: begun["token"].as_str().map(str::to_owned) }
}

/// Everything that a user's pages show to a view.
const SHOWN: &[&str] = &[
    "/api/auth/me",
    "/api/user/balance",
    "/api/user/tier",
    "/api/user/orders",
    "/api/user/referrals",
    "/api/user/transactions",
    "/api/orders",
    "/api/orders/counts",
    "/api/payment/banks",
    "/api/payment/deposits",
    "/api/refills",
    "/api/services",
    "/api/tickets",
    "/api/announcements",
];

#[test]
fn only_an_admin_sees_a_customer_and_says_why() {
    let app = TestApp::start();
    let (boss, deputy, tam, lan) =
        (app.admin("boss"), app.admin("deputy"), app.support("tam"), app.member("lan"));
    for nobody in [&lan, &tam] {
        begin(nobody, lan.id).refused(403, "forbidden");
    }
    for staff in [&boss, &deputy, &tam] {
        assert_eq!(begin(&boss, staff.id).refused(403, "forbidden")["reason"], "staff_not_viewed");
    }
    begin(&boss, 999).refused(404, "not_found");
    begin(&boss, "x").refused(400, "malformed_request");
    let path = format!("/api/admin/users/{}/view", lan.id);
    for reason in ["", " \u{200b}", &"a".repeat(501)] {
        boss.post(&path, json!({ "reason": reason })).refused_fields(&["reason"]);
    }
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'user.view'"), 0);
    let begun = begin(&boss, lan.id).expect(201);
    assert_eq!((&begun["username"], &begun["user_id"]), (&json!("lan"), &json!(lan.id.get())));
    let entry = boss.get("/api/admin/audit-log").expect(200)["items"][0].clone();
    assert_eq!((&entry["actor"], &entry["action"]), (&json!("boss"), &json!("user.view")));
    assert_eq!(
        (&entry["subject"], &entry["reason"]),
        (&json!(format!("user:{}", lan.id)), &json!("asks where the money is"))
    );
    assert!(!entry.to_string().contains(begun["token"].as_str().unwrap()));
}

#[test]
fn it_reads_what_the_user_reads() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let order = lan.buys(app.service(|_| ()), 1000);
    let ticket =
        lan.post("/api/tickets", json!({ "subject": "Đơn", "message": "Sao chậm thế?" })).expect(201);
    let looks = view(&app, &boss, &lan);
    for path in SHOWN {
        assert_eq!(looks.get(path).expect(200), lan.get(path).expect(200), "{path}");
    }
    let own = [
        format!("/api/orders/{order}"),
        format!("/api/orders/{order}/timeline"),
        format!("/api/services/{}", lan.get("/api/services").expect(200)["items"][0]["id"]),
        format!("/api/tickets/{}", ticket["id"]),
    ];
    for path in &own {
        assert_eq!(looks.get(path).expect(200), lan.get(path).expect(200), "{path}");
    }
    let who = looks.get("/api/auth/session").expect(200);
    assert_eq!((&who["user"]["username"], &who["viewed_by"]), (&json!("lan"), &json!("boss")));
    assert!(who["view_until"].is_string() && who["confirmed_until"].is_null());
    let own = lan.get("/api/auth/session").expect(200);
    assert_eq!((&own["viewed_by"], &own["view_until"]), (&Value::Null, &Value::Null));
}

/// Described, but asked with keys of their own: they do not know what a view is.
const OF_THEIR_OWN: &[&str] = &["/api/v2", "/api/payment/sepay/webhook"];

#[test]
fn it_changes_nothing_wherever_it_knocks() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(90_000));
    let order = lan.buys(app.service(|_| ()), 1000);
    lan.post("/api/tickets", json!({ "subject": "Đơn", "message": "Sao chậm thế?" })).expect(201);
    let looks = view(&app, &boss, &lan);
    let description: Value = serde_json::from_slice(&web::openapi::json()).unwrap();
    let mut tried = 0;
    let before = standing(&app);
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "get") {
            let own = path.replace("{id}", &order.to_string()).replace("{name}", "1");
            let method: Method = method.parse().unwrap();
            for body in [None, Some(b"{}".to_vec()), Some(wish(1, 1000).to_string().into_bytes())] {
                let answer = looks.send(method, &own, &[], body);
                if OF_THEIR_OWN.contains(&path.as_str()) {
                    assert!(
                        answer.status == 401 || answer.text().contains("error"),
                        "{path}: {}",
                        answer.text()
                    );
                    continue;
                }
                assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
                answer.refused(403, "read_only");
            }
            tried += 1;
        }
    }
    assert!(tried > 60, "only {tried} addresses change something");
    assert_eq!(standing(&app), before);
}

/// How many rows each table has, and the log's length.
fn standing(app: &TestApp) -> Vec<(String, i64)> {
    let names = |tx: &smm_panel::db::ReadTx| {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        tx.all(sql, (), |row| row.get::<_, String>(0))
    };
    let names = app.app.db.read_now(names).unwrap();
    let count = |name: &String| app.number(&format!("SELECT count(*) FROM \"{name}\""));
    names.iter().map(|name| (name.clone(), count(name))).collect()
}

#[test]
fn it_reads_nothing_else() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let looks = view(&app, &boss, &lan);
    let shown = |path: &str| SHOWN.contains(&path) || ["/api/auth/session", "/api/site"].contains(&path);
    let own = ["/api/orders/", "/api/payment/deposits/", "/api/refills/", "/api/services/", "/api/tickets/"];
    for route in web::routes().into_iter().filter(|route| route.method == Method::Get) {
        let path = route.uri.path().to_owned();
        let is_own = own.iter().any(|own| path.starts_with(own));
        if !path.starts_with("/api/") || path == "/api/v2" || shown(&path) || is_own {
            continue;
        }
        let asked = path.replace("<id>", &lan.id.to_string()).replace("<name>", "1");
        looks.get(&asked).refused(403, "read_only");
    }
    for secret in ["api-keys", "sessions", "totp", "telegram", "email", "logins"] {
        looks.get(&format!("/api/user/{secret}")).refused(403, "read_only");
    }
    for file in ["/api/orders.csv", "/api/user/transactions.csv", "/api/payment/deposits.csv", "/api/events"]
    {
        looks.get(file).refused(403, "read_only");
    }
}

#[test]
fn it_ends_with_its_time_and_with_its_admins_rights() {
    let app = TestApp::start();
    let (chief, lan) = (app.admin("chief"), app.member("lan"));
    let me = |looks: &Asker| looks.get("/api/auth/me");
    let dead = |looks: &Asker| {
        me(looks).refused(401, "unauthenticated");
        assert_eq!(looks.get("/api/auth/session").expect(200)["user"], Value::Null);
    };
    let deputy = app.admin("deputy");
    let looks = view(&app, &deputy, &lan);
    me(&looks).expect(200);
    app.clock.advance_seconds(VIEW_SECONDS - 1);
    me(&looks).expect(200);
    app.clock.advance_seconds(1);
    dead(&looks);

    let looks = view(&app, &deputy, &lan);
    app.becomes(deputy.id, Role::Support);
    dead(&looks);
    app.becomes(deputy.id, Role::Admin);
    me(&looks).expect(200);
    deputy.post("/api/auth/logout", json!({})).expect(204);
    dead(&looks);

    let deputy = app.signed(deputy.id);
    let looks = view(&app, &deputy, &lan);
    chief.put(&format!("/api/admin/users/{}/ban", deputy.id), json!({ "banned": true })).expect(200);
    dead(&looks);

    let looks = view(&app, &chief, &lan);
    app.becomes(lan.id, Role::Support);
    dead(&looks);
    app.becomes(lan.id, Role::User);
    // A banned customer is looked at too: that is when they ask.
    chief.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    me(&looks).expect(200);
    chief.get("/api/admin/users").expect(200);
}

#[test]
fn it_is_no_session_and_begins_no_other() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let looks = view(&app, &boss, &lan);
    begin_by(&looks, mai.id).refused(403, "read_only");
    let token = looks.token.clone().unwrap();
    // No cookie is a view.
    let answer =
        app.guest().send(Method::Get, "/api/auth/me", &[("Cookie", &format!("session={token}"))], None);
    answer.refused(401, "unauthenticated");
    let login = json!({ "login": "lan", "password": PASSWORD });
    looks.post("/api/auth/login", login).refused(403, "read_only");
    let other = |letter: char| if letter == 'A' { 'B' } else { 'A' };
    let forged =
        token.char_indices().map(|(at, letter)| if at == 20 { other(letter) } else { letter }).collect();
    Asker { app: &app, token: Some(forged) }.get("/api/auth/me").refused(401, "unauthenticated");
}

fn begin_by(by: &Asker, user: impl std::fmt::Display) -> crate::support::wire::Answer {
    by.post(&format!("/api/admin/users/{user}/view"), json!({ "reason": "more" }))
}

#[test]
fn it_leaves_no_trace_of_the_user() {
    let app = TestApp::with(&[("RATE_LIMIT_PER_MINUTE", "40")]);
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let ticket =
        lan.post("/api/tickets", json!({ "subject": "Đơn", "message": "Sao chậm thế?" })).expect(201);
    let reply = format!("/api/admin/tickets/{}/replies", ticket["id"]);
    boss.post(&reply, json!({ "message": "Đang chạy." })).expect(201);
    last_seen::tick(&app.app).unwrap();
    key_use::tick(&app.app).unwrap();
    let seen = format!("SELECT coalesce(last_seen_at, 0) FROM users WHERE id = {}", lan.id);
    let (before, logins) = (app.number(&seen), app.number("SELECT count(*) FROM logins"));
    app.clock.advance_seconds(60);
    let looks = view(&app, &boss, &lan);
    looks.get(&format!("/api/tickets/{}", ticket["id"])).expect(200);
    assert_eq!(
        app.number("SELECT count(*) FROM tickets WHERE unread_by_customer = 1"),
        1,
        "nobody has read it"
    );
    let limited = (0..60).find(|_| looks.get("/api/auth/me").status == 429);
    assert!(limited.is_some(), "what the admin asks counts");
    boss.get("/api/admin/users").refused(429, "rate_limited");
    last_seen::tick(&app.app).unwrap();
    assert_eq!((app.number(&seen), app.number("SELECT count(*) FROM logins")), (before, logins));
    lan.get("/api/auth/me").expect(200);
}
