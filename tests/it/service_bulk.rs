//! The same change for many services: looked at first, then done in one commit.

use crate::support::app::TestApp;
use crate::support::shop::{by_hand, wish};
use crate::support::tcp::at_once;
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
    boss.post(PATH, json!({ "service_ids": [], "rate_percent": 1 })).refused_fields(&["service_ids"]);
    let unknown = json!({ "service_ids": [id, 999], "rate_percent": 1 });
    boss.post(PATH, unknown).refused_fields(&["service_ids[1]"]);
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 10 })).expect(200);
    let margin = json!({ "service_ids": [id], "margin_percent": 9 });
    boss.post(PATH, margin).refused_fields(&["margin_percent"]);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 0);
}

#[test]
fn a_filter_that_is_no_choice_changes_nothing() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    lan.get("/api/admin/services/count").refused(403, "forbidden");
    boss.get("/api/admin/services/count?paused=maybe").refused_fields(&["paused"]);
    app.service(|offer| offer.name = "Likes".to_owned());
    let with = |extra: Value| {
        let mut body = json!({ "rate_percent": 10 });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let all = json!({ "filter": {}, "expected": 1 });
    lan.post(PATH, with(all.clone())).refused(403, "forbidden");
    app.support("helper").post(PATH, with(all)).refused(403, "forbidden");
    for (choice, fields) in [
        (json!({}), ["service_ids", "filter"].as_slice()),
        (json!({ "service_ids": [1], "filter": {} }), &["service_ids", "filter"]),
        (json!({ "service_ids": [1], "filter": {}, "expected": 1 }), &["service_ids", "filter"]),
        (json!({ "filter": null, "expected": 1 }), &["service_ids", "filter"]),
        (json!({ "filter": {} }), &["expected"]),
        (json!({ "filter": { "search": "likes" } }), &["expected"]),
        (json!({ "service_ids": [1], "expected": 1 }), &["expected"]),
        (json!({ "filter": {}, "expected": -1 }), &["expected"]),
        (json!({ "filter": { "state": "ok" }, "expected": 1 }), &["filter.state"]),
        (json!({ "filter": { "paused": "true" }, "expected": 1 }), &["filter.paused"]),
        (json!({ "filter": { "search": "a".repeat(101) }, "expected": 1 }), &["filter.search"]),
        (json!({ "filter": [], "expected": 1 }), &["filter"]),
        (json!({ "filter": { "search": "views" }, "expected": 0 }), &["filter"]),
        (json!({ "filter": { "search": "views" }, "dry_run": true }), &["filter"]),
    ] {
        boss.post(PATH, with(choice)).refused_fields(fields);
    }
    for expected in [0, 2] {
        let refused = boss.post(PATH, with(json!({ "filter": {}, "expected": expected })));
        assert_eq!(refused.refused(409, "conflict")["reason"], "filter_matches");
        assert_eq!(refused.json()["values"], json!({ "matched": 1 }));
    }
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 0);
}

