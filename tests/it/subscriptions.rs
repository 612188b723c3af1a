//! Subscriptions: what is taken, what goes out, and what is seen of the posts that the provider finds.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{LINK, by_hand, order_type};
use serde_json::{Value, json};
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::money::Quantity;
use smm_panel::orders;

/// 10 to 1,000 units for a post, at 12 VND a unit, which cost us 8.
pub fn sold(app: &TestApp) -> i64 {
    app.service(|offer| {
        (offer.kind, offer.cancel) = (order_type("subscriptions"), true);
        offer.max = Quantity::new(1000).unwrap();
    })
}

/// 100 to 500 units for each of four posts: 24,000 VND.
pub fn wished(service: i64) -> Value {
    json!({ "service_id": service, "username": "ten.channel", "min": 100, "max": 500, "posts": 4, "delay": 0,
        "expiry": "2026-12-31" })
}

/// Bought and taken by the provider: our id and theirs.
pub fn subscribed(app: &TestApp, buyer: &Member, service: i64) -> (i64, String) {
    let id = buyer.post("/api/orders", wished(service)).expect(201)["id"].as_i64().unwrap();
    dispatch::tick(&app.app);
    (id, app.order(id).state.provider_order.unwrap())
}

/// The provider says this of an order of its own from now on.
pub fn says(app: &TestApp, theirs: &str, report: Value) {
    app.provider.set_report(theirs, report);
}

/// What the provider's order for a post cost there so far.
pub fn costs(app: &TestApp, theirs: &str, charge: &str) {
    says(
        app,
        theirs,
        json!({ "status": "In progress", "charge": charge, "remains": "9", "currency": "VND" }),
    );
}

/// Asks until nothing new can come of it.
pub fn poll(app: &TestApp) {
    poll_orders::tick(&app.app);
    poll_orders::tick(&app.app);
}

pub fn posts(app: &TestApp, id: i64) -> Vec<i64> {
    let ids = app.app.db.read_now(|tx| orders::run_ids(tx, OrderId::new(id))).unwrap();
    ids.into_iter().map(OrderId::get).collect()
}

fn with(service: i64, name: &str, value: Value) -> Value {
    let mut body = wished(service);
    body[name] = value;
    body
}

#[test]
fn what_is_missing_wrong_or_out_of_bounds_is_refused_by_its_name() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = sold(&app);
    for (name, value) in [
        ("username", json!("a\nb")),
        ("min", json!(9)),
        ("min", json!("100")),
        ("min", json!(1001)),
        ("max", json!(1001)),
        ("max", json!(99)),
        ("posts", json!(0)),
        ("posts", json!(1001)),
        ("posts", json!(-1)),
        ("old_posts", json!(-1)),
        ("old_posts", json!(1001)),
        ("delay", json!(7)),
        ("delay", json!(601)),
        ("expiry", json!("31/12/2026")),
        ("expiry", json!("2026-11-22")),
        ("expiry", json!("2027-02-21")),
        ("link", json!(LINK)),
        ("quantity", json!(1999)),
        ("comments", json!("a")),
        ("runs", json!(2)),
    ] {
        let body = with(service, name, value);
        lan.post("/api/orders", body.clone()).refused_fields(&[name]);
        lan.post("/api/orders/quote", body.clone()).refused_fields(&[name]);
        let checked = lan.post("/api/orders/mass", json!({ "lines": [body], "check": true })).expect(200);
        assert_eq!(checked["lines"][0]["error"]["errors"][0]["field"], name);
    }
    for name in ["username", "min", "max", "posts", "delay", "expiry"] {
        lan.post("/api/orders", with(service, name, Value::Null)).refused_fields(&[name]);
    }
    let usual = app.service(|_| ());
    lan.post("/api/orders", json!({ "service_id": usual, "quantity": 100 })).refused_fields(&["link"]);
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (1_000_000, 0));
}

#[test]
fn it_is_sold_only_where_a_provider_lists_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let path = format!("/api/admin/services/{}", app.service(by_hand));
    boss.put(&path, json!({ "type": "subscriptions" })).refused_fields(&["provider_id"]);
    let path = format!("/api/admin/services/{}", sold(&app));
    boss.put(&path, json!({ "provider_id": null })).refused_fields(&["provider_id"]);
    boss.put(&path, json!({ "dripfeed": true })).refused_fields(&["dripfeed"]);
}

