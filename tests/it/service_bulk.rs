//! The same change for many services: looked at first, then done in one commit.

use crate::support::app::TestApp;
use crate::support::shop::{by_hand, wish};
use serde_json::{Value, json};
use smm_panel::kernel::money::Rate;

const PATH: &str = "/api/admin/services/bulk";

fn at(rate: &str, cost: Option<&str>) -> impl FnOnce(&mut smm_panel::catalog::Offer) {
    let (rate, cost) = (Rate::parse(rate).unwrap(), cost.map(|cost| Rate::parse(cost).unwrap()));
    move |offer| (offer.rate, offer.cost) = (rate, cost)
}

fn rates(answer: &Value) -> Vec<(&str, &str, &str)> {
    let items = answer["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let word = |name: &str| item[name].as_str().unwrap_or("");
            (word("rate_before"), word("rate"), word("action"))
        })
        .collect()
}

#[test]
fn a_change_that_is_none_or_two_or_for_nothing_is_refused() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let id = app.service(|_| ());
    let five = ["rate_percent", "margin_percent", "active", "state", "category"];
    for (change, fields) in [
        (json!({}), five.as_slice()),
        (json!({ "rate_percent": 1, "active": true }), five.as_slice()),
        (json!({ "rate_percent": -91 }), &["rate_percent"]),
        (json!({ "rate_percent": 901 }), &["rate_percent"]),
        (json!({ "margin_percent": -1 }), &["margin_percent"]),
        (json!({ "margin_percent": 10_001 }), &["margin_percent"]),
        (json!({ "rate_percent": 5, "round_to": 50 }), &["round_to"]),
        (json!({ "active": false, "round_to": 10 }), &["round_to"]),
        (json!({ "category": " " }), &["category"]),
        (json!({ "rate_percent": 1.5 }), &["rate_percent"]),
        (json!({ "rate": "5" }), &["rate"]),
    ] {
        for dry_run in [true, false] {
            let mut body = change.clone();
            (body["service_ids"], body["dry_run"]) = (json!([id]), json!(dry_run));
            boss.post(PATH, body).refused_fields(fields);
        }
    }
    boss.post(PATH, json!({ "rate_percent": 1 })).refused_fields(&["service_ids"]);
    boss.post(PATH, json!({ "service_ids": [], "rate_percent": 1 })).refused_fields(&["service_ids"]);
    let unknown = json!({ "service_ids": [id, 999], "rate_percent": 1 });
    boss.post(PATH, unknown).refused_fields(&["service_ids[1]"]);
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 10 })).expect(200);
    let margin = json!({ "service_ids": [id], "margin_percent": 9 });
    boss.post(PATH, margin).refused_fields(&["margin_percent"]);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 0);
}

#[test]
fn rates_move_by_percent_and_are_rounded_up() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids = [app.service(at("12345.67", None)), app.service(at("0.5", None)), app.service(at("0", None))];
    for (percent, round_to, wanted) in [
        (10, None, ["13580.24", "0.55", "0"]),
        (-10, None, ["11111.11", "0.45", "0"]),
        (0, None, ["12345.67", "0.5", "0"]),
        (10, Some(1), ["13581", "1", "0"]),
        (10, Some(100), ["13600", "100", "0"]),
        (10, Some(1000), ["14000", "1000", "0"]),
        (900, Some(500), ["123500", "500", "0"]),
        (-90, Some(10), ["1240", "10", "0"]),
    ] {
        let body =
            json!({ "service_ids": ids, "rate_percent": percent, "round_to": round_to, "dry_run": true });
        let looked = boss.post(PATH, body).expect(200);
        let after: Vec<&str> = rates(&looked).iter().map(|(_, rate, _)| *rate).collect();
        assert_eq!(after, wanted, "{percent} % to {round_to:?}");
    }
    assert_eq!(app.number("SELECT sum(rate) FROM services"), 12_345_670 + 500);
}

