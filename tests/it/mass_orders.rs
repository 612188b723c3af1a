//! Many orders in one request, through the public door: all of them or none.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::{Operated, proven};
use crate::support::shop::{LINK, by_hand, wish};
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::kernel::money::{Quantity, Rate};
use std::time::Duration;
use tempfile::TempDir;

const PATH: &str = "/api/orders/mass";

fn buys_nothing(app: &TestApp, lan: &Member, balance: i64) {
    assert_eq!(app.number("SELECT count(*) FROM orders"), 0);
    assert_eq!(lan.balance(), balance);
}

#[test]
fn nobody_buys_without_a_login_or_for_somebody_else() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(50_000), app.member("mai").funded(50_000));
    let service = app.service(|_| ());
    app.guest().post(PATH, json!({ "lines": [wish(service, 1000)] })).refused(401, "unauthenticated");
    let mut foreign = wish(service, 1000);
    foreign["user_id"] = json!(mai.id.get());
    let refused = lan.post(PATH, json!({ "lines": [foreign] }));
    refused.refused_fields(&["lines[0]"]);
    assert_eq!(refused.json()["lines"][0]["error"]["errors"][0]["field"], "user_id");
    buys_nothing(&app, &lan, 50_000);
    assert_eq!(mai.balance(), 50_000);
}

#[test]
fn a_body_that_is_no_mass_order_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let line = wish(app.service(|_| ()), 1000);
    for (body, field) in [
        (json!({}), "lines"),
        (json!({ "lines": {} }), "lines"),
        (json!({ "lines": [] }), "lines"),
        (json!({ "lines": vec![line.clone(); 1001] }), "lines"),
        (json!({ "lines": [], "check": true }), "lines"),
        (json!({ "lines": [line], "check": 1 }), "check"),
        (json!({ "lines": [line], "check": null }), "check"),
        (json!({ "lines": [line], "expected_total": "12000" }), "expected_total"),
        (json!({ "lines": [line], "total": 12000 }), "total"),
    ] {
        lan.post(PATH, body).refused_fields(&[field]);
    }
    buys_nothing(&app, &lan, 50_000);
}

/// Lines that are refused, each in another way, between two good ones.
fn mixed(app: &TestApp, lan: &Member) -> (Value, Value) {
    let service = app.service(|_| ());
    let inactive = app.service(|offer| offer.active = false);
    let (mut unknown, mut dearer) = (wish(service, 1000), wish(service, 1000));
    unknown["comments"] = json!("nice");
    dearer["expected_charge"] = json!(11_999);
    let lines = json!([
        wish(service, 1000),
        "not a line",
        { "service_id": service, "link": LINK, "quantity": "1000" },
        { "service_id": service, "quantity": 1000 },
        { "service_id": service, "link": "x", "quantity": 9 },
        unknown,
        wish(999, 1000),
        wish(inactive, 1000),
        dearer,
        wish(service, 500),
    ]);
    let checked = lan.post(PATH, json!({ "lines": lines, "check": true })).expect(200);
    (lines, checked)
}

#[test]
fn a_line_is_refused_as_its_order_would_be_and_the_others_are_priced() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let (lines, checked) = mixed(&app, &lan);
    let said = |at: usize| {
        let error = &checked["lines"][at]["error"];
        let fields: Vec<&str> = error["errors"]
            .as_array()
            .map_or(Vec::new(), |errors| errors.iter().filter_map(|error| error["field"].as_str()).collect());
        (error["code"].as_str().unwrap_or("good"), fields)
    };
    assert_eq!(checked["lines"][0], json!({ "charge": 12_000 }));
    assert_eq!(said(1), ("validation_failed", vec!["line"]));
    assert_eq!(said(2), ("validation_failed", vec!["quantity"]));
    assert_eq!(said(3), ("validation_failed", vec!["link"]));
    assert_eq!(said(4), ("validation_failed", vec!["link", "quantity"]));
    assert_eq!(said(5), ("validation_failed", vec!["comments"]));
    assert_eq!(said(6), ("validation_failed", vec!["service_id"]));
    assert_eq!(said(7), ("service_inactive", vec![]));
    assert_eq!(said(8), ("price_changed", vec![]));
    assert_eq!(checked["lines"][8]["error"]["values"], json!({ "charge": 12_000 }));
    assert_eq!(checked["lines"][9], json!({ "charge": 6000 }));
    assert_eq!((&checked["total"], &checked["balance"]), (&json!(18_000), &json!(50_000)));
    for (at, line) in lines.as_array().unwrap().iter().enumerate().skip(2) {
        let alone = lan.post("/api/orders/quote", line.clone());
        match checked["lines"][at]["charge"].as_i64() {
            Some(charge) => assert_eq!(alone.expect(200)["charge"], charge),
            None => assert_eq!(alone.json()["detail"], checked["lines"][at]["error"]["detail"], "{line}"),
        }
    }
    buys_nothing(&app, &lan, 50_000);
}