#[test]
fn it_is_charged_for_the_most_and_sent_as_one_order_with_its_fields_alone() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = sold(&app);
    let mut body = with(service, "old_posts", json!(2));
    body["quantity"] = json!(3000);
    let quote = lan.post("/api/orders/quote", body.clone()).expect(200);
    assert_eq!((&quote["units"], &quote["charge"]), (&json!(3000), &json!(36_000)));
    body["expected_charge"] = json!(35_999);
    lan.post("/api/orders", body.clone()).refused(409, "price_changed");
    body["expected_charge"] = json!(36_000);
    let order = lan.post_once("/api/orders", "k", body.clone()).expect(201);
    assert_eq!(lan.post_once("/api/orders", "k", body).expect(201), order);
    assert_eq!((&order["charge"], &order["quantity"]), (&json!(36_000), &json!(3000)));
    assert_eq!((&order["posts"], &order["posts_done"]), (&json!(6), &json!(0)));
    assert_eq!((&order["link"], &order["params"]["expiry"]), (&json!("ten.channel"), &json!("2026-12-31")));
    assert_eq!(lan.balance(), 64_000);
    dispatch::tick(&app.app);
    let request = app.provider.requests_for("add").pop().unwrap();
    let got: Vec<(&str, &str)> =
        request.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("action", "add"),
        ("delay", "0"),
        ("expiry", "31/12/2026"),
        ("key", "bumx-test-key"),
        ("max", "500"),
        ("min", "100"),
        ("old_posts", "2"),
        ("posts", "4"),
        ("service", "101"),
        ("username", "ten.channel"),
    ];
    assert_eq!(got, expected);
    let fields = app.guest().get(&format!("/api/services/{service}")).expect(200)["fields"].clone();
    let names: Vec<&str> =
        fields.as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["username", "min", "max", "posts", "old_posts", "delay", "expiry"]);
    assert_eq!(
        fields[2],
        json!({ "name": "max", "kind": "integer", "required": true, "min": 10, "max": 1000 })
    );
    assert_eq!(fields[6], json!({ "name": "expiry", "kind": "date", "required": true, "min": 1, "max": 90 }));
}

#[test]
fn a_post_uses_what_its_order_cost_within_the_least_and_the_most() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    let path = format!("/api/orders/{id}");
    poll(&app);
    let order = lan.get(&path).expect(200);
    assert_eq!((&order["status"], &order["posts_done"]), (&json!("in_progress"), &json!(0)));
    says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": ["901"] }));
    for (charge, used) in
        [("1600", 200), ("1600.01", 201), ("1", 100), ("799.99", 100), ("4001", 500), ("", 500), ("n/a", 500)]
    {
        let app = TestApp::start();
        let lan = app.member("lan").funded(100_000);
        let (id, theirs) = subscribed(&app, &lan, sold(&app));
        says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": ["901"] }));
        costs(&app, "901", charge);
        poll(&app);
        let order = lan.get(&format!("/api/orders/{id}")).expect(200);
        assert_eq!((&order["remains"], &order["posts_done"]), (&json!(2000 - used), &json!(1)), "{charge}");
        assert_eq!((&order["status"], &order["refunded"]), (&json!("in_progress"), &json!(0)));
    }
    // Of a post without an order nothing can be read.
    says(&app, &theirs, json!({ "status": "Active", "posts": "2", "orders": "901" }));
    costs(&app, "901", "1600");
    poll(&app);
    let order = lan.get(&path).expect(200);
    assert_eq!((&order["remains"], &order["posts_done"]), (&json!(1300), &json!(2)));
    // What was read once is not lost by an answer that says less.
    says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": [] }));
    says(&app, "901", json!({ "error": "Incorrect order ID" }));
    poll(&app);
    assert_eq!(lan.get(&path).expect(200)["remains"], 1300);
    // More than were paid for are nobody's.
    says(&app, &theirs, json!({ "status": "Active", "orders": [901, 902, 903, 904, 905, 906] }));
    poll(&app);
    let order = lan.get(&path).expect(200);
    assert_eq!((&order["posts_done"], posts(&app, id).len()), (&json!(4), 4));
}