#[test]
fn what_would_lose_is_refused_and_the_rest_is_done_as_it_was_shown() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = app.member("lan").funded(100_000);
    let good = app.service(at("12000", Some("8000")));
    let tight = app.service(at("9000", Some("8000")));
    let costless = app.service(|offer| {
        by_hand(offer);
        at("5000", None)(offer);
    });
    let ids = json!([good, tight, costless, good]);
    let ask = |change: Value| {
        let mut body = change;
        body["service_ids"] = ids.clone();
        let looked = {
            let mut body = body.clone();
            body["dry_run"] = json!(true);
            boss.post(PATH, body).expect(200)
        };
        (looked, body)
    };
    let order = lan.post("/api/orders", wish(costless, 1000)).expect(201);

    let (looked, body) = ask(json!({ "rate_percent": -20 }));
    assert_eq!(
        rates(&looked),
        [("12000", "9600", "changed"), ("9000", "9000", "refused"), ("5000", "4000", "changed")]
    );
    assert_eq!(looked["items"][1]["reason"], "below_cost");
    assert_eq!((&looked["changed"], &looked["refused"]), (&json!(2), &json!(1)));
    let mut done = boss.post(PATH, body).expect(200);
    done["dry_run"] = json!(true);
    assert_eq!(done, looked);
    let rate = |id: i64| boss.get(&format!("/api/services/{id}")).expect(200)["rate"].clone();
    assert_eq!((rate(good), rate(tight), rate(costless)), (json!("9600"), json!("9000"), json!("4000")));
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 2);
    assert_eq!(lan.get(&format!("/api/orders/{}", order["id"])).expect(200), order, "it was sold before");

    let (looked, body) = ask(json!({ "margin_percent": 30, "round_to": 500 }));
    assert_eq!(
        rates(&looked),
        [("9600", "10500", "changed"), ("9000", "10500", "changed"), ("4000", "4000", "refused")]
    );
    assert_eq!(looked["items"][2]["reason"], "no_cost");
    boss.post(PATH, body).expect(200);
    let (again, _) = ask(json!({ "margin_percent": 30, "round_to": 500 }));
    assert_eq!((&again["changed"], &again["refused"]), (&json!(0), &json!(1)));
}

#[test]
fn services_are_switched_and_moved_together() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (one, lossy) = (app.service(|_| ()), app.service(at("7000", Some("8000"))));
    let ids = json!([one, lossy]);
    let change = |name: &str, value: Value| {
        let mut body = json!({ "service_ids": ids });
        body[name] = value;
        boss.post(PATH, body).expect(200)
    };
    assert_eq!(change("active", json!(false))["changed"], 2);
    assert_eq!(app.number("SELECT count(*) FROM services WHERE active"), 0);
    let on = change("active", json!(true));
    assert_eq!((&on["items"][0]["active"], &on["items"][1]["reason"]), (&json!(true), &json!("below_cost")));
    assert_eq!(app.number("SELECT count(*) FROM services WHERE active"), 1);
    assert_eq!(change("category", json!(" Hot "))["items"][1]["category"], "Hot");
    let hot = "SELECT count(*) FROM services JOIN categories AS c ON c.id = category_id WHERE c.name = 'Hot'";
    assert_eq!(app.number(hot), 2);
}

#[test]
fn every_change_of_rate_or_cost_is_remembered_and_nothing_else() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let (id, other) = (app.service(at("12000", Some("8000"))), app.service(|_| ()));
    let path = format!("/api/admin/services/{id}");
    let prices = format!("{path}/prices");
    lan.get(&prices).refused(403, "forbidden");
    boss.get("/api/admin/services/999/prices").refused(404, "not_found");
    for (seconds, change) in [
        (60, json!({ "name": "Renamed", "active": false })),
        (60, json!({ "rate": "15000" })),
        (60, json!({ "rate": "15000", "category": "Other" })),
        (60, json!({ "cost": null })),
    ] {
        app.clock.advance_seconds(seconds);
        boss.put(&path, change).expect(200);
    }
    boss.post(PATH, json!({ "service_ids": [id, other], "rate_percent": 10 })).expect(200);
    let listed = boss.get(&prices).expect(200)["items"].clone();
    let shown =
        |at: usize| (listed[at]["rate"].clone(), listed[at]["cost"].clone(), listed[at]["at"].clone());
    assert_eq!(listed.as_array().unwrap().len(), 4);
    assert_eq!(shown(0).0, "16500");
    assert_eq!(shown(1), (json!("15000"), Value::Null, json!("2026-11-22T07:43:00Z")));
    assert_eq!(shown(2), (json!("15000"), json!("8000"), json!("2026-11-22T07:41:00Z")));
    assert_eq!(shown(3), (json!("12000"), json!("8000"), json!("2026-11-22T07:39:00Z")));
    let first = boss.get(&format!("{prices}?limit=3")).expect(200);
    let rest = boss.get(&format!("{prices}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap()));
    assert_eq!(rest.expect(200)["items"], json!([listed[3]]));
}
