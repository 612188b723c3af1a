//! What admins do to users, the whole ledger, the audit log.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::accounts::{self, AccountError, Adjustment};
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::money::Vnd;
use smm_panel::settings::{self, Patch, SettingsError};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

fn adjust(by: &Member, user: impl std::fmt::Display, amount: i64, reason: &str) -> Answer {
    let body = json!({ "amount": amount, "reason": reason });
    by.put(&format!("/api/admin/users/{user}/balance"), body)
}

fn adjust_once(by: &Member, user: &Member, key: &str, body: &str) -> Answer {
    let path = format!("/api/admin/users/{}/balance", user.id);
    by.send(Method::Put, &path, &[("Idempotency-Key", key)], Some(body.as_bytes().to_vec()))
}

fn ban(by: &Member, user: impl std::fmt::Display, body: Value) -> Answer {
    by.put(&format!("/api/admin/users/{user}/ban"), body)
}

fn audit_entries(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM audit_log WHERE action NOT IN ('user.create_admin')")
}

#[test]
fn a_customer_reaches_nothing_here_and_changes_nothing() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    for path in ["/api/admin/users", "/api/admin/transactions", "/api/admin/audit-log"] {
        lan.get(path).refused(403, "forbidden");
        app.guest().get(path).refused(401, "unauthenticated");
    }
    adjust(&lan, lan.id, 1_000_000, "a gift").refused(403, "forbidden");
    adjust(&lan, "x", 1, "").refused(403, "forbidden");
    ban(&lan, mai.id, json!({ "banned": true })).refused(403, "forbidden");
    let anonymous = json!({ "amount": 1, "reason": "x" });
    app.guest().put("/api/admin/users/1/balance", anonymous).refused(401, "unauthenticated");
    app.guest().put("/api/admin/users/1/ban", json!({ "banned": true })).refused(401, "unauthenticated");
    assert_eq!(app.number("SELECT count(*) FROM transfers"), 0);
    assert_eq!(audit_entries(&app), 0);
}

#[test]
fn an_adjustment_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000));
    adjust(&boss, lan.id, 0, "nothing").refused_fields(&["amount"]);
    adjust(&boss, lan.id, 5, " \t ").refused_fields(&["reason"]);
    adjust(&boss, lan.id, 5, &"x".repeat(501)).refused_fields(&["reason"]);
    adjust(&boss, lan.id, 0, "").refused_fields(&["amount", "reason"]);
    adjust(&boss, lan.id, i64::MAX, "a slip").refused_fields(&["amount"]);
    adjust(&boss, lan.id, -1_001, "too much").refused(402, "insufficient_balance");
    adjust(&boss, lan.id, i64::MIN, "far too much").refused(402, "insufficient_balance");
    adjust(&boss, 4_711, 5, "nobody").refused(404, "not_found");
    adjust(&boss, -1, 5, "the bank").refused(404, "not_found");
    adjust(&boss, "99999999999999999999", 5, "nobody").refused(404, "not_found");
    adjust(&boss, "abc", 5, "nobody").refused(400, "malformed_request");
    let put = |body: Value| boss.put(&format!("/api/admin/users/{}/balance", lan.id), body);
    put(json!({ "amount": 5 })).refused_fields(&["reason"]);
    put(json!({ "reason": "x" })).refused_fields(&["amount"]);
    put(json!({ "amount": "5", "reason": "x" })).refused_fields(&["amount"]);
    put(json!({ "amount": 5.0, "reason": "x" })).refused_fields(&["amount"]);
    put(json!({ "amount": 5, "reason": null })).refused_fields(&["reason"]);
    put(json!({ "amount": 5, "reason": "x", "balance": 9 })).refused_fields(&["balance"]);
    put(json!([])).refused(422, "validation_failed");
    assert_eq!(lan.balance(), 1_000);
    assert_eq!(audit_entries(&app), 1, "the funding of this test only");
}