#[test]
fn one_refused_line_refuses_all_with_what_each_comes_to() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let (lines, checked) = mixed(&app, &lan);
    let refused = lan.post(PATH, json!({ "lines": lines }));
    let fields: Vec<String> = (1..=8).map(|at| format!("lines[{at}]")).collect();
    refused.refused_fields(&fields.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(refused.json()["lines"], checked["lines"]);
    buys_nothing(&app, &lan, 50_000);
}

#[test]
fn all_are_bought_or_none_when_the_balance_or_the_expectation_is_too_low() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(35_999);
    let service = app.service(|_| ());
    let three = json!([wish(service, 1000), wish(service, 1000), wish(service, 1000)]);
    let short = lan.post(PATH, json!({ "lines": three })).refused(402, "insufficient_balance");
    assert_eq!(short["values"], json!({ "balance": 35_999, "needed": 36_000, "missing": 1 }));
    let checked = lan.post(PATH, json!({ "lines": three, "check": true })).expect(200);
    assert_eq!((&checked["total"], &checked["balance"]), (&json!(36_000), &json!(35_999)));
    buys_nothing(&app, &lan, 35_999);
    app.fund(lan.id, 1);
    let dearer = lan.post(PATH, json!({ "lines": three, "expected_total": 35_999 }));
    assert_eq!(dearer.refused(409, "price_changed")["values"], json!({ "charge": 36_000 }));
    buys_nothing(&app, &lan, 36_000);

    let bought = lan.post(PATH, json!({ "lines": three, "expected_total": 40_000 })).expect(201);
    assert_eq!(bought["total"], 36_000);
    let orders = bought["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 3);
    assert!(orders.iter().all(|order| order["charge"] == 12_000 && order["status"] == "pending"));
    assert!(orders.iter().all(|order| order.get("params").is_none() && order.get("comments").is_none()));
    assert_eq!((lan.balance(), lan.spent()), (0, 36_000));
    let listed = lan.get("/api/orders").expect(200)["items"].clone();
    let newest_first: Vec<&Value> = orders.iter().rev().collect();
    assert_eq!(listed.as_array().unwrap().iter().collect::<Vec<_>>(), newest_first);
}

#[test]
fn a_total_beyond_all_money_is_refused_by_its_line() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|offer| {
        by_hand(offer);
        offer.rate = Rate::parse("1000000000000").unwrap();
        offer.max = Quantity::new(1_000_000_000).unwrap();
    });
    let lines = vec![wish(service, 1_000_000_000); 12];
    let checked = lan.post(PATH, json!({ "lines": lines, "check": true })).expect(200);
    assert_eq!(checked["lines"][0]["charge"], 1_000_000_000_000_000_000_i64);
    assert_eq!(checked["lines"][11]["error"]["errors"][0]["field"], "quantity");
    lan.post(PATH, json!({ "lines": lines })).expect(422);
    buys_nothing(&app, &lan, 50_000);
}

#[test]
fn each_line_is_priced_with_the_spending_before_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(20_000_000);
    let service = app.service(by_hand);
    // 1,200,000 each; from 5,000,000 on three percent come off.
    let lines = json!(vec![wish(service, 100_000); 7]);
    let charges = [1_200_000, 1_200_000, 1_200_000, 1_200_000, 1_200_000, 1_164_000, 1_164_000];
    let checked = lan.post(PATH, json!({ "lines": lines, "check": true })).expect(200);
    let asked: Vec<i64> = checked["lines"].as_array().unwrap().iter().map(charge).collect();
    let bought = lan.post(PATH, json!({ "lines": lines, "expected_total": checked["total"] })).expect(201);
    let paid: Vec<i64> = bought["orders"].as_array().unwrap().iter().map(charge).collect();
    assert_eq!((asked.as_slice(), paid.as_slice()), (&charges[..], &charges[..]));
    assert_eq!(checked["total"], bought["total"]);
    assert_eq!(lan.balance(), 20_000_000 - charges.iter().sum::<i64>());
}

