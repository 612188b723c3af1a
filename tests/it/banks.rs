//! Several accounts to pay to: which a customer may choose, and that money at any of ours finds its owner.

use crate::support::app::{ACCOUNT_NUMBER, TestApp};
use crate::support::bank::{Notice, newest, notify, unmatched};
use crate::support::fake_sepay::{FakeSepay, listed, round};
use serde_json::{Value, json};

const SETTINGS: &str = "/api/admin/settings";
const BANKS: &str = "/api/payment/banks";

fn bank(number: &str, active: bool) -> Value {
    json!({ "bin": "970436", "name": "VCB", "account_number": number, "account_name": "SHOP", "active": active })
}

#[test]
fn an_admin_sets_them_and_the_main_one_stays_what_it_was() {
    let app = TestApp::start();
    let (boss, tam, lan) = (app.admin("boss"), app.support("tam"), app.member("lan"));
    let change = json!({ "banks": [bank("111", true)] });
    app.guest().get(BANKS).refused(401, "unauthenticated");
    for nobody in [&lan, &tam] {
        nobody.put(SETTINGS, change.clone()).refused(403, "forbidden");
    }
    for (wrong, field) in [
        (json!([bank("1-1", true)]), "banks[0].account_number"),
        (json!([bank("111", true), bank("1 1 1", false)]), "banks[1].account_number"),
        (json!(vec![bank("1", true); 21]), "banks"),
    ] {
        boss.put(SETTINGS, json!({ "banks": wrong })).refused_fields(&[field]);
    }
    let before = boss.get(SETTINGS).expect(200);
    assert_eq!(before["banks"], json!([]));
    let after = boss.put(SETTINGS, change).expect(200);
    assert_eq!((&after["bank"], &after["banks"]), (&before["bank"], &json!([bank("111", true)])));
    let log = boss.get("/api/admin/audit-log?limit=1").expect(200)["items"][0].clone();
    assert_eq!(
        (&log["before"], &log["after"]),
        (&json!({ "banks": [] }), &json!({ "banks": [bank("111", true)] }))
    );
}

#[test]
fn a_customer_chooses_among_those_in_use() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    // The main one once more is no further one.
    let banks = json!([bank("111", true), bank("222", false), bank(ACCOUNT_NUMBER, true)]);
    boss.put(SETTINGS, json!({ "banks": banks })).expect(200);
    let shown = lan.get(BANKS).expect(200)["items"].clone();
    let numbers: Vec<&Value> = shown.as_array().unwrap().iter().map(|bank| &bank["account_number"]).collect();
    assert_eq!(numbers, [ACCOUNT_NUMBER, "111"]);
    assert!(!shown.to_string().contains("active"));
    let ask = |account: Value| {
        lan.post("/api/payment/deposit", json!({ "amount": 50_000, "account_number": account }))
    };
    for refused in ["222", "333", ""] {
        ask(json!(refused)).refused_fields(&["account_number"]);
    }
    assert_eq!(ask(Value::Null).expect(201)["bank"]["account_number"], ACCOUNT_NUMBER);
    let other = ask(json!("111")).expect(201);
    assert_eq!((&other["bank"]["account_number"], &other["bank"]["bin"]), (&json!("111"), &json!("970436")));
    assert!(other["qr_payload"].as_str().unwrap().contains("970436"));
}

#[test]
fn money_at_any_account_of_ours_is_credited_and_at_a_foreign_one_it_waits() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    boss.put(SETTINGS, json!({ "banks": [bank("111", true), bank("222", false)] })).expect(200);
    let to = |id: i64, account: &str, code: &str| {
        Notice::new(id, 50_000, code).set("accountNumber", json!(account))
    };
    let asked = lan.deposit(50_000);
    unmatched_to(&app, &boss, &to(1, "999", &asked.code));
    assert_eq!(lan.balance(), 0);
    for (number, account) in [(2, "111"), (3, "222"), (4, ACCOUNT_NUMBER)] {
        notify(&app, &to(number, account, &asked.code)).expect(200);
        assert_eq!(newest(&boss)["status"], "credited", "{account}");
        assert_eq!(lan.balance(), 50_000 * (number - 1));
    }
    notify(&app, &to(4, ACCOUNT_NUMBER, &asked.code)).expect(200);
    assert_eq!(lan.balance(), 150_000, "once");
    // Taken out, it is ours for the deposits that were made with it, and a foreign one for others.
    let other =
        lan.post("/api/payment/deposit", json!({ "amount": 50_000, "account_number": "111" })).expect(201);
    boss.put(SETTINGS, json!({ "banks": [] })).expect(200);
    notify(&app, &to(5, "111", other["code"].as_str().unwrap())).expect(200);
    assert_eq!(lan.balance(), 200_000);
    unmatched_to(&app, &boss, &to(6, "111", &asked.code));
    // Without a code nobody knows whose it is, wherever it arrived.
    unmatched(&app, &boss, &to(7, ACCOUNT_NUMBER, "hello"), "no_known_code");
}

/// Named, but at an account that is not ours.
#[track_caller]
fn unmatched_to(app: &TestApp, boss: &crate::support::member::Member, notice: &Notice) {
    notify(app, notice).expect(200);
    let row = newest(boss);
    assert_eq!((&row["status"], &row["reason"]), (&json!("unmatched"), &json!("other_account")));
}

#[test]
fn the_list_of_the_bank_is_read_for_all_of_them() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    boss.put(SETTINGS, json!({ "banks": [bank("111", true), bank("222", false)] })).expect(200);
    let asked = lan.deposit(50_000);
    for (id, account) in [(1, "111"), (2, "222"), (3, "999")] {
        let mut row = listed(id, "50000.00", &asked.code);
        row["account_number"] = json!(account);
        sepay.sees(row);
    }
    round(&app).unwrap();
    assert_eq!(lan.balance(), 100_000);
    assert_eq!(app.number("SELECT count(*) FROM bank_transactions WHERE reason = 'other_account'"), 1);
}
