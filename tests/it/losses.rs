//! What an admin is told before something is sold below its cost: how many services, and the worst of them.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::by_hand;
use serde_json::{Value, json};
use smm_panel::catalog::Offer;
use smm_panel::jobs::scheduled::sync_catalog;
use smm_panel::kernel::money::Rate;

const LOSSES: &str = "/api/admin/services/losses";

/// Fulfilled by hand, so that no list moves it.
fn priced(name: &'static str, rate: &'static str, cost: Option<&'static str>) -> impl FnOnce(&mut Offer) {
    move |offer| {
        by_hand(offer);
        offer.name = name.to_owned();
        offer.rate = Rate::parse(rate).unwrap();
        offer.cost = cost.map(|cost| Rate::parse(cost).unwrap());
    }
}

fn none() -> Value {
    json!({ "count": 0, "items": [], "own_prices": { "count": 0, "items": [] } })
}

fn names(found: &Value) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[test]
fn terms_that_mean_nothing_are_refused_and_customers_may_not_ask() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    app.guest().get(LOSSES).refused(401, "unauthenticated");
    lan.get(LOSSES).refused(403, "forbidden");
    for percent in ["-1", "101", "2.5", "x"] {
        boss.get(&format!("{LOSSES}?discount_percent={percent}")).refused_fields(&["discount_percent"]);
    }
    for rate in ["0", "0.000", "-1", "2,5", "1.2345", "x"] {
        let path = format!("{LOSSES}?provider_id=1&exchange_rate={rate}");
        boss.get(&path).refused_fields(&["exchange_rate"]);
    }
    boss.get(&format!("{LOSSES}?provider_id=1")).refused_fields(&["exchange_rate"]);
    boss.get(&format!("{LOSSES}?exchange_rate=1")).refused_fields(&["provider_id"]);
    boss.get(&format!("{LOSSES}?provider_id=99&exchange_rate=1")).refused(404, "not_found");
}

#[test]
fn a_discount_counts_every_service_on_sale_below_its_cost_and_names_the_worst() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.service(priced("thin", "10000", Some("9600")));
    app.service(priced("at cost", "10000", Some("9500")));
    app.service(priced("worst", "20000", Some("19900")));
    app.service(priced("nobody knows", "1", None));
    app.service(|offer| {
        priced("off", "10000", Some("9999"))(offer);
        offer.active = false;
    });
    for number in 0..120 {
        app.service(|offer| {
            priced("many", "100", Some("99"))(offer);
            offer.name = format!("many {number}");
        });
    }
    let at = |percent: &str| boss.get(&format!("{LOSSES}?discount_percent={percent}")).expect(200);
    assert_eq!(boss.get(LOSSES).expect(200), none());
    assert_eq!(at("1")["count"], 1, "the worst, and nobody who is sold exactly at the cost");
    let found = at("5");
    assert_eq!(found["count"], 122, "at the cost is not below it");
    assert_eq!(names(&found)[..2], ["worst", "thin"]);
    assert_eq!(
        json!([
            found["items"][0]["rate"],
            found["items"][0]["cost"],
            found["items"].as_array().unwrap().len()
        ]),
        json!(["19000", "19900", 5])
    );
    assert_eq!(at("100")["count"], 123);
    assert_eq!(boss.get("/api/admin/audit-log?action=settings.change").expect(200)["items"], json!([]));
}

#[test]
fn an_exchange_rate_counts_the_services_of_its_provider_as_they_would_be_priced() {
    let app = TestApp::start();
    app.write(|tx| tx.execute("UPDATE providers SET exchange_rate = '25000', currency = 'USD'", ()).unwrap());
    app.provider.set_balance("73.50", "USD");
    app.provider.set_services(json!([line(101, "0.32"), line(102, "0.46")]));
    app.service(|offer| offer.name = "cheap".to_owned());
    app.service(|offer| {
        (offer.name, offer.provider_service) = ("dear".to_owned(), Some("102".to_owned()));
        offer.cost = Some(Rate::parse("11500").unwrap());
    });
    app.service(priced("by hand", "100", Some("100")));
    sync_catalog::tick(&app.app).unwrap();
    let boss = app.admin("boss");
    let at = |rate: &str| boss.get(&format!("{LOSSES}?provider_id=1&exchange_rate={rate}")).expect(200);
    assert_eq!(at("26000"), none());
    // What the full price bears, the best tier's may not.
    let found = at("26000&discount_percent=10");
    assert_eq!((names(&found), &found["items"][0]["rate"]), (vec!["dear"], &json!("10800")));
    let found = at("26500.5");
    assert_eq!((&found["count"], names(&found)), (&json!(1), vec!["dear"]));
    assert_eq!(
        (&found["items"][0]["rate"], &found["items"][0]["cost"]),
        (&json!("12000"), &json!("12190.23"))
    );
    assert_eq!(names(&at("999999999999")), ["dear", "cheap"], "beyond all rates is no profit");
    assert_eq!(boss.get("/api/admin/providers").expect(200)["items"][0]["exchange_rate"], "25000");
}

#[test]
fn customers_own_prices_that_would_not_count_are_named_with_whose_they_are() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let sold = app.service(|offer| {
        priced("sold", "12000", Some("8000"))(offer);
    });
    let off = app.service(|offer| {
        priced("off", "12000", Some("8000"))(offer);
        offer.active = false;
    });
    let set = |who: &Member, rates: Value| {
        boss.put(&format!("/api/admin/users/{}/rates", who.id), json!({ "rates": rates })).expect(200);
    };
    set(&lan, json!([{ "service_id": sold, "rate": "8100" }, { "service_id": off, "rate": "8100" }]));
    // The operator wants this one, down to a cost of 8,000.
    set(&mai, json!([{ "service_id": sold, "rate": "7000", "allow_loss": true }]));
    let own = |query: &str| boss.get(&format!("{LOSSES}{query}")).expect(200)["own_prices"].clone();
    assert_eq!(own("?discount_percent=5"), json!({ "count": 0, "items": [] }), "no tier lowers an own price");
    boss.put("/api/admin/settings", json!({ "discount_on_own_rates": true })).expect(200);
    assert_eq!(own("?discount_percent=1")["count"], 0);
    let found = own("?discount_percent=5");
    assert_eq!(
        found,
        json!({ "count": 1, "items": [{
            "user_id": lan.id.get(), "username": "lan", "service_id": sold, "name": "sold", "rate": "7695",
            "cost": "8000"
        }] })
    );
    boss.put("/api/admin/settings", json!({ "discount_on_own_rates": false })).expect(200);
    // Beyond what was wished for, the dearest first.
    app.write(|tx| tx.execute("UPDATE services SET cost = 8200000", ()).unwrap());
    let found = own("");
    let whose: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|item| item["username"].as_str().unwrap()).collect();
    assert_eq!((&found["count"], whose), (&json!(2), vec!["mai", "lan"]));
}