#[test]
fn a_filter_means_what_the_list_with_it_shows() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let named = |name: &str, category: &str, active: bool| {
        app.service(|offer| {
            (offer.name, offer.category, offer.active) = (name.to_owned(), category.to_owned(), active);
        })
    };
    let likes = named("Lượt thích", "TikTok", true);
    named("Lượt xem", "TikTok", false);
    named("Lượt thích", "Facebook", true);
    app.service(by_hand);
    app.write(|tx| {
        tx.execute("UPDATE services SET active = 0, paused = 'vanished' WHERE id = 3", ()).unwrap()
    });
    for (filter, query) in [
        (json!({}), ""),
        (json!({ "search": "" }), "search="),
        (json!({ "search": "luot" }), "search=luot"),
        (json!({ "search": "#2", "category": "TikTok" }), "search=%232&category=TikTok"),
        (json!({ "search": "2" }), "search=2"),
        (json!({ "category": "TikTok" }), "category=TikTok"),
        (json!({ "active": true }), "active=true"),
        (json!({ "active": false, "paused": false }), "active=false&paused=false"),
        (json!({ "paused": true }), "paused=true"),
        (json!({ "provider_id": 1, "active": true }), "provider_id=1&active=true"),
    ] {
        let listed = boss.get(&format!("/api/admin/services?{query}")).expect(200);
        let looked =
            boss.post(PATH, json!({ "filter": filter, "rate_percent": 10, "dry_run": true })).expect(200);
        let ids = |answer: &Value| {
            let items = answer["items"].as_array().unwrap().iter();
            items.map(|item| item["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&looked), ids(&listed), "{query}");
        assert!(!ids(&looked).is_empty(), "{query}");
        let counted = boss.get(&format!("/api/admin/services/count?{query}")).expect(200);
        assert_eq!(counted, json!({ "count": ids(&listed).len() }), "{query}");
    }
    let slow = json!({ "filter": { "category": "TikTok" }, "expected": 3, "state": "slow" });
    let done = boss.post(PATH, slow).expect(200);
    assert_eq!((&done["changed"], &done["items"][2]["id"]), (&json!(3), &json!(likes)));
    assert_eq!(app.number("SELECT count(*) FROM services WHERE state = 'slow'"), 3);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 3);
}

#[test]
fn what_was_looked_at_is_done_or_nothing_is() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for _ in 0..3 {
        app.service(at("12000", Some("8000")));
    }
    let mut body = json!({ "filter": { "active": true }, "rate_percent": 10, "dry_run": true });
    let looked = boss.post(PATH, body.clone()).expect(200);
    assert_eq!((&looked["changed"], looked["items"].as_array().unwrap().len()), (&json!(3), 3));
    (body["dry_run"], body["expected"]) = (json!(false), json!(3));
    app.service(|_| ());
    let refused = boss.post(PATH, body.clone());
    assert_eq!(refused.refused(409, "conflict")["reason"], "filter_matches");
    boss.put("/api/admin/services/4", json!({ "active": false })).expect(200);
    // Two who ask at once find three services each; the rates rise twice, in either order.
    let (served, bearer) = (app.serve(), format!("Bearer {}", boss.token()));
    let statuses = at_once(2, |_| {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        served.send("POST", PATH, &headers, body.to_string().as_bytes()).status
    });
    assert_eq!(statuses, [200, 200]);
    assert_eq!(app.number("SELECT count(*) FROM services WHERE rate = 14520000"), 3);
    // Off sale they match no more, so that the second finds none of what it expects.
    let off = json!({ "filter": { "active": true }, "expected": 3, "active": false });
    let mut statuses = at_once(2, |_| {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        served.send("POST", PATH, &headers, off.to_string().as_bytes()).status
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[test]
fn a_filter_takes_a_thousand_services_and_no_more() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.service(at("12000", None));
    let copies = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
        INSERT INTO services (name, category_id, rate, min_quantity, max_quantity, created_at, updated_at)
        SELECT 'Many', (SELECT min(id) FROM categories), 12000000, 10, 1000, 0, 0 FROM n";
    app.write(move |tx| tx.execute(copies, ()).unwrap());
    let body = |search: &str| json!({ "filter": { "search": search }, "expected": 1000, "rate_percent": 10 });
    let mut too_many = json!({ "filter": {}, "rate_percent": 10, "dry_run": true });
    let refused = boss.post(PATH, too_many.clone());
    refused.refused_fields(&["filter"]);
    assert_eq!(refused.json()["errors"][0]["values"], json!({ "max": 1000, "matched": 1001 }));
    (too_many["dry_run"], too_many["expected"]) = (json!(false), json!(1001));
    boss.post(PATH, too_many).refused_fields(&["filter"]);
    assert_eq!(boss.post(PATH, body("many")).expect(200)["changed"], 1000);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 1000);
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
