//! Deposits settled by hand, and money without an owner.

use crate::support::app::TestApp;
use crate::support::bank::{Asked, Notice, newest, notify, unmatched};
use crate::support::member::Member;
use crate::support::wire::Answer;
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 60 * 60;

fn approve(admin: &Member, deposit: &Asked, body: Value) -> Answer {
    admin.put(&format!("/api/admin/deposits/{}/approve", deposit.id), body)
}

fn reject(admin: &Member, deposit: &Asked) -> Answer {
    admin.put(&format!("/api/admin/deposits/{}/reject", deposit.id), json!({ "note": "no such transfer" }))
}

#[test]
fn customers_have_no_say() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let deposit = lan.deposit(50_000);
    notify(&app, &Notice::new(1, 50_000, "")).expect(200);
    let row = json!({ "id": 1 });
    approve(&lan, &deposit, json!({})).refused(403, "forbidden");
    reject(&lan, &deposit).refused(403, "forbidden");
    lan.assign(&row, json!({ "user_id": lan.id.get() })).refused(403, "forbidden");
    lan.get("/api/admin/deposits").refused(403, "forbidden");
    lan.get("/api/admin/bank-transactions").refused(403, "forbidden");
    app.guest().get("/api/admin/deposits").refused(401, "unauthenticated");
    assert_eq!(lan.balance(), 0);
}

#[test]
fn approval_credits_as_requested_or_as_said() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let (plain, other, expired) = (lan.deposit(50_000), lan.deposit(50_000), lan.deposit(10_000));
    let shown = approve(&boss, &plain, json!({})).expect(200);
    assert_eq!((&shown["status"], &shown["credited"]), (&json!("completed"), &json!(50_000)));
    assert_eq!((&shown["settled_by"], &shown["username"]), (&json!("hand"), &json!("lan")));
    let said = approve(&boss, &other, json!({ "amount": 45_000, "note": "fee" })).expect(200);
    assert_eq!(
        (&said["credited"], &said["amount"], &said["note"]),
        (&json!(45_000), &json!(50_000), &json!("fee"))
    );
    app.clock.advance_seconds(DAY_S);
    approve(&boss, &expired, json!({})).expect(200);
    assert_eq!(lan.balance(), 105_000);
    assert_eq!(app.number("SELECT count(*) FROM transfers WHERE actor_id IS NOT NULL"), 3);
}

#[test]
fn an_empty_body_approves() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    let path = format!("/api/admin/deposits/{}/approve", deposit.id);
    boss.send(rocket::http::Method::Put, &path, &[], Some(Vec::new())).expect(200);
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn a_settled_deposit_is_not_settled_again() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let (approved, rejected, paid) = (lan.deposit(10_000), lan.deposit(10_000), lan.deposit(10_000));
    approve(&boss, &approved, json!({})).expect(200);
    assert_eq!(reject(&boss, &rejected).expect(200)["status"], "rejected");
    notify(&app, &Notice::new(1, 10_000, &paid.code)).expect(200);
    for deposit in [&approved, &rejected, &paid] {
        approve(&boss, deposit, json!({})).refused(409, "deposit_settled");
        reject(&boss, deposit).refused(409, "deposit_settled");
    }
    app.clock.advance_seconds(2 * DAY_S);
    assert_eq!(lan.show(rejected.id)["status"], "rejected");
    assert_eq!(lan.balance(), 20_000);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    for amount in [json!(0), json!(-1), json!(i64::MAX), json!("50000"), json!(1.5)] {
        approve(&boss, &deposit, json!({ "amount": amount })).refused_fields(&["amount"]);
    }
    let path = format!("/api/admin/deposits/{}/reject", deposit.id);
    boss.put(&path, json!({})).refused_fields(&["note"]);
    boss.put(&path, json!({ "note": "  " })).refused_fields(&["note"]);
    boss.put(&path, json!({ "note": "x".repeat(1001) })).refused_fields(&["note"]);
    approve(&boss, &deposit, json!({ "note": "x".repeat(1001) })).refused_fields(&["note"]);
    approve(&boss, &deposit, json!({ "status": "completed" })).refused_fields(&["status"]);
    boss.put("/api/admin/deposits/999/approve", json!({})).refused(404, "not_found");
    boss.put("/api/admin/deposits/x/approve", json!({})).refused(400, "malformed_request");
    boss.put("/api/admin/deposits/999/reject", json!({ "note": "x" })).refused(404, "not_found");
    let shown = lan.show(deposit.id);
    assert_eq!((lan.balance(), &shown["status"]), (0, &json!("pending")));
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action LIKE 'deposit.%'"), 0);
}

