//! What referrers earn on orders, and what later refunds take back.

use crate::support::app::TestApp;
use crate::support::shop::{by_hand, partial, report};
use serde_json::{Value, json};
use smm_panel::kernel::money::Rate;
use smm_panel::provider::ReportedStatus;

fn transfers(app: &TestApp, kind: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM transfers WHERE kind = '{kind}'"))
}

#[test]
fn nothing_is_earned_before_the_end_or_without_a_referrer() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let alone = app.member("alone").funded(100_000);
    let service = app.service(|_| ());
    let (canceled, open, other) =
        (mai.bought(service, 1000), mai.bought(service, 1000), alone.bought(service, 1000));
    app.reported(open, report(ReportedStatus::InProgress)).unwrap();
    app.reported(canceled, report(ReportedStatus::Canceled)).unwrap();
    app.reported(other, report(ReportedStatus::Completed)).unwrap();
    assert_eq!((lan.balance(), transfers(&app, "commission")), (0, 0));
}

#[test]
fn a_share_of_what_was_finally_paid_is_earned_once() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let service = app.service(|_| ());
    let (whole, part) = (mai.bought(service, 1000), mai.bought(service, 999));
    app.reported(whole, report(ReportedStatus::Completed)).unwrap();
    assert_eq!(lan.balance(), 600);
    app.reported(part, partial(333)).unwrap();
    // 11,988 less ⌊11,988 × 333 / 999⌋ is 7,992, of which 5 % is 399.6.
    assert_eq!(lan.balance(), 600 + 399);
    for id in [whole, part] {
        app.reported(id, report(ReportedStatus::Canceled));
        app.reported(id, report(ReportedStatus::Completed));
    }
    assert_eq!((lan.balance(), lan.spent(), transfers(&app, "commission")), (999, 0, 2));
    let page = lan.get("/api/user/referrals").expect(200);
    assert_eq!((&page["total_commission"], &page["items"][0]["commission"]), (&json!(999), &json!(999)));
}

#[test]
fn a_share_that_rounds_to_nothing_moves_no_money() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let id = mai.bought(app.service(|offer| offer.rate = Rate::parse("1").unwrap()), 1000);
    app.reported(id, report(ReportedStatus::Completed)).unwrap();
    assert_eq!((transfers(&app, "commission"), app.number("SELECT sum(paid) FROM commissions")), (0, 0));
    let page = lan.get("/api/user/referrals").expect(200);
    assert_eq!((&page["total_commission"], &page["items"][0]["commission"]), (&json!(0), &json!(0)));
}

#[test]
fn a_later_refund_takes_the_share_back() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let id = mai.bought(app.service(|_| ()), 1000);
    app.reported(id, partial(500)).unwrap();
    assert_eq!(lan.balance(), 300);
    boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!((lan.balance(), mai.balance()), (0, 100_000));
    assert_eq!(transfers(&app, "commission_reversal"), 1);
    assert_eq!(lan.get("/api/user/referrals").expect(200)["total_commission"], 0);
}

#[test]
fn what_the_referrer_has_spent_is_the_houses_loss() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let service = app.service(by_hand);
    let cancel = |id: i64| {
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200)
    };
    let complete = |id: i64| {
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "completed" })).expect(200)
    };
    let (first, second) = (mai.buys(service, 1000), mai.buys(service, 1000));
    complete(first);
    complete(second);
    assert_eq!(lan.balance(), 1_200);
    lan.buys(service, 75);
    assert_eq!(lan.balance(), 300);
    cancel(first);
    assert_eq!((lan.balance(), mai.balance()), (0, 88_000));
    cancel(second);
    assert_eq!((lan.balance(), mai.balance()), (0, 100_000));
    assert_eq!(transfers(&app, "commission_reversal"), 1);
    let sums = "SELECT sum(paid) * 10000 + sum(target) FROM commissions";
    assert_eq!(app.number(sums), 900 * 10_000);
}

#[test]
fn the_percent_of_the_first_settlement_stays_with_the_order() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let service = app.service(by_hand);
    let percent = |percent: i64| {
        app.write(move |tx| {
            let sql = "INSERT INTO settings (name, value) VALUES ('commission_percent', ?1)
                ON CONFLICT DO UPDATE SET value = excluded.value";
            tx.execute(sql, [percent.to_string()]).unwrap()
        })
    };
    let set = |id: i64, status: &str| {
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": status, "remains": 500 }))
            .expect(200)
    };
    let (first, second, third) = (mai.buys(service, 1000), mai.buys(service, 1000), mai.buys(service, 1000));
    set(first, "partial");
    percent(10);
    set(second, "partial");
    assert_eq!(lan.balance(), 300 + 600);
    set(first, "canceled");
    assert_eq!(lan.balance(), 600);
    percent(0);
    set(third, "completed");
    assert_eq!(lan.balance(), 600);
}

#[test]
fn a_banned_referrer_earns_nothing_and_it_is_not_made_up_for() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let service = app.service(by_hand);
    let ban = |banned: bool| {
        boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": banned })).expect(200)
    };
    let set = |id: i64, status: &str| {
        let wish = json!({ "status": status, "remains": (status == "partial").then_some(500) });
        boss.put(&format!("/api/admin/orders/{id}/status"), wish).expect(200)
    };
    let (before, during, after) = (mai.buys(service, 1000), mai.buys(service, 1000), mai.buys(service, 1000));
    set(before, "completed");
    ban(true);
    set(during, "partial");
    assert_eq!(lan.balance(), 600, "what was earned before stays");
    ban(false);
    set(during, "canceled");
    assert_eq!((lan.balance(), transfers(&app, "commission")), (600, 1));
    set(after, "completed");
    assert_eq!((lan.balance(), transfers(&app, "commission_reversal")), (1_200, 0));
}