#[test]
fn an_adjustment_moves_the_balance_and_is_on_record() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    assert_eq!(adjust(&boss, lan.id, 50_000, " bank slip 7 ").expect(200)["balance"], 50_000);
    let user = adjust(&boss, lan.id, -20_000, "a mistake").expect(200);
    assert_eq!(
        (&user["id"], &user["balance"], &user["total_spent"]),
        (&json!(lan.id.get()), &json!(30_000), &json!(0))
    );
    let statement = lan.get("/api/user/transactions").expect(200);
    assert_eq!(statement["items"][0]["amount"], -20_000);
    assert_eq!(statement["items"][1]["description"], "bank slip 7");
    let log = boss.get("/api/admin/audit-log?limit=1").expect(200);
    assert_eq!(
        log["items"][0],
        json!({
            "id": log["items"][0]["id"],
            "actor": "boss",
            "actor_id": boss.id.get(),
            "action": "user.balance",
            "subject": format!("user:{}", lan.id),
            "subject_name": "lan",
            "before": { "balance": 50_000 },
            "after": { "balance": 30_000, "amount": -20_000, "bonus": 0 },
            "reason": "a mistake",
            "address": log["items"][0]["address"],
            "created_at": "2026-11-22T07:39:00Z",
        })
    );
    assert_eq!(app.number("SELECT count(*) FROM transfers WHERE actor_id IS NOT NULL"), 2);
    assert!(log["next_cursor"].is_string());
}

