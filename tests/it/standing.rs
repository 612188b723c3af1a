//! Tier, spending and commission as orders move them, seen through the user's own pages.

use crate::support::app::TestApp;
use crate::support::member::Member;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::ids::{OrderId, ServiceId};
use smm_panel::orders::{self, Decision, OrderError, Placement, Status, Timing};

/// A service done by hand at one dong a unit.
fn service(app: &TestApp) -> ServiceId {
    let insert = |tx: &Tx| {
        tx.execute("INSERT OR IGNORE INTO categories (id, name, position) VALUES (1, 'Facebook', 1)", ())?;
        tx.insert(
            "INSERT INTO services (name, category_id, rate, min_quantity, max_quantity, created_at, updated_at)
             VALUES ('Likes', 1, 1000000, 1, 1000000000, 0, 0)",
            (),
        )
    };
    ServiceId::new(app.app.db.write_blocking::<_, Fault>(insert).unwrap())
}

/// Buys so many units, before any discount one dong each.
fn buy(buyer: &Member, service: ServiceId, quantity: i64) -> OrderId {
    let placement = Placement {
        user: buyer.id,
        service,
        link: "https://x.vn/a".to_owned(),
        quantity: Some(quantity),
        params: smm_panel::order_types::Params::default(),
        timing: Timing::default(),
        expected_charge: None,
    };
    let place = move |tx: &Tx| orders::place(tx, placement);
    buyer.app.app.db.write_blocking::<_, OrderError>(place).unwrap().id
}

fn decide(app: &TestApp, order: OrderId, status: Status, remains: Option<i64>) {
    let decision = Decision { status, start_count: None, remains };
    let set = move |tx: &Tx| orders::set_status(tx, &Actor::CONSOLE, order, &decision);
    app.app.db.write_blocking::<_, OrderError>(set).unwrap();
}

fn level(user: &Member) -> (i64, i64, i64) {
    let tier = user.get("/api/user/tier").expect(200);
    let me = user.get("/api/auth/me").expect(200);
    assert_eq!(tier["level"], me["tier"]["level"]);
    assert_eq!(tier["total_spent"], me["total_spent"]);
    let number = |name: &str| tier[name].as_i64().unwrap();
    (number("level"), number("discount_percent"), number("total_spent"))
}

#[test]
fn a_tier_follows_the_spending_up_and_down_at_once() {
    let app = TestApp::start();
    let service = service(&app);
    let lan = app.member("lan").funded(100_000_000);
    assert_eq!(level(&lan), (1, 0, 0));
    let first = buy(&lan, service, 4_999_999);
    assert_eq!(level(&lan), (1, 0, 4_999_999));
    let tier = lan.get("/api/user/tier").expect(200);
    assert_eq!((&tier["next"]["level"], &tier["next"]["remaining"]), (&json!(2), &json!(1)));
    buy(&lan, service, 1);
    assert_eq!(level(&lan), (2, 3, 5_000_000));
    buy(&lan, service, 50_000_000);
    assert_eq!(level(&lan), (4, 10, 53_500_000), "3 % off, then the highest tier");
    assert_eq!(lan.get("/api/user/tier").expect(200)["next"], Value::Null);
    decide(&app, first, Status::Canceled, None);
    assert_eq!(level(&lan), (3, 5, 48_500_001));
    assert_eq!(lan.get("/api/user/balance").expect(200)["balance"], 51_499_999);
}

#[test]
fn a_commission_shows_under_the_one_who_was_referred() {
    let app = TestApp::start();
    let service = service(&app);
    let lan = app.member("lan");
    let [anh, binh] = ["anh", "binh"].map(|name| app.referred(name, Some(&lan)).funded(1_000_000));
    let referrals = || {
        let page = lan.get("/api/user/referrals").expect(200);
        let each = page["items"].as_array().unwrap().iter();
        let each: Vec<i64> = each.map(|item| item["commission"].as_i64().unwrap()).collect();
        (page["total_commission"].as_i64().unwrap(), each)
    };
    let (first, second) = (buy(&anh, service, 100_000), buy(&binh, service, 10_019));
    assert_eq!(referrals(), (0, vec![0, 0]), "nothing before an order is finished");
    decide(&app, first, Status::Completed, None);
    decide(&app, second, Status::Completed, None);
    assert_eq!(referrals(), (5_500, vec![500, 5_000]), "rounded down for each order, newest first");
    decide(&app, first, Status::Canceled, None);
    assert_eq!(referrals(), (500, vec![500, 0]), "a refund takes the commission back");
    assert_eq!(lan.balance(), 500);
    let amounts: Vec<_> = lan.get("/api/user/transactions").expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["type"].as_str().unwrap().to_owned(), item["amount"].as_i64().unwrap()))
        .collect();
    let expected = [("commission_reversal", -5_000), ("commission", 500), ("commission", 5_000)];
    assert_eq!(amounts, expected.map(|(kind, amount)| (kind.to_owned(), amount)));
    assert_eq!(anh.get("/api/user/referrals").expect(200)["items"], json!([]));
}