#[test]
fn a_transfer_after_approval_or_rejection_waits_for_a_look() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let (approved, rejected) = (lan.deposit(50_000), lan.deposit(60_000));
    approve(&boss, &approved, json!({})).expect(200);
    reject(&boss, &rejected).expect(200);
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, &approved.code), "approved_by_hand");
    assert_eq!(row["suggested_deposit_id"], approved.id);
    let row = unmatched(&app, &boss, &Notice::new(2, 60_000, &rejected.code), "rejected");
    assert_eq!(row["suggested_deposit_id"], rejected.id);
    assert_eq!(lan.balance(), 50_000);
    assert_eq!(lan.show(rejected.id)["status"], "rejected");
}

#[test]
fn money_without_an_owner_is_given_to_a_user_once() {
    let app = TestApp::start();
    let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, "tien"), "no_known_code");
    let given = boss.assign(&row, json!({ "user_id": lan.id.get() })).expect(200);
    assert_eq!((&given["status"], &given["username"]), (&json!("credited"), &json!("lan")));
    assert_eq!((&given["user_id"], &given["deposit_id"]), (&json!(lan.id.get()), &Value::Null));
    for user in [&lan, &binh] {
        boss.assign(&row, json!({ "user_id": user.id.get() })).refused(409, "conflict");
    }
    assert_eq!((lan.balance(), binh.balance(), app.audit().suspense), (50_000, 0, 0));
    notify(&app, &Notice::new(1, 50_000, "tien")).expect(200);
    assert_eq!(lan.balance(), 50_000);
    let deposits = "SELECT count(*) FROM transfers WHERE kind = 'deposit' AND actor_id IS NOT NULL";
    assert_eq!(app.number(deposits), 1);
}

#[test]
fn money_seen_twice_is_tied_and_credits_nobody() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    approve(&boss, &deposit, json!({})).expect(200);
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, &deposit.code), "approved_by_hand");
    let tied = boss.assign(&row, json!({ "deposit_id": deposit.id })).expect(200);
    assert_eq!((&tied["status"], &tied["deposit_id"]), (&json!("credited"), &json!(deposit.id)));
    assert_eq!((&tied["user_id"], &tied["suggested_deposit_id"]), (&Value::Null, &Value::Null));
    assert_eq!((lan.balance(), app.audit().suspense), (50_000, 0));
    boss.assign(&row, json!({ "deposit_id": deposit.id })).refused(409, "conflict");
    boss.assign(&row, json!({ "user_id": lan.id.get() })).refused(409, "conflict");
    assert_eq!(lan.balance(), 50_000);
    assert_eq!(lan.show(deposit.id)["credited"], 50_000);
}

#[test]
fn a_second_payment_cannot_be_tied_away() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    approve(&boss, &deposit, json!({})).expect(200);
    let tie = |id, amount| {
        let row = unmatched(&app, &boss, &Notice::new(id, amount, &deposit.code), "approved_by_hand");
        (boss.assign(&row, json!({ "deposit_id": deposit.id })), row)
    };
    tie(1, 20_000).0.expect(200);
    tie(2, 30_000).0.expect(200);
    let (refused, row) = tie(3, 50_000);
    refused.refused(409, "conflict");
    boss.assign(&row, json!({ "user_id": lan.id.get() })).expect(200);
    assert_eq!((lan.balance(), app.audit().suspense), (100_000, 0));
}

#[test]
fn only_a_deposit_approved_by_hand_can_be_tied_to() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let (pending, rejected, paid) = (lan.deposit(50_000), lan.deposit(50_000), lan.deposit(50_000));
    reject(&boss, &rejected).expect(200);
    notify(&app, &Notice::new(1, 50_000, &paid.code)).expect(200);
    let row = unmatched(&app, &boss, &Notice::new(2, 50_000, ""), "no_known_code");
    for deposit in [&pending, &rejected, &paid] {
        boss.assign(&row, json!({ "deposit_id": deposit.id })).refused(409, "conflict");
    }
    app.clock.advance_seconds(DAY_S);
    boss.assign(&row, json!({ "deposit_id": pending.id })).refused(409, "conflict");
    assert_eq!((lan.balance(), app.audit().suspense), (50_000, 50_000));
}