#[test]
fn an_adjustment_is_made_once_per_key() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let body = r#"{"amount":700,"reason":"once"}"#;
    let first = adjust_once(&boss, &lan, "k1", body);
    assert_eq!((first.status, first.header("Idempotent-Replayed")), (200, None));
    app.fund(lan.id, 5);
    let again = adjust_once(&boss, &lan, "k1", r#" { "reason": "once", "amount": 700 } "#);
    assert_eq!((again.status, again.header("Idempotent-Replayed")), (200, Some("true")));
    assert_eq!(again.body, first.body);
    adjust_once(&boss, &lan, "k1", r#"{"amount":701,"reason":"once"}"#)
        .refused(422, "idempotency_key_reused");
    adjust_once(&boss, &lan, "", body).refused(400, "malformed_request");
    assert_eq!(lan.balance(), 705);
    adjust_once(&boss, &lan, "k2", r#"{"amount":-706,"reason":"too much"}"#)
        .refused(402, "insufficient_balance");
    adjust_once(&boss, &lan, "k2", r#"{"amount":-705,"reason":"all"}"#).expect(200);
    assert_eq!(lan.balance(), 0);
}

#[test]
fn a_key_belongs_to_its_admin() {
    let app = TestApp::start();
    let (boss, deputy, lan) = (app.admin("boss"), app.admin("deputy"), app.member("lan"));
    let body = r#"{"amount":700,"reason":"once"}"#;
    adjust_once(&boss, &lan, "k1", body).expect(200);
    adjust_once(&deputy, &lan, "k1", body).expect(200);
    assert_eq!(lan.balance(), 1_400);
}

#[test]
fn debits_at_once_never_overdraw() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000));
    let served = app.serve();
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let bearer = format!("Bearer {}", boss.token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let statuses =
        at_once(20, |_| served.send("PUT", &path, &headers, br#"{"amount":-300,"reason":"race"}"#).status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 402).count(), 17, "{statuses:?}");
    assert_eq!(lan.balance(), 100);
}

#[test]
fn a_ban_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    ban(&boss, boss.id, json!({ "banned": true })).refused(409, "conflict");
    ban(&boss, 4_711, json!({ "banned": true })).refused(404, "not_found");
    ban(&boss, "x", json!({ "banned": true })).refused(400, "malformed_request");
    ban(&boss, lan.id, json!({})).refused_fields(&["banned"]);
    ban(&boss, lan.id, json!({ "banned": "yes" })).refused_fields(&["banned"]);
    ban(&boss, lan.id, json!({ "banned": true, "role": "admin" })).refused_fields(&["role"]);
    ban(&boss, lan.id, json!({ "banned": true, "reason": "x".repeat(501) })).refused_fields(&["reason"]);
    assert_eq!(app.number("SELECT count(*) FROM users WHERE banned"), 0);
    assert_eq!(audit_entries(&app), 0);
    boss.get("/api/auth/me").expect(200);
}

#[test]
fn a_ban_is_on_record_once() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    ban(&boss, lan.id, json!({ "banned": false })).expect(200);
    assert_eq!(audit_entries(&app), 0, "nothing changed");
    for _ in 0..2 {
        let user = ban(&boss, lan.id, json!({ "banned": true, "reason": "chargeback" })).expect(200);
        assert_eq!(user["banned"], true);
    }
    assert_eq!(audit_entries(&app), 1);
    let log = boss.get("/api/admin/audit-log").expect(200);
    let entry = &log["items"][0];
    assert_eq!((&entry["action"], &entry["reason"]), (&json!("user.ban"), &json!("chargeback")));
    assert_eq!(
        (&entry["before"], &entry["after"]),
        (&json!({ "banned": false }), &json!({ "banned": true }))
    );
}

#[test]
fn admins_can_ban_each_other_but_the_first_word_counts() {
    let app = TestApp::start();
    let (boss, deputy) = (app.admin("boss"), app.admin("deputy"));
    ban(&boss, deputy.id, json!({ "banned": true })).expect(200);
    ban(&deputy, boss.id, json!({ "banned": true })).refused(401, "unauthenticated");
}

#[test]
fn of_two_admins_who_ban_each_other_at_once_exactly_one_wins() {
    for round in 0..8 {
        let app = TestApp::start();
        let (boss, deputy) = (app.admin("boss"), app.admin("deputy"));
        let served = app.serve();
        let wish = |by: &Member, whom: &Member| {
            (format!("Bearer {}", by.token()), format!("/api/admin/users/{}/ban", whom.id))
        };
        let wishes = [wish(&boss, &deputy), wish(&deputy, &boss)];
        let statuses = at_once(2, |number| {
            let (bearer, path) = &wishes[number];
            served.send("PUT", path, &[("Authorization", bearer)], br#"{"banned":true}"#).status
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{round}: {statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 1, "{round}: {statuses:?}");
        assert_eq!(app.number("SELECT count(*) FROM users WHERE banned"), 1);
        assert_eq!(audit_entries(&app), 1);
    }
}

/// Every change by an admin passes the same gate, whatever it changes.
#[test]
fn what_an_admin_asked_for_before_a_ban_is_not_done_after_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000));
    let deputy = app.admin("deputy");
    ban(&boss, deputy.id, json!({ "banned": true })).expect(200);
    let late = Actor { id: Some(deputy.id), address: None };
    let done = || app.number("SELECT (SELECT count(*) FROM transfers) + (SELECT count(*) FROM audit_log)");
    let before = done();
    let (by, whom) = (late.clone(), boss.id);
    let refused = app.app.db.write_blocking(move |tx| accounts::ban(tx, &by, whom, None).map(drop));
    assert!(matches!(refused, Err(AccountError::Fault(Fault::Denied(_)))), "{refused:?}");
    let (by, whom) = (late.clone(), lan.id);
    let much = Adjustment::check(Vnd::new(500), "a gift").unwrap();
    let refused =
        app.app.db.write_blocking(move |tx| accounts::adjust_balance(tx, &by, whom, &much).map(drop));
    assert!(matches!(refused, Err(AccountError::Fault(Fault::Denied(_)))), "{refused:?}");
    let (by, config) = (late, app.app.clone());
    let patch =
        || Patch { values: vec![(&settings::table::SITE_NAME, Some("Mine".to_owned()))], tiers: None };
    let refused =
        app.app.db.write_blocking(move |tx| settings::change(tx, &config.config, &by, patch()).map(drop));
    assert!(matches!(refused, Err(SettingsError::Fault(Fault::Denied(_)))), "{refused:?}");
    assert_eq!((done(), lan.balance()), (before, 1_000));
    assert_eq!(app.guest().get("/api/site").expect(200)["site_name"], "SMM Panel");
}

#[test]
fn the_last_admin_who_can_log_in_stays() {
    let app = TestApp::start();
    let (boss, deputy) = (app.admin("boss"), app.admin("deputy"));
    ban(&boss, deputy.id, json!({ "banned": true })).expect(200);
    let whom = boss.id;
    let by_the_console = move |tx: &Tx| accounts::ban(tx, &Actor::CONSOLE, whom, None).map(drop);
    let refused = app.app.db.write_blocking(by_the_console);
    assert!(matches!(refused, Err(AccountError::LastAdmin)), "{refused:?}");
    ban(&boss, deputy.id, json!({ "banned": false })).expect(200);
    app.app.db.write_blocking(by_the_console).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM users WHERE banned"), 1);
}

#[test]
fn one_user_is_shown_as_in_the_list() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let listed = boss.get("/api/admin/users?search=lan").expect(200)["items"][0].clone();
    assert_eq!(boss.get(&format!("/api/admin/users/{}", lan.id)).expect(200), listed);
    boss.get("/api/admin/users/999").refused(404, "not_found");
    boss.get("/api/admin/users/lan").refused(400, "malformed_request");
}