#[test]
fn an_operator_may_pay_banned_referrers() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let service = app.service(|_| ());
    assert_eq!(boss.get("/api/admin/settings").expect(200)["pay_banned_referrers"], false);
    boss.put("/api/admin/settings", json!({ "pay_banned_referrers": 1 }))
        .refused_fields(&["pay_banned_referrers"]);
    let now = boss.put("/api/admin/settings", json!({ "pay_banned_referrers": true })).expect(200);
    assert_eq!(now["pay_banned_referrers"], true);
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    app.reported(mai.bought(service, 1000), report(ReportedStatus::Completed)).unwrap();
    assert_eq!(lan.balance(), 600);
}

/// Else raising the percent would pay for orders that were settled at none.
#[test]
fn a_percent_of_nothing_stays_with_the_order_too() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    boss.put("/api/admin/settings", json!({ "commission_percent": 0 })).expect(200);
    let id = mai.bought(app.service(|_| ()), 1000);
    app.reported(id, partial(500)).unwrap();
    boss.put("/api/admin/settings", json!({ "commission_percent": 50 })).expect(200);
    boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!((lan.balance(), transfers(&app, "commission")), (0, 0));
}

#[test]
fn a_dry_run_tells_all_that_moves_and_moves_nothing() {
    let app = TestApp::start();
    let (boss, support, lan) = (app.admin("boss"), app.support("tam"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    let id = mai.bought(app.service(|_| ()), 999);
    let path = format!("/api/admin/orders/{id}/status");
    let dry = |body: Value| {
        let mut body = body;
        body["dry_run"] = json!(true);
        boss.put(&path, body)
    };
    let partial = json!({ "status": "partial", "remains": 100 });
    support.put(&path, partial.clone()).refused(403, "forbidden");
    dry(json!({ "status": "partial" })).refused_fields(&["remains"]);
    let standing = || {
        let figures = ["transfers", "commissions", "audit_log", "order_events"];
        figures.map(|table| app.number(&format!("SELECT count(*) FROM {table}")))
    };
    let before =
        (standing(), mai.balance(), lan.balance(), boss.get(&path.replace("/status", "")).expect(200));
    let seen = dry(partial.clone()).expect(200);
    // ⌊11,988 × 100 / 999⌋ = 1,200 to the dong; 5 % of the other 10,788 is 539.4.
    assert_eq!(seen["rounded_down"], false);
    let refund = json!({ "user_id": mai.id.get(), "username": "mai", "type": "refund", "amount": 1_200,
        "balance_after": 100_000 - 11_988 + 1_200 });
    let commission = json!({ "user_id": lan.id.get(), "username": "lan", "type": "commission", "amount": 539,
        "balance_after": 539 });
    assert_eq!((&seen["moved"], &seen["commission_lost"]), (&json!([refund, commission]), &json!(0)));
    assert_eq!(dry(json!({ "status": "partial", "remains": 3 })).expect(200)["rounded_down"], false);
    let after =
        (standing(), mai.balance(), lan.balance(), boss.get(&path.replace("/status", "")).expect(200));
    assert_eq!(before, after);
    assert_eq!(boss.put(&path, partial).expect(200)["moved"], seen["moved"], "the same as was told");
    // The referrer has spent 300 of it.
    lan.buys(app.service(by_hand), 25);
    let canceled = dry(json!({ "status": "canceled" })).expect(200);
    let back = json!({ "user_id": lan.id.get(), "username": "lan", "type": "commission_reversal", "amount": -239,
        "balance_after": 0 });
    assert_eq!((&canceled["moved"][1], &canceled["commission_lost"]), (&back, &json!(300)));
    assert_eq!((canceled["moved"][0]["amount"].clone(), lan.balance()), (json!(10_788), 239));
}

#[test]
fn a_refund_that_does_not_come_out_even_says_so() {
    let app = TestApp::start();
    let (boss, support) = (app.admin("boss"), app.support("tam"));
    let mai = app.member("mai").funded(100_000);
    let service = app.service(by_hand);
    let path = |id: i64| format!("/api/admin/orders/{id}/status");
    let dry = |id: i64, status: &str, remains: Option<i64>| {
        let body = json!({ "status": status, "remains": remains, "dry_run": true });
        boss.put(&path(id), body).expect(200)["rounded_down"].clone()
    };
    let id = mai.buys(service, 999);
    assert_eq!(dry(id, "partial", Some(1)), false, "a unit is 12 dong");
    assert_eq!((dry(id, "canceled", None), dry(id, "completed", None)), (json!(false), json!(false)));
    let odd = app.service(|offer| {
        by_hand(offer);
        offer.rate = Rate::parse("12500.5").unwrap();
    });
    let odd = mai.buys(odd, 999);
    assert_eq!(dry(odd, "partial", Some(500)), true);
    // Whoever helps is told of the order, not of whose money moves.
    let told = support.put(&path(id), json!({ "status": "processing", "dry_run": true })).expect(200);
    assert_eq!((&told["moved"], &told["commission_lost"]), (&Value::Null, &Value::Null));
}
