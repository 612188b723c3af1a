//! Buying, through the public door.

use crate::support::app::TestApp;
use crate::support::shop::{LINK, by_hand, order_type, report, wish};
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::catalog::LinkKind;
use smm_panel::kernel::money::{Quantity, Rate};
use smm_panel::orders::{Dispatch, Status};
use smm_panel::provider::ReportedStatus;
use strum::VariantArray;

fn with(service: i64, field: &str, value: Value) -> Value {
    let mut body = wish(service, 1000);
    body[field] = value;
    body
}

#[test]
fn nobody_buys_without_a_login_or_for_somebody_else() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(50_000), app.member("mai").funded(50_000));
    let service = app.service(|_| ());
    app.guest().post("/api/orders", wish(service, 1000)).refused(401, "unauthenticated");
    for (field, value) in [
        ("user_id", json!(mai.id.get())),
        ("charge", json!(1)),
        ("discount_percent", json!(100)),
        ("rate", json!("1")),
        ("status", json!("completed")),
        ("provider_id", json!(1)),
    ] {
        lan.post("/api/orders", with(service, field, value)).refused_fields(&[field]);
    }
    assert_eq!((lan.balance(), mai.balance()), (50_000, 50_000));
    assert_eq!(app.number("SELECT count(*) FROM orders"), 0);
}

#[test]
fn other_peoples_orders_are_not_there() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(50_000), app.member("mai"));
    let id = lan.buys(app.service(|_| ()), 1000);
    mai.get(&format!("/api/orders/{id}")).refused(404, "not_found");
    lan.get("/api/orders/999").refused(404, "not_found");
    lan.get("/api/orders/x").refused(400, "malformed_request");
    assert_eq!(mai.get("/api/orders").expect(200)["items"], json!([]));
    assert_eq!(mai.get(&format!("/api/orders?search={id}")).expect(200)["items"], json!([]));
    assert_eq!(mai.get("/api/orders?search=tiktok").expect(200)["items"], json!([]));
}

#[test]
fn an_order_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    let order = |body: Value| lan.post("/api/orders", body);
    order(json!({})).refused_fields(&["service_id"]);
    order(json!({ "service_id": service, "quantity": 10 })).refused_fields(&["link"]);
    order(json!({ "service_id": service, "link": LINK })).refused_fields(&["quantity"]);
    order(wish(999, 1000)).refused_fields(&["service_id"]);
    order(wish(-1, 1000)).refused_fields(&["service_id"]);
    for (field, value) in [
        ("service_id", json!("1")),
        ("service_id", json!(1.0)),
        ("quantity", json!("1000")),
        ("quantity", json!(1000.0)),
        ("quantity", json!(0)),
        ("quantity", json!(-1000)),
        ("quantity", json!(9)),
        ("quantity", json!(100_001)),
        ("quantity", json!(i64::MAX)),
        ("quantity", Value::Null),
        ("link", json!("")),
        ("link", json!("tiktok.com/@ten")),
        ("link", json!("ftp://tiktok.com")),
        ("link", json!("https://tiktok.com/a b")),
        ("link", json!("https://tiktok.com/\u{7}")),
        ("link", json!(format!("https://x.vn/{}", "a".repeat(2048)))),
        ("link", json!("@ten")),
        ("link", Value::Null),
        ("comments", json!("nice")),
        ("comments", json!(7)),
        ("expected_charge", json!("12000")),
    ] {
        order(with(service, field, value)).refused_fields(&[field]);
    }
    order(json!({ "service_id": service, "link": "x", "quantity": 1 })).refused_fields(&["link", "quantity"]);
    assert_eq!(lan.balance(), 10_000_000);
    assert_eq!(app.number("SELECT count(*) FROM orders"), 0);
}

#[test]
fn what_is_not_sold_cannot_be_bought() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|offer| offer.active = false);
    lan.post("/api/orders", wish(service, 1000)).refused(409, "service_inactive");

    let app = TestApp::with(&[("BUMX_API_URL", ""), ("BUMX_API_KEY", "")]);
    let lan = app.member("lan").funded(50_000);
    lan.post("/api/orders", wish(app.service(|_| ()), 1000)).refused(503, "not_configured");
    assert_eq!(lan.balance(), 50_000);
    let by_hand = app.service(by_hand);
    assert_eq!(lan.post("/api/orders", wish(by_hand, 1000)).expect(201)["status"], "pending");
}

#[test]
fn a_balance_that_is_too_low_buys_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(11_999);
    let service = app.service(|_| ());
    lan.post("/api/orders", wish(service, 1000)).refused(402, "insufficient_balance");
    assert_eq!(lan.balance(), 11_999);
    assert_eq!(app.number("SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM orders_search)"), 0);
    app.fund(lan.id, 1);
    lan.buys(service, 1000);
    assert_eq!((lan.balance(), lan.spent()), (0, 12_000));
}