#[test]
fn the_orders_of_posts_are_listed_under_their_subscription_and_nowhere_else() {
    let app = TestApp::start();
    let (lan, mai, boss) = (app.member("lan").funded(100_000), app.member("mai"), app.admin("boss"));
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    says(&app, &theirs, json!({ "status": "Active", "posts": 2, "orders": ["901", 902] }));
    says(&app, "901", json!({ "status": "Completed", "charge": "1600", "remains": "0", "start_count": "7" }));
    costs(&app, "902", "800");
    poll(&app);
    let ids = |member: &Member, query: &str| -> Vec<i64> {
        let page = member.get(query).expect(200);
        page["items"].as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()).collect()
    };
    let mut newest_first = posts(&app, id);
    newest_first.reverse();
    assert_eq!(ids(&lan, "/api/orders"), [id]);
    assert_eq!(ids(&lan, &format!("/api/orders?parent_id={id}")), newest_first);
    assert_eq!(ids(&mai, &format!("/api/orders?parent_id={id}")), [0; 0]);
    assert_eq!(ids(&boss, "/api/admin/orders"), [id]);
    let post = boss.get(&format!("/api/admin/orders/{}", newest_first[1])).expect(200);
    assert_eq!((&post["parent_id"], &post["run"], &post["charge"]), (&json!(id), &json!(1), &json!(0)));
    assert_eq!((&post["provider_order_id"], &post["cost"]), (&json!("901"), &json!(1600)));
    assert_eq!((&post["status"], &post["start_count"]), (&json!("completed"), &json!(7)));
    let parent = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!((&parent["cost"], &parent["remains"]), (&json!(2400), &json!(1700)));
    // Money and counts stand once.
    let stats = boss.get("/api/admin/stats").expect(200);
    assert_eq!((&stats["sales"], &stats["cost"]), (&json!(24_000), &json!(2400)));
    assert_eq!(lan.get("/api/orders/counts").expect(200)["all"], 1);
    let run = newest_first[0];
    for answer in [
        lan.post(&format!("/api/orders/{run}/cancel"), json!({})),
        boss.put(&format!("/api/admin/orders/{run}/status"), json!({ "status": "completed" })),
    ] {
        assert_eq!(answer.json()["reason"], "run_of_drip_feed", "it is not decided alone");
    }
}

#[test]
fn resellers_buy_subscriptions_and_see_their_posts() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let client = lan.reseller();
    let service = sold(&app).to_string();
    assert_eq!(client.ask("services", &[])[0]["type"], "Subscriptions");
    let fields = [
        ("service", service.as_str()),
        ("username", "ten.channel"),
        ("min", "100"),
        ("max", "500"),
        ("posts", "4"),
        ("delay", "5"),
        ("expiry", "31/12/2026"),
        // Clients send every parameter that they know.
        ("link", "x"),
        ("quantity", "7"),
    ];
    let error = |name: &str, value: &str| {
        let changed = fields.map(|(known, given)| (known, if known == name { value } else { given }));
        client.ask("add", &changed)["error"].as_str().unwrap().to_owned()
    };
    for (name, value) in [
        ("min", "9"),
        ("max", "1001"),
        ("posts", "-1"),
        ("posts", ""),
        ("delay", "7"),
        ("expiry", "31/12/2027"),
    ] {
        assert!(error(name, value).starts_with(name), "{name}: {}", error(name, value));
    }
    let endless = client.adds(&fields[..6]);
    assert_eq!(app.order(endless).params.shown("expiry").as_deref(), Some("2027-02-20"));
    lan.post(&format!("/api/orders/{endless}/cancel"), json!({})).expect(200);
    let id = client.adds(&fields);
    let status = |id: i64| client.ask("status", &[("order", &id.to_string())]);
    let expected = json!({ "charge": "24000", "start_count": "0", "status": "Pending", "remains": "2000",
        "currency": "VND", "posts": "0", "expiry": "31/12/2026", "orders": [] });
    assert_eq!(status(id), expected);
    dispatch::tick(&app.app);
    let theirs = app.order(id).state.provider_order.unwrap();
    says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": ["901"] }));
    costs(&app, "901", "1600");
    poll(&app);
    let post = posts(&app, id)[0];
    let seen = status(id);
    assert_eq!(
        (&seen["status"], &seen["posts"], &seen["orders"]),
        (&json!("In progress"), &json!("1"), &json!([post]))
    );
    // By what an order of a post costs a reseller's panel knows how much it used: 200 units at 12.
    assert_eq!(status(post)["charge"], "2400");
    says(&app, &theirs, json!({ "status": "Paused", "posts": 1, "orders": ["901"] }));
    poll(&app);
    assert_eq!(status(id)["status"], "In progress", "no client knows what paused means");
    says(&app, &theirs, json!({ "status": "Expired", "posts": 1, "orders": ["901"] }));
    poll(&app);
    let over = client.ask("status", &[("orders", &format!("{id},{post}"))]);
    let over = &over[&id.to_string()];
    assert_eq!(
        (&over["status"], &over["charge"], &over["remains"]),
        (&json!("Partial"), &json!("2400"), &json!("1800"))
    );
}