fn charge(of: &Value) -> i64 {
    of["charge"].as_i64().unwrap()
}

#[test]
fn a_repeated_request_buys_once_and_a_check_or_a_refusal_uses_no_key_up() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let service = app.service(|_| ());
    let lines = json!([wish(service, 1000), wish(service, 1000)]);
    let check = json!({ "lines": lines, "check": true });
    for _ in 0..2 {
        let checked = lan.post_once(PATH, "key-1", check.clone());
        assert_eq!((checked.status, checked.header("Idempotent-Replayed")), (200, None));
    }
    let bad = json!({ "lines": [wish(service, 1)] });
    lan.post_once(PATH, "key-1", bad).refused_fields(&["lines[0]"]);
    let first = lan.post_once(PATH, "key-1", json!({ "lines": lines }));
    let again = lan.post_once(PATH, "key-1", json!({ "lines": lines }));
    assert_eq!(first.header("Idempotent-Replayed"), None);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(first.expect(201), again.expect(201));
    lan.post_once(PATH, "key-1", json!({ "lines": [] })).refused(422, "idempotency_key_reused");
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (0, 2));
}

#[test]
fn mass_orders_racing_for_one_balance_are_bought_whole_or_not_at_all() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(36_000 * 7 + 35_999);
    let body = json!({ "lines": vec![wish(app.service(|_| ()), 1000); 3] });
    let (served, token) = (app.serve(), lan.token());
    let answers = at_once(30, |_| served.post(token, PATH, &body, &[]));
    let bought = answers.iter().filter(|answer| answer.status == 201).count();
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.refused(402, "insufficient_balance");
    }
    assert_eq!((bought, lan.balance()), (7, 35_999));
    assert_eq!(app.number("SELECT count(*) FROM orders"), 21);
}

#[test]
fn one_key_sent_at_once_many_times_buys_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(5_000_000);
    let body = json!({ "lines": vec![wish(app.service(|_| ()), 1000); 20] });
    let (served, token) = (app.serve(), lan.token());
    let answers = at_once(30, |_| served.post(token, PATH, &body, &[("Idempotency-Key", "once")]));
    let first = answers[0].expect(201);
    assert!(answers.iter().all(|answer| answer.expect(201) == first));
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (5_000_000 - 240_000, 20));
}

#[test]
fn killed_while_mass_orders_are_made_each_is_there_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    panel.stock();
    let by_hand = json!({ "name": "By hand", "category": "TikTok", "rate": "12000", "min_quantity": 1,
        "max_quantity": 1000 });
    let service = panel.send("POST", "/api/admin/services", &by_hand).unwrap().expect(201)["id"].clone();
    let mass = |number: usize| {
        let line =
            |at| json!({ "service_id": service, "link": format!("{LINK}/{number}-{at}"), "quantity": 1 });
        json!({ "lines": (0..100).map(line).collect::<Vec<_>>() })
    };
    let acknowledged = std::thread::scope(|scope| {
        let buyer = scope.spawn(|| {
            let bought = |number: &usize| {
                panel.send("POST", PATH, &mass(*number)).map(|answer| answer.expect(201)).is_some()
            };
            (0..).take_while(bought).count()
        });
        std::thread::sleep(Duration::from_millis(600));
        panel.binary.signal("KILL");
        buyer.join().unwrap()
    });
    drop(panel);
    proven(folder.path());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let orders = panel.get("/api/admin/orders/counts")["all"].as_u64().unwrap();
    assert!(acknowledged > 0, "nothing was bought before the end");
    let whole = u64::try_from(acknowledged).unwrap() * 100;
    assert!(
        orders == whole || orders == whole + 100,
        "{orders} orders of {acknowledged} acknowledged hundreds"
    );
}