#[test]
fn an_assignment_names_exactly_one_owner_that_exists() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, ""), "no_known_code");
    let both = json!({ "user_id": lan.id.get(), "deposit_id": 1 });
    for body in [json!({}), both] {
        boss.assign(&row, body).refused_fields(&["user_id", "deposit_id"]);
    }
    for user in [json!(999), json!(0), json!(-1), json!(-5), json!("1")] {
        boss.assign(&row, json!({ "user_id": user })).refused_fields(&["user_id"]);
    }
    boss.assign(&row, json!({ "deposit_id": 999 })).refused_fields(&["deposit_id"]);
    boss.assign(&json!({ "id": 999 }), json!({ "user_id": lan.id.get() })).refused(404, "not_found");
    let path = "/api/admin/bank-transactions/x/assign";
    boss.post(path, json!({ "user_id": lan.id.get() })).refused(400, "malformed_request");
    assert_eq!((lan.balance(), newest(&boss)["status"].as_str()), (0, Some("unmatched")));
}

#[test]
fn every_decision_is_in_the_audit_log() {
    let app = TestApp::with(&[]);
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let (approved, rejected) = (lan.deposit(50_000), lan.deposit(60_000));
    approve(&boss, &approved, json!({ "note": "seen in the app" })).expect(200);
    reject(&boss, &rejected).expect(200);
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, ""), "no_known_code");
    boss.assign(&row, json!({ "user_id": lan.id.get() })).expect(200);
    let found = |action: &str, subject: String, after: &str| {
        app.number(&format!(
            "SELECT count(*) FROM audit_log WHERE action = '{action}' AND subject = '{subject}'
             AND actor_id = {} AND before IS NOT NULL AND after LIKE '%{after}%'",
            boss.id
        ))
    };
    assert_eq!(found("deposit.approve", format!("deposit:{}", approved.id), "50000"), 1);
    assert_eq!(found("deposit.reject", format!("deposit:{}", rejected.id), "rejected"), 1);
    assert_eq!(found("bank_transaction.assign", format!("bank_transaction:{}", row["id"]), "credited"), 1);
}

#[test]
fn admins_list_everybodys_deposits_and_the_banks_transactions() {
    let app = TestApp::start();
    let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
    let (first, second, third) = (lan.deposit(10_000), binh.deposit(20_000), lan.deposit(30_000));
    notify(&app, &Notice::new(1, 20_000, &second.code)).expect(200);
    notify(&app, &Notice::new(2, 5_000, "")).expect(200);
    notify(&app, &Notice::new(3, 5_000, "").set("transferType", json!("out"))).expect(200);
    let column = |path: &str, name: &str| -> Vec<Value> {
        let page = boss.get(path).expect(200);
        page["items"].as_array().unwrap().iter().map(|item| item[name].clone()).collect()
    };
    let deposits = |query: &str| column(&format!("/api/admin/deposits{query}"), "id");
    assert_eq!(deposits(""), [third.id, second.id, first.id]);
    assert_eq!(deposits("?status=pending"), [third.id, first.id]);
    assert_eq!(deposits("?status=completed"), [second.id]);
    assert_eq!(deposits("?status=pending&limit=1"), [third.id]);
    assert!(deposits("?status=expired").is_empty());
    assert_eq!(column("/api/admin/deposits", "username"), ["lan", "binh", "lan"]);
    let transactions = |query: &str| column(&format!("/api/admin/bank-transactions{query}"), "sepay_id");
    assert_eq!(transactions(""), [3, 2, 1]);
    assert_eq!(transactions("?status=credited"), [1]);
    assert_eq!(transactions("?status=unmatched"), [2]);
    assert_eq!(transactions("?status=ignored"), [3]);
    boss.get("/api/admin/bank-transactions?status=tied").refused_fields(&["status"]);
    boss.get("/api/admin/deposits?status=open").refused_fields(&["status"]);
}