#[test]
fn a_price_above_the_expected_one_is_refused_and_a_lower_one_goes_through() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let expecting = |charge: i64| lan.post("/api/orders", with(service, "expected_charge", json!(charge)));
    for less in [i64::MIN, -1, 0, 11_999] {
        expecting(less).refused(409, "price_changed");
    }
    assert_eq!(lan.balance(), 50_000);
    for most in [12_000, 12_001, i64::MAX] {
        assert_eq!(expecting(most).expect(201)["charge"], 12_000);
    }
    assert_eq!(lan.balance(), 14_000);
}

#[test]
fn whoever_rises_a_tier_between_two_lines_pays_less_for_the_second() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    let line = |most: i64| {
        let mut line = wish(service, 100_000);
        line["expected_charge"] = json!(most);
        lan.post("/api/orders", line).expect(201)["charge"].clone()
    };
    // Six lines, priced together at the first tier: the sixth is bought from the second.
    for _ in 0..5 {
        assert_eq!(line(1_200_000), 1_200_000);
    }
    assert_eq!(line(1_200_000), 1_164_000);
}

#[test]
fn an_order_is_charged_and_queued() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let order = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!(
        order,
        json!({
            "id": order["id"], "service_id": service, "service_name": "TikTok likes", "type": "default",
            "link": LINK, "quantity": 1000, "comments": null, "params": {},
            "charge": 12_000, "discount_percent": 0, "refunded": 0,
            "status": "pending", "reason": null, "start_count": null, "remains": null,
            "can_cancel": true, "cancel_way": "at_once", "cancel_refusal": null, "cancel": null,
            "start_at": null, "waits_for": null,
            "runs": null, "interval": null, "runs_done": null, "runs_stopped": null,
            "posts": null, "posts_done": null, "next_run_at": null, "parent_id": null, "run": null,
            "can_refill": false, "refill_from": null, "completed_at": null,
            "created_at": "2026-11-22T07:39:00Z", "updated_at": "2026-11-22T07:39:00Z",
        })
    );
    assert_eq!((lan.balance(), lan.spent()), (38_000, 12_000));
    let id = order["id"].as_i64().unwrap();
    assert_eq!(lan.get(&format!("/api/orders/{id}")).expect(200), order);
    let kept = app.order(id);
    assert_eq!((kept.state.dispatch, kept.state.cost.unwrap().get()), (Dispatch::Queued, 8000));
    assert!(app.provider.requests().is_empty(), "a handler never calls the provider");
}

#[test]
fn comments_are_counted() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|offer| {
        offer.kind = order_type("custom_comments");
        offer.min = Quantity::new(2).unwrap();
        offer.max = Quantity::new(3).unwrap();
    });
    let order = |comments: Value, quantity: Value| {
        let body = json!({ "service_id": service, "link": LINK, "comments": comments, "quantity": quantity });
        lan.post("/api/orders", body)
    };
    order(Value::Null, Value::Null).refused_fields(&["comments"]);
    order(json!("\n \n"), Value::Null).refused_fields(&["comments"]);
    order(json!("a\nb"), json!(3)).refused_fields(&["quantity"]);
    order(json!("a"), Value::Null).refused_fields(&["quantity"]);
    order(json!("a\nb\nc\nd"), Value::Null).refused_fields(&["quantity"]);
    order(json!("a\rb\u{2028}c\nd"), Value::Null).refused_fields(&["quantity"]);
    order(json!("a\u{0}\nb"), Value::Null).refused_fields(&["comments"]);
    assert_eq!(lan.balance(), 50_000);
    let made = order(json!("hay quá\r\n\r\n tuyệt \n"), Value::Null).expect(201);
    assert_eq!((&made["quantity"], &made["charge"]), (&json!(2), &json!(24)));
    assert_eq!(made["comments"], "hay quá\r\n\r\n tuyệt \n");
    assert_eq!(order(json!("a\nb"), json!(2)).expect(201)["quantity"], 2);
}

#[test]
fn a_package_is_one_order_at_its_rate() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|offer| {
        offer.kind = order_type("package");
        offer.rate = Rate::parse("49999.5").unwrap();
    });
    lan.post("/api/orders", wish(service, 2)).refused_fields(&["quantity"]);
    let made = lan.post("/api/orders", json!({ "service_id": service, "link": LINK })).expect(201);
    assert_eq!((&made["quantity"], &made["charge"]), (&json!(1), &json!(50_000)));
    assert_eq!(lan.post("/api/orders", wish(service, 1)).expect(201)["charge"], 50_000);
}

