//! Money on the bank account that is no customer's: set aside with a reason, and brought back.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, newest, notify, unmatched};
use crate::support::member::Member;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::deposits;
use smm_panel::kernel::ids::BankTxId;

fn ignore(by: &Member, transaction: &Value, body: Value) -> Answer {
    by.post(&format!("/api/admin/bank-transactions/{}/ignore", transaction["id"]), body)
}

fn unignore(by: &Member, transaction: &Value) -> Answer {
    by.post(&format!("/api/admin/bank-transactions/{}/unignore", transaction["id"]), json!({}))
}

fn private(app: &TestApp, boss: &Member, sepay_id: i64) -> Value {
    unmatched(app, boss, &Notice::new(sepay_id, 50_000, "tien nha thang 11"), "no_known_code")
}

fn listed(boss: &Member, status: &str) -> Vec<Value> {
    let page = boss.get(&format!("/api/admin/bank-transactions?status={status}")).expect(200);
    page["items"].as_array().unwrap().iter().map(|item| item["sepay_id"].clone()).collect()
}

#[test]
fn customers_set_nothing_aside() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let row = private(&app, &boss, 1);
    ignore(&lan, &row, json!({ "reason": "mine" })).refused(403, "forbidden");
    unignore(&lan, &row).refused(403, "forbidden");
    app.guest().post("/api/admin/bank-transactions/1/ignore", json!({})).refused(401, "unauthenticated");
    assert_eq!(newest(&boss)["status"], "unmatched");
}

#[test]
fn private_money_is_set_aside_and_brought_back() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let row = private(&app, &boss, 1);
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 1);

    let aside = ignore(&boss, &row, json!({ "reason": " rent of the flat " })).expect(200);
    assert_eq!((&aside["status"], &aside["ignored_reason"]), (&json!("ignored"), &json!("rent of the flat")));
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 0);
    assert_eq!((listed(&boss, "unmatched"), listed(&boss, "ignored")), (vec![], vec![json!(1)]));
    let proof = app.audit();
    assert_eq!((proof.differences, proof.suspense), (vec![], 50_000), "it stays in suspense");

    boss.assign(&row, json!({ "user_id": lan.id.get() })).refused(409, "conflict");
    ignore(&boss, &row, json!({ "reason": "again" })).refused(409, "conflict");
    // The bank tells it once more.
    notify(&app, &Notice::new(1, 50_000, "tien nha thang 11")).expect(200);
    assert_eq!(newest(&boss)["ignored_reason"], "rent of the flat");

    let back = unignore(&boss, &row).expect(200);
    assert_eq!((&back["status"], &back["ignored_reason"]), (&json!("unmatched"), &Value::Null));
    unignore(&boss, &row).refused(409, "conflict");
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 1);
    boss.assign(&row, json!({ "user_id": lan.id.get() })).expect(200);
    for refused in [ignore(&boss, &row, json!({ "reason": "late" })), unignore(&boss, &row)] {
        refused.refused(409, "conflict");
    }
    assert_eq!((lan.balance(), app.audit().suspense), (50_000, 0));
}

#[test]
fn both_are_in_the_audit_log() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let row = private(&app, &boss, 1);
    ignore(&boss, &row, json!({ "reason": "rent" })).expect(200);
    unignore(&boss, &row).expect(200);
    let log = boss.get("/api/admin/audit-log?subject=bank_transaction:1").expect(200);
    let [back, aside] = log["items"].as_array().unwrap().as_slice() else { panic!("{log}") };
    assert_eq!((&aside["action"], &aside["actor"]), (&json!("bank_transaction.ignore"), &json!("boss")));
    assert_eq!(
        (&aside["before"]["status"], &aside["after"]["status"]),
        (&json!("unmatched"), &json!("ignored"))
    );
    assert_eq!((&aside["reason"], &aside["after"]["amount"]), (&json!("rent"), &json!(50_000)));
    assert_eq!(
        (&back["action"], &back["after"]["status"]),
        (&json!("bank_transaction.unignore"), &json!("unmatched"))
    );
}

#[test]
fn only_unmatched_money_is_set_aside_and_only_that_comes_back() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    notify(&app, &Notice::new(1, 50_000, "luong").set("transferType", json!("out"))).expect(200);
    let outgoing = newest(&boss);
    assert_eq!((&outgoing["status"], &outgoing["ignored_reason"]), (&json!("ignored"), &Value::Null));
    ignore(&boss, &outgoing, json!({ "reason": "wages" })).refused(409, "conflict");
    unignore(&boss, &outgoing).refused(409, "conflict");

    let row = private(&app, &boss, 2);
    ignore(&boss, &row, json!({})).refused_fields(&["reason"]);
    for reason in ["", "   ", &"x".repeat(1001)] {
        ignore(&boss, &row, json!({ "reason": reason })).refused_fields(&["reason"]);
    }
    ignore(&boss, &row, json!({ "reason": "rent", "user_id": 1 })).refused_fields(&["user_id"]);
    ignore(&boss, &json!({ "id": 99 }), json!({ "reason": "rent" })).refused(404, "not_found");
    unignore(&boss, &json!({ "id": 99 })).refused(404, "not_found");
    assert_eq!(newest(&boss)["status"], "unmatched");
}

#[test]
fn the_deposit_that_a_memo_names_is_still_suggested_afterwards() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    boss.put(&format!("/api/admin/deposits/{}/reject", deposit.id), json!({ "note": "no" })).expect(200);
    let row = unmatched(&app, &boss, &Notice::new(1, 50_000, &deposit.code), "rejected");
    let aside = ignore(&boss, &row, json!({ "reason": "sent back" })).expect(200);
    assert_eq!((&aside["suggested_deposit_id"], &aside["deposit_id"]), (&json!(deposit.id), &Value::Null));
    assert_eq!(unignore(&boss, &row).expect(200)["suggested_deposit_id"], deposit.id);
}

#[test]
fn of_two_admins_who_decide_at_once_one_wins() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let db = &app.app.db;
    let mut given = 0;
    for sepay_id in 1..=12 {
        let row = private(&app, &boss, sepay_id);
        let id = BankTxId::new(row["id"].as_i64().unwrap());
        let (assigned, ignored) = std::thread::scope(|scope| {
            let ignoring = scope.spawn(move || {
                db.write_blocking(move |tx| deposits::set_aside(tx, &Actor::CONSOLE, id, "rent")).is_ok()
            });
            let assigned = boss.assign(&row, json!({ "user_id": lan.id.get() }));
            (assigned, ignoring.join().unwrap())
        });
        if ignored {
            assigned.refused(409, "conflict");
        } else {
            assigned.expect(200);
            given += 50_000;
        }
    }
    assert_eq!((lan.balance(), app.audit().suspense), (given, 12 * 50_000 - given));
}
