//! While the operator is at work on the shop: no order comes in by whatever door, and everything else goes on.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::shop::wish;
use rocket::http::Method;
use serde_json::{Value, json};

fn close(app: &TestApp, is_closed: bool) {
    let boss = app.admin(if is_closed { "boss" } else { "chief" });
    boss.put("/api/admin/settings", json!({ "maintenance": is_closed })).expect(200);
}

#[test]
fn no_order_comes_in_by_whatever_door() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.dripfeed = true);
    let key = lan.post("/api/user/api-key", json!({})).expect(201)["api_key"].as_str().unwrap().to_owned();
    close(&app, true);
    assert_eq!(app.guest().get("/api/site").expect(200)["maintenance"], true);
    lan.post("/api/orders", wish(service, 1000)).refused(503, "maintenance");
    lan.post_once("/api/orders", "k1", wish(service, 1000)).refused(503, "maintenance");
    lan.post("/api/orders/quote", wish(service, 1000)).refused(503, "maintenance");
    let mut feed = wish(service, 1000);
    (feed["runs"], feed["interval"]) = (json!(2), json!(5));
    lan.post("/api/orders", feed).refused(503, "maintenance");
    for check in [true, false] {
        let lines = json!({ "lines": [wish(service, 1000)], "check": check });
        lan.post("/api/orders/mass", lines).refused(503, "maintenance");
    }
    let mut add = wish(service, 1000);
    (add["key"], add["action"], add["service"]) = (json!(key), json!("add"), json!(service));
    let headers = [("Content-Type", "application/json")];
    let answer = app.guest().send(Method::Post, "/api/v2", &headers, Some(add.to_string().into_bytes()));
    assert_eq!(answer.expect(200), json!({ "error": "The panel is busy, try again" }));
    assert_eq!((app.number("SELECT count(*) FROM orders"), lan.balance()), (0, 1_000_000));
    close(&app, false);
    lan.post_once("/api/orders", "k1", wish(service, 1000)).expect(201);
}

#[test]
fn what_runs_goes_on_and_money_comes_in() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.cancel = true);
    let first = lan.post_once("/api/orders", "k1", wish(service, 1000)).expect(201);
    close(&app, true);
    let again = lan.post_once("/api/orders", "k1", wish(service, 1000)).expect(201);
    assert_eq!(again, first, "what was bought was bought");
    assert_eq!(app.send_all(), [first["id"].as_i64().unwrap()]);
    let deposit = lan.deposit(50_000);
    notify(&app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
    assert_eq!(lan.show(deposit.id)["status"], "completed");
    let canceled = lan.post(&format!("/api/orders/{}/cancel", first["id"]), json!({})).expect(200);
    assert_ne!(canceled["cancel"], Value::Null);
}