#[test]
fn a_service_says_what_its_links_are() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let handle = app.service(|offer| offer.link_kind = LinkKind::Handle);
    let any = app.service(|offer| offer.link_kind = LinkKind::Any);
    for link in ["@ten.cua-toi_1", "ten"] {
        assert_eq!(lan.post("/api/orders", with(handle, "link", json!(link))).expect(201)["link"], link);
        lan.post("/api/orders", with(any, "link", json!(link))).expect(201);
    }
    lan.post("/api/orders", with(handle, "link", json!(LINK))).refused_fields(&["link"]);
    lan.post("/api/orders", with(any, "link", json!(LINK))).expect(201);
    lan.post("/api/orders", with(any, "link", json!("a b"))).refused_fields(&["link"]);
}

#[test]
fn the_tier_reached_before_the_order_sets_its_price() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(20_000_000);
    let service = app.service(|offer| offer.rate = Rate::parse("5000000").unwrap());
    let first = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!((&first["charge"], &first["discount_percent"]), (&json!(5_000_000), &json!(0)));
    let second = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!((&second["charge"], &second["discount_percent"]), (&json!(4_850_000), &json!(3)));

    // Refunds lead back down at once; what was sold stays as it was.
    app.send_all();
    let id = first["id"].as_i64().unwrap();
    app.reported(id, report(ReportedStatus::Canceled)).unwrap();
    assert_eq!(lan.spent(), 4_850_000);
    let third = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!(third["discount_percent"], 0);
    let kept = lan.get(&format!("/api/orders/{}", second["id"])).expect(200);
    assert_eq!(kept["discount_percent"], 3);
}

#[test]
fn a_later_price_leaves_orders_as_they_were_sold() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    let order = lan.post("/api/orders", wish(service, 1000)).expect(201);
    let change = json!({ "rate": "99000", "name": "Dearer", "active": false });
    boss.put(&format!("/api/admin/services/{service}"), change).expect(200);
    assert_eq!(lan.get(&format!("/api/orders/{}", order["id"])).expect(200), order);
}

#[test]
fn a_repeated_request_buys_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let first = lan.post_once("/api/orders", "key-1", wish(service, 1000));
    let again = lan.post_once("/api/orders", "key-1", wish(service, 1000));
    assert_eq!(first.header("Idempotent-Replayed"), None);
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(first.expect(201), again.expect(201));
    lan.post_once("/api/orders", "key-1", wish(service, 2000)).refused(422, "idempotency_key_reused");
    assert_eq!(lan.balance(), 38_000);

    lan.post_once("/api/orders", "key-2", wish(service, 9000)).refused(402, "insufficient_balance");
    app.fund(lan.id, 100_000);
    lan.post_once("/api/orders", "key-2", wish(service, 9000)).expect(201);
    assert_eq!(app.number("SELECT count(*) FROM orders"), 2);
}

#[test]
fn one_key_sent_a_hundred_times_at_once_buys_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(5_000_000);
    let body = wish(app.service(|_| ()), 1000);
    let (served, token) = (app.serve(), lan.token());
    let answers = at_once(100, |_| served.post(token, "/api/orders", &body, &[("Idempotency-Key", "once")]));
    let first = answers[0].expect(201);
    assert!(answers.iter().all(|answer| answer.expect(201) == first));
    let fresh = answers.iter().filter(|answer| answer.header("Idempotent-Replayed").is_none()).count();
    assert_eq!(fresh, 1);
    assert_eq!(app.number("SELECT count(*) FROM orders"), 1);
    assert_eq!(lan.balance(), 4_988_000);
}

#[test]
fn buyers_racing_for_one_balance_get_exactly_what_it_pays_for() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(12_000 * 37 + 11_999);
    let body = wish(app.service(|_| ()), 1000);
    let (served, token) = (app.serve(), lan.token());
    let answers = at_once(200, |_| served.post(token, "/api/orders", &body, &[]));
    let bought = answers.iter().filter(|answer| answer.status == 201).count();
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.refused(402, "insufficient_balance");
    }
    assert_eq!(bought, 37);
    assert_eq!(lan.balance(), 11_999);
    assert_eq!(app.number("SELECT count(*) FROM orders"), 37);
}

#[test]
fn the_statuses_in_the_schema_are_those_in_the_code() {
    let app = TestApp::start();
    let words: Vec<&str> = Status::VARIANTS.iter().map(Status::into_str).collect();
    let listed = format!("%(status IN%('{}'))%", words.join("', '"));
    let sql = format!(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'orders' AND sql LIKE '{}'",
        listed.replace('\'', "''")
    );
    assert_eq!(app.number(&sql), 1);
}