#[test]
fn users_are_listed_newest_first_page_by_page() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (name, balance) in [("anh", 70_000), ("binh", 50_000)] {
        app.fund(app.member(name).id, balance);
    }
    app.member("chi");
    let first = boss.get("/api/admin/users?limit=3").expect(200);
    assert_eq!(names(&first), ["chi", "binh", "anh"]);
    assert_eq!([1, 2].map(|at: usize| &first["items"][at]["balance"]), [50_000, 70_000]);
    let cursor = first["next_cursor"].as_str().unwrap();
    app.member("dung");
    let last = boss.get(&format!("/api/admin/users?limit=3&cursor={cursor}")).expect(200);
    assert_eq!((names(&last), &last["next_cursor"]), (vec!["boss"], &Value::Null));
    let user = &first["items"][0];
    assert_eq!(
        (&user["balance"], &user["total_spent"], &user["banned"]),
        (&json!(0), &json!(0), &json!(false))
    );
    assert_eq!(user["tier"]["level"], 1);
    for (query, field) in
        [("limit=0", "limit"), ("limit=101", "limit"), ("limit=", "limit"), ("cursor=1", "cursor")]
    {
        boss.get(&format!("/api/admin/users?{query}")).refused_fields(&[field]);
    }
}

#[test]
fn users_are_found_by_part_of_name_or_address() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for name in ["lan.anh", "minh", "thanh", "l_1"] {
        app.member(name);
    }
    let found = |search: &str| {
        let page = boss.get(&format!("/api/admin/users?search={search}")).expect(200);
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("anh"), ["thanh", "lan.anh"]);
    assert_eq!(found("ANH"), ["thanh", "lan.anh"]);
    assert_eq!(found("inh%40exam"), ["minh"]);
    assert_eq!(found("l"), ["l_1", "lan.anh"]);
    assert_eq!(found("%20minh%20"), ["minh"]);
    assert_eq!(found("").len(), 5);
    for odd in [
        "%22",
        "%22%22%22",
        "abc%00",
        "%00",
        "*",
        "anh*",
        "NEAR(a%20b)",
        "l%25",
        "%C4%83n",
        "%FF%FE%FD",
        "a%20OR%20b",
    ] {
        assert!(found(odd).is_empty(), "{odd}");
    }
    assert!(found(&"example".repeat(1000)).is_empty());
    let page = boss.get("/api/admin/users?search=example&limit=2").expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = boss.get(&format!("/api/admin/users?search=example&limit=2&cursor={cursor}")).expect(200);
    assert_eq!((names(&page), names(&next)), (vec!["l_1", "thanh"], vec!["minh", "lan.anh"]));
}

#[test]
fn the_whole_ledger_names_whose_money_moved() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (lan, mai) = (app.member("lan").funded(100), app.member("mai").funded(200));
    let page = boss.get("/api/admin/transactions").expect(200);
    let owners: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["username"].as_str().unwrap(),
                item["user_id"].as_i64().unwrap(),
                item["amount"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(owners, [("mai", mai.id.get(), 200), ("lan", lan.id.get(), 100)]);
    let only = boss.get(&format!("/api/admin/transactions?user_id={}", lan.id)).expect(200);
    assert_eq!(only["items"].as_array().unwrap().len(), 1);
    for (query, field) in
        [("user_id=x", "user_id"), ("type=gift", "type"), ("from=1", "from"), ("limit=-1", "limit")]
    {
        boss.get(&format!("/api/admin/transactions?{query}")).refused_fields(&[field]);
    }
}
