//! What of a bonus is taken back, and what is own money.

use super::*;

/// A customer who paid 100,000 in and was given 10,000.
fn given<'a>(app: &'a TestApp, boss: &Member) -> Member<'a> {
    set_bonus(boss, json!([{ "from": 0, "percent": 10 }]));
    let lan = app.member("lan");
    paid(app, 1, 100_000, &lan.deposit(100_000));
    assert_eq!(lan.balance(), 110_000);
    lan
}

fn pay_out(boss: &Member, of: &Member, amount: i64) {
    let path = format!("/api/admin/users/{}/balance", of.id);
    boss.put(&path, json!({ "amount": -amount, "reason": "paid out" })).expect(200);
}

#[test]
fn a_payout_takes_what_is_unspent_of_it_first() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = given(&app, &boss);
    let unspent = || {
        let seen = boss.get(&format!("/api/admin/users/{}/overview", lan.id)).expect(200);
        seen["money"]["bonus_unspent"].as_i64().unwrap()
    };
    assert_eq!(unspent(), 10_000);
    pay_out(&boss, &lan, 4_000);
    assert_eq!(unspent(), 6_000);
    pay_out(&boss, &lan, 50_000);
    let expected = [
        ("deposit", 100_000),
        ("bonus", 10_000),
        ("bonus", -4_000),
        ("bonus", -6_000),
        ("adjustment", -44_000),
    ];
    assert_eq!(moved(&lan), lines(&expected));
    pay_out(&boss, &lan, 56_000);
    assert_eq!((moved(&lan).last().unwrap().clone(), lan.balance()), (("adjustment".to_owned(), -56_000), 0));
}

#[test]
fn own_money_is_spent_first_and_refunds_bring_it_back() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = given(&app, &boss);
    let service = app.service(by_hand);
    let order = lan.buys(service, 8_750); // 105,000: of the bonus 5,000 are left
    pay_out(&boss, &lan, 1_000);
    assert_eq!(moved(&lan).last().unwrap(), &("bonus".to_owned(), -1_000));
    boss.put(&format!("/api/admin/orders/{order}/status"), json!({ "status": "canceled" })).expect(200);
    pay_out(&boss, &lan, 100_000);
    let last: Vec<_> = moved(&lan).into_iter().rev().take(2).collect();
    assert_eq!(last, lines(&[("adjustment", -91_000), ("bonus", -9_000)]));
    assert_eq!(lan.balance(), 9_000);
}

#[test]
fn what_is_spent_is_spent() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = given(&app, &boss);
    let service = app.service(by_hand);
    lan.buys(service, 9_000); // 108,000
    set_bonus(&boss, json!([]));
    paid(&app, 2, 50_000, &lan.deposit(50_000));
    lan.buys(service, 1_000);
    pay_out(&boss, &lan, 40_000);
    assert_eq!(moved(&lan).last().unwrap(), &("adjustment".to_owned(), -40_000));
}

#[test]
fn own_money_paid_in_after_a_part_was_taken_back_stays_own() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = given(&app, &boss);
    set_bonus(&boss, json!([]));
    pay_out(&boss, &lan, 5_000);
    lan.buys(app.service(by_hand), 8_750); // 105,000: all there is
    paid(&app, 2, 20_000, &lan.deposit(20_000));
    pay_out(&boss, &lan, 20_000);
    assert_eq!(moved(&lan).last().unwrap(), &("adjustment".to_owned(), -20_000));
}

#[test]
fn commission_that_was_taken_back_was_own_money() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let service = app.service(by_hand);
    boss.put("/api/admin/settings", json!({ "commission_percent": 50 })).expect(200);
    let lan = given(&app, &boss);
    let mai = app.referred("mai", Some(&lan));
    set_bonus(&boss, json!([]));
    app.fund(mai.id, 96_000);
    let order = mai.buys(service, 8_000); // 96,000, of which lan gets 48,000
    let path = format!("/api/admin/orders/{order}/status");
    boss.put(&path, json!({ "status": "completed" })).expect(200);
    // Given once more, behind the commission.
    set_bonus(&boss, json!([{ "from": 0, "percent": 10 }]));
    paid(&app, 3, 20_000, &lan.deposit(20_000));
    set_bonus(&boss, json!([]));
    assert_eq!(lan.balance(), 110_000 + 48_000 + 22_000);
    boss.put(&path, json!({ "status": "canceled" })).expect(200);
    assert_eq!(lan.balance(), 132_000);
    lan.buys(service, 11_000); // all there is
    paid(&app, 4, 20_000, &lan.deposit(20_000));
    pay_out(&boss, &lan, 20_000);
    assert_eq!(moved(&lan).last().unwrap(), &("adjustment".to_owned(), -20_000));
}

#[test]
fn more_than_there_is_cannot_be_paid_out() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = given(&app, &boss);
    let path = format!("/api/admin/users/{}/balance", lan.id);
    let asked = json!({ "amount": -110_001, "reason": "paid out" });
    boss.put(&path, asked).refused(402, "insufficient_balance");
    assert_eq!(lan.balance(), 110_000);
}
