//! A provider's exchange rate changes: what is sold of it is priced anew in the same moment, and nothing is sold at a
//! loss meanwhile.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{BUMX, BUMX_ACCOUNT, by_hand, wish};
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::catalog::{self, Import, ImportError, Listing};
use smm_panel::jobs::scheduled;
use smm_panel::jobs::scheduled::sync_catalog;
use smm_panel::kernel::ids::ServiceId;
use smm_panel::kernel::money::Rate;
use smm_panel::provider::{Decimal, Line, ListedService};
use std::time::Instant;

const PROVIDER: &str = "/api/admin/providers/1";

/// 12,000 VND, bought for 0.32 USD at 25,000, which is 8,000.
fn stocked(app: &TestApp) -> i64 {
    app.write(|tx| tx.execute("UPDATE providers SET exchange_rate = '25000', currency = 'USD'", ()).unwrap());
    app.provider.set_balance("73.50", "USD");
    app.provider.set_services(json!([line(101, "0.32")]));
    let id = app.service(|_| ());
    sync_catalog::tick(&app.app).unwrap();
    id
}

fn seen(boss: &Member, id: i64) -> (bool, Value, Value) {
    let page = boss.get(&format!("/api/admin/services?search={id}")).expect(200);
    let service = page["items"].as_array().unwrap().iter().find(|service| service["id"] == id).unwrap();
    (service["active"].as_bool().unwrap(), service["paused_reason"].clone(), service["cost"].clone())
}

#[test]
fn a_rate_that_is_refused_prices_nothing() {
    let app = TestApp::start();
    let id = stocked(&app);
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    lan.put(PROVIDER, json!({ "exchange_rate": "50000" })).refused(403, "forbidden");
    for rate in [json!("0"), json!("-1"), json!("2,5"), json!(2.5), json!("25000.1234")] {
        boss.put(PROVIDER, json!({ "exchange_rate": rate })).refused_fields(&["exchange_rate"]);
    }
    boss.put(PROVIDER, json!({ "exchange_rate": "50000", "currency": "$" })).refused_fields(&["currency"]);
    assert_eq!(seen(&boss, id), (true, Value::Null, json!("8000")));
}

#[test]
fn a_new_exchange_rate_stops_at_once_what_would_be_sold_at_a_loss() {
    let mut told = Told::start();
    let app = &told.app;
    let id = stocked(app);
    let tight = app.service(|offer| offer.rate = Rate::parse("8100").unwrap());
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    sync_catalog::tick(&app.app).unwrap();
    lan.buys(tight, 1000);

    boss.put(PROVIDER, json!({ "exchange_rate": "26000.5" })).expect(200);
    assert_eq!(seen(&boss, id), (true, Value::Null, json!("8320.16")));
    assert_eq!(seen(&boss, tight), (false, json!("below_margin"), json!("8320.16")));
    lan.post("/api/orders", wish(tight, 1000)).refused(409, "service_inactive");
    lan.buys(id, 1000);
    let log = boss.get("/api/admin/audit-log?action=service.pause").expect(200);
    let entry = &log["items"][0];
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        json!([entry["actor"], entry["subject"], entry["before"], entry["after"], entry["reason"]]),
        json!([
            "boss",
            format!("service:{tight}"),
            { "active": true, "paused_reason": null, "rate": "8100", "cost": "8000" },
            { "active": false, "paused_reason": "below_margin", "rate": "8100", "cost": "8320.16" },
            "price guard",
        ])
    );
    // The next look at the same list has nothing to add.
    sync_catalog::tick(&app.app).unwrap();
    assert_eq!(seen(&boss, tight), (false, json!("below_margin"), json!("8320.16")));
    // And back: a rate that was typed wrong leaves no trace but the pause.
    boss.put(PROVIDER, json!({ "exchange_rate": "25000" })).expect(200);
    assert_eq!(seen(&boss, id), (true, Value::Null, json!("8000")));
    assert_eq!(seen(&boss, tight), (false, json!("below_margin"), json!("8000")));
    let messages = told.deliver();
    assert!(messages.iter().any(|text| text.contains("8000 → 8320.16")), "{messages:?}");
}

#[test]
fn a_wrong_rate_that_is_put_right_pauses_nothing() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    for (rate, cost) in [("25.45", "8.144"), ("25450", "8144")] {
        boss.put(PROVIDER, json!({ "exchange_rate": rate })).expect(200);
        assert_eq!(seen(&boss, id), (true, Value::Null, json!(cost)));
    }
}

#[test]
fn a_cost_that_was_typed_follows_by_the_ratio() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    boss.put(&format!("/api/admin/services/{id}"), json!({ "cost": "9000" })).expect(200);
    boss.put(PROVIDER, json!({ "exchange_rate": "26000" })).expect(200);
    assert_eq!(seen(&boss, id), (true, Value::Null, json!("9360")));
    let by_hand = app.service(by_hand);
    boss.put(PROVIDER, json!({ "exchange_rate": "99000" })).expect(200);
    assert_eq!(seen(&boss, by_hand), (true, Value::Null, json!("8000")), "nobody's price in dollars");
}

/// The list as it was read while a dollar was worth `exchange_rate`.
fn listing(exchange_rate: &str) -> Listing {
    let listed = ListedService {
        id: "101".to_owned(),
        name: "Likes".to_owned(),
        category: "TikTok".to_owned(),
        description: String::new(),
        kind: "Default".to_owned(),
        rate: Decimal::parse("0.32").unwrap(),
        min: Some(10),
        max: Some(10_000),
        refill: None,
        cancel: None,
        dripfeed: None,
    };
    let line = Line { id: Some("101".to_owned()), name: "Likes".to_owned(), read: Ok(listed) };
    Listing::new(vec![line], exchange_rate.to_owned(), BUMX_ACCOUNT)
}

#[test]
fn a_list_that_was_on_its_way_does_not_bring_the_old_prices_back() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    boss.put(PROVIDER, json!({ "exchange_rate": "26000" })).expect(200);
    let import = Import {
        provider: BUMX,
        markup_percent: 50,
        wanted: None,
        dry_run: false,
        is_dong_confirmed: false,
        actor: Actor::CONSOLE,
    };
    for (rate, is_taken) in [("25000", false), ("26000", true)] {
        let import = import.clone();
        let imported = app.write(move |tx| {
            let listing = listing(rate);
            catalog::follow(tx, BUMX, &listing, &[ServiceId::new(id)]).unwrap();
            catalog::take_over(tx, &import, &listing)
        });
        assert_eq!(imported.is_ok(), is_taken);
        assert!(is_taken || matches!(imported, Err(ImportError::Overtaken)));
        assert_eq!(seen(&boss, id), (true, Value::Null, json!("8320")));
    }
    assert_eq!(app.number("SELECT rate FROM services"), 12_480_000);
}

#[test]
fn a_service_that_is_bought_elsewhere_is_looked_at_soon() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    app.provider.set_services(json!([line(101, "0.32"), line(102, "0.40")]));
    let (mut guard, now) = (scheduled::runner(&app.app, "sync-catalog").unwrap(), Instant::now());
    assert!(guard.step(now) && !guard.step(now));
    let path = format!("/api/admin/services/{id}");
    boss.put(&path, json!({ "rate": "9000" })).expect(200);
    assert!(!guard.step(now), "its price is no news of the provider");
    boss.put(&path, json!({ "provider_service_id": "102" })).expect(200);
    assert!(guard.step(now));
    assert_eq!(seen(&boss, id), (false, json!("below_margin"), json!("10000")));
}
